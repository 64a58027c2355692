import { createContentDecoder } from './content-decoder.ts';
import type { TransportProblem } from './transport-problem.ts';
import type { UpstreamHandle, UpstreamHandlers, UpstreamHeaders } from './upstream-call.ts';

/**
 * The handlers for the rest of a response whose head has come: the caller's own, or, where the body is encoded, ones that
 * decode it for them. We ask for no encoding; some servers use one all the same.
 */
export function decodingFor(
  headers: UpstreamHeaders,
  handlers: UpstreamHandlers,
  transport: UpstreamHandle,
): UpstreamHandlers {
  const encoding = headers['content-encoding'];
  return encoding === undefined ? handlers : createDecoding(String(encoding), handlers, transport);
}

function createDecoding(encoding: string, handlers: UpstreamHandlers, transport: UpstreamHandle): UpstreamHandlers {
  let over = false;
  const decoder = createContentDecoder(encoding, {
    onBytes: (bytes) => {
      if (!over) handlers.onBytes(bytes);
    },
    onEnd: () => {
      if (!over) handlers.onEnd();
      over = true;
    },
    onGarbled: () => fail({ kind: 'garbled', code: 'content-encoding' }),
    onFull: () => transport.pause(),
    onRoom: () => transport.resume(),
  });
  if (decoder === null) return handlers;
  const fail = (problem: TransportProblem) => {
    if (over) return;
    over = true;
    decoder.destroy();
    transport.abort();
    handlers.onError(problem);
  };
  return {
    onHead: (status, head) => handlers.onHead(status, head),
    onBytes: (bytes) => decoder.push(bytes),
    onEnd: () => decoder.end(),
    onError: fail,
  };
}
