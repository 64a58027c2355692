import type { SurfaceFormat, UpstreamFormat } from '../format.ts';
import { SsePassThrough } from '../sse-pass-through.ts';
import { inspectMessageResult } from './inspect-result.ts';
import { MessageDecoder } from './message-decoder.ts';
import { MessageEncoder } from './message-encoder.ts';
import { MessageWatcher } from './message-watcher.ts';
import { parseMessagesRequest } from './parse-request.ts';
import { parseMessageResult } from './parse-result.ts';
import { printMessagesRequest } from './print-request.ts';
import { printMessageResult } from './print-result.ts';
import { scrubThinking } from './scrub-thinking.ts';
import { listUnsupported } from './unsupported.ts';

/** Anthropic's `POST /v1/messages`, in both directions. */
export const anthropicMessages: SurfaceFormat & UpstreamFormat = {
  name: 'anthropic-messages',
  protocol: 'anthropic',
  streamType: 'text/event-stream',
  parseRequest: parseMessagesRequest,
  createEncoder: (reply) => new MessageEncoder(reply),
  printResult: printMessageResult,
  createPassThrough: (reply) => new SsePassThrough(new MessageWatcher(reply)),
  inspectResult: inspectMessageResult,
  scrubBody: scrubThinking,
  unsupported: listUnsupported,
  printRequest: printMessagesRequest,
  createDecoder: () => new MessageDecoder(),
  parseResult: parseMessageResult,
};
