import type { IncomingMessage } from 'node:http';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import type { Transform } from 'node:stream';
import type { Failure } from '../protocols/failure.ts';
import { lookUp } from '../protocols/look-up.ts';

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip(),
  deflate: () => createInflate(),
  br: () => createBrotliDecompress(),
  zstd: () => createZstdDecompress(),
};

export interface BodyEvents {
  onBody(bytes: Buffer): void;
  onFailure(failure: Failure): void;
}

/**
 * Reads a request's whole body, decoded, up to a limit that also bounds what it decodes to. A body that is announced or
 * grows too large is refused at once; what is left of it is not read. When the client goes away nothing is called.
 */
export function readBody(request: IncomingMessage, limitBytes: number, events: BodyEvents): void {
  const { 'content-length': announced, 'content-encoding': encoding } = request.headers;
  if (announced !== undefined && Number(announced) > limitBytes) {
    events.onFailure(tooLarge(limitBytes));
    return;
  }
  if (encoding === undefined || encoding === 'identity') {
    collect(request, limitBytes, events);
    return;
  }
  const create = lookUp(DECODERS, encoding.toLowerCase());
  if (create === undefined) {
    const message = `The content-encoding "${encoding}" is not known. Use gzip, deflate, br, zstd or none.`;
    events.onFailure({ code: 'unsupported_media_type', message });
    return;
  }
  const decoder = create();
  const onFailure = (failure: Failure) => {
    request.unpipe(decoder);
    decoder.destroy();
    events.onFailure(failure);
  };
  decoder.on('error', () => {
    onFailure({ code: 'invalid_request', message: `The body is not valid ${encoding} data.` });
  });
  collect(request.pipe(decoder), limitBytes, { ...events, onFailure });
}

function collect(source: NodeJS.ReadableStream, limitBytes: number, events: BodyEvents): void {
  let first: Buffer | null = null;
  let more: Buffer[] | null = null;
  let bytes = 0;
  let refused = false;
  source.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (refused) return;
    if (bytes > limitBytes) {
      refused = true;
      source.pause();
      events.onFailure(tooLarge(limitBytes));
    } else if (first === null) first = chunk;
    else (more ??= [first]).push(chunk);
  });
  source.on('end', () => {
    if (!refused) events.onBody(more === null ? (first ?? Buffer.alloc(0)) : Buffer.concat(more, bytes));
  });
}

function tooLarge(limitBytes: number): Failure {
  const limit = `${Math.floor(limitBytes / 1024 / 1024)} MB`;
  return {
    code: 'payload_too_large',
    message: `The body is larger than ${limit}. Send less, or raise gateway.maxBodyBytes in the settings.`,
  };
}
