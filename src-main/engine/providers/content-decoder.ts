import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from 'node:zlib';
import type { Transform } from 'node:stream';
import { lookUp } from '../protocols/look-up.ts';

/** Undoes a content encoding while the body arrives. */
export interface ContentDecoder {
  push(bytes: Uint8Array): void;
  end(): void;
  /** No decoded bytes until `resume`; what is pushed meanwhile fills it up. */
  pause(): void;
  resume(): void;
  /** Nothing is reported any more. */
  destroy(): void;
}

export interface ContentDecoderEvents {
  onBytes(bytes: Uint8Array): void;
  onEnd(): void;
  onGarbled(): void;
  /** More was pushed than could be decoded yet: hold back until `onRoom`. */
  onFull(): void;
  onRoom(): void;
}

/** Flushes as soon as whole blocks are there: a compressed stream of events must not wait for its end. */
const DECODERS: Readonly<Record<string, (first: Uint8Array) => Transform>> = {
  gzip: () => createGunzip({ flush: constants.Z_SYNC_FLUSH }),
  'x-gzip': () => createGunzip({ flush: constants.Z_SYNC_FLUSH }),
  /** RFC 9110 means the zlib wrapper by "deflate"; some servers send it bare. A zlib header's low nibble is 8. */
  deflate: (first) =>
    ((first[0] ?? 0) & 0x0f) === 8
      ? createInflate({ flush: constants.Z_SYNC_FLUSH })
      : createInflateRaw({ flush: constants.Z_SYNC_FLUSH }),
  br: () => createBrotliDecompress({ flush: constants.BROTLI_OPERATION_FLUSH }),
  zstd: () => createZstdDecompress({ flush: constants.ZSTD_e_flush }),
};

/** Null for `identity` and for encodings nobody here knows: those bytes pass as they are. */
export function createContentDecoder(encoding: string, events: ContentDecoderEvents): ContentDecoder | null {
  const make = lookUp(DECODERS, encoding.trim().toLowerCase());
  if (make === undefined) return null;
  let stream: Transform | null = null;
  let isPaused = false;
  const open = (first: Uint8Array): Transform => {
    const opened = make(first);
    if (isPaused) opened.pause();
    opened.on('data', (bytes: Uint8Array) => events.onBytes(bytes));
    opened.on('end', () => events.onEnd());
    opened.on('error', () => events.onGarbled());
    opened.on('drain', () => events.onRoom());
    return opened;
  };
  return {
    push(bytes) {
      stream ??= open(bytes);
      if (!stream.write(bytes)) events.onFull();
    },
    end() {
      if (stream === null) events.onEnd();
      else stream.end();
    },
    pause() {
      isPaused = true;
      stream?.pause();
    },
    resume() {
      isPaused = false;
      stream?.resume();
    },
    destroy() {
      stream?.destroy();
    },
  };
}
