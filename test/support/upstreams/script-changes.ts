import { constants, createBrotliCompress, createDeflate, createGzip, createZstdCompress } from 'node:zlib';
import { Gate } from './gate.ts';
import type { Chunk, RawReply, Script } from './script.ts';

/** Ways to spoil or slow down another script. Each takes a script and gives a script, so that they combine. */

type Chunks = NonNullable<RawReply['chunks']>;

/** The same answer once the gate is open; nothing is sent before, no headers either. */
export function held(gate: Gate, script: Script): Script {
  return changed(script, (reply) => ({ ...reply, before: [gate, ...(reply.before ?? [])] }));
}

export function withHeaders(headers: Record<string, string>, script: Script): Script {
  return changed(script, (reply) => ({ ...reply, headers: { ...reply.headers, ...headers } }));
}

/** Only the first `count` chunks (for answers in meaning: stream events), then `end`. */
export function endingAfter(count: number, end: NonNullable<RawReply['end']>, script: Script): Script {
  return changed(script, (reply) => ({ ...reply, chunks: firstChunks(reply.chunks ?? [], count), end }));
}

async function* firstChunks(chunks: Chunks, count: number): AsyncGenerator<Chunk> {
  let left = count;
  for await (const chunk of chunks) {
    if (left-- <= 0) return;
    yield chunk;
  }
}

/** The same bytes in pieces of `size`, which ignore events, characters and all other borders. */
export function cutEvery(size: number, script: Script): Script {
  return recut((bytes) => {
    const pieces: Uint8Array[] = [];
    for (let start = 0; start < bytes.length; start += size) pieces.push(bytes.subarray(start, start + size));
    return pieces;
  }, script);
}

/** The same bytes in two pieces, cut at `offset`. */
export function cutAt(offset: number, script: Script): Script {
  return recut((bytes) => [bytes.subarray(0, offset), bytes.subarray(offset)], script);
}

/** Joins the bytes between gates and cuts them anew. */
export function recut(cut: (bytes: Uint8Array) => Uint8Array[], script: Script): Script {
  return changed(script, (reply) => ({ ...reply, chunks: recutChunks(cut, reply.chunks ?? []) }));
}

async function* recutChunks(cut: (bytes: Uint8Array) => Uint8Array[], chunks: Chunks): AsyncGenerator<Chunk> {
  let joined: Uint8Array[] = [];
  for await (const chunk of chunks) {
    if (!(chunk instanceof Gate)) {
      joined.push(Buffer.from(chunk));
      continue;
    }
    yield* cut(Buffer.concat(joined)).filter((piece) => piece.length > 0);
    joined = [];
    yield chunk;
  }
  yield* cut(Buffer.concat(joined)).filter((piece) => piece.length > 0);
}

const COMPRESSORS = {
  gzip: createGzip,
  deflate: createDeflate,
  br: createBrotliCompress,
  zstd: createZstdCompress,
} as const;

const FLUSHES = {
  gzip: constants.Z_SYNC_FLUSH,
  deflate: constants.Z_SYNC_FLUSH,
  br: constants.BROTLI_OPERATION_FLUSH,
  zstd: constants.ZSTD_e_flush,
} as const;

/** The same body with a content encoding, whether the client asked for one or not. Every chunk is flushed. */
export function compressed(encoding: keyof typeof COMPRESSORS, script: Script): Script {
  return changed(script, (reply) => {
    const { 'content-length': _length, ...headers } = reply.headers ?? {};
    return {
      ...reply,
      headers: { ...headers, 'content-encoding': encoding },
      chunks: compressChunks(encoding, reply.chunks ?? []),
    };
  });
}

async function* compressChunks(encoding: keyof typeof COMPRESSORS, chunks: Chunks): AsyncGenerator<Chunk> {
  const compressor = COMPRESSORS[encoding]();
  for await (const chunk of chunks) {
    if (chunk instanceof Gate) {
      yield chunk;
      continue;
    }
    compressor.write(chunk);
    await new Promise<void>((resolve) => compressor.flush(FLUSHES[encoding], resolve));
    const flushed: unknown = compressor.read();
    if (Buffer.isBuffer(flushed)) yield flushed;
  }
  compressor.end();
  for await (const rest of compressor) if (Buffer.isBuffer(rest)) yield rest;
}

function changed(script: Script, change: (reply: RawReply) => RawReply): Script {
  return (asked) => change(script(asked));
}
