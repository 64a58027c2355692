import {
  brotliCompressSync,
  constants,
  createGzip,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { DecodedCall } from '../../../src-main/engine/providers/decoded-call.ts';
import type { UpstreamHandle, UpstreamHandlers } from '../../../src-main/engine/providers/upstream-call.ts';
import { callFor, RecordedCall } from './recorded-call.ts';
import { standsStill, turns } from './stands-still.ts';

type Encode = (bytes: Uint8Array) => Buffer;

const ENCODINGS: readonly [name: string, header: string, encode: Encode][] = [
  ['gzip', 'gzip', gzipSync],
  ['gzip by its old name', 'x-gzip', gzipSync],
  ['gzip in capitals', ' GZIP ', gzipSync],
  ['deflate in its wrapper', 'deflate', deflateSync],
  ['deflate bare', 'deflate', deflateRawSync],
  ['brotli', 'br', brotliCompressSync],
  ['zstd', 'zstd', zstdCompressSync],
];

/** The transport as a double: it says what the test says, and notes what it is told. */
class Transport implements UpstreamHandle {
  isPaused = false;
  isAborted = false;
  carriedBytes = 0;
  handlers: UpstreamHandlers | null = null;

  /** Starts a call over this transport. */
  call(): RecordedCall {
    const client = {
      send: (_call: unknown, handlers: UpstreamHandlers) => {
        const decoded = new DecodedCall(handlers);
        this.handlers = decoded;
        return decoded.over(this);
      },
    };
    return new RecordedCall(client, callFor('http://127.0.0.1'));
  }

  abort(): void {
    this.isAborted = true;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }
}

function started(headers: Record<string, string>): { transport: Transport; call: RecordedCall } {
  const transport = new Transport();
  const call = transport.call();
  transport.handlers?.onHead(200, headers);
  return { transport, call };
}

describe.each(ENCODINGS)('a body in %s', (_name, encoding, encode) => {
  it('arrives decoded, wherever it is cut', async () => {
    const bodies = fc.uint8Array({ minLength: 1, maxLength: 2_000 });
    await fc.assert(
      fc.asyncProperty(bodies, fc.integer({ min: 1, max: 50 }), async (body, size) => {
        const { transport, call } = started({ 'content-encoding': encoding });
        const encoded = encode(body);
        for (let at = 0; at < encoded.length; at += size) {
          transport.handlers?.onBytes(encoded.subarray(at, at + size));
        }
        transport.handlers?.onEnd();
        expect(await call.over).toBe('end');
        expect(call.bytes).toEqual(Buffer.from(body));
      }),
      { numRuns: 30 },
    );
  });

  it('that breaks off is garbled, and the transport is let go', async () => {
    const { transport, call } = started({ 'content-encoding': encoding });
    transport.handlers?.onBytes(encode(Buffer.alloc(5_000, 'abc')).subarray(0, -2));
    transport.handlers?.onEnd();
    expect(await call.over).toEqual({ kind: 'garbled', code: 'content-encoding' });
    expect(transport.isAborted).toBe(true);
  });

  it('that is none is garbled', async () => {
    const { transport, call } = started({ 'content-encoding': encoding });
    transport.handlers?.onBytes(Buffer.from('\u00f7this is plain text all the way\n'.repeat(20), 'latin1'));
    transport.handlers?.onEnd();
    expect(await call.over).toEqual({ kind: 'garbled', code: 'content-encoding' });
    expect(call.told.filter((what) => what === 'error')).toHaveLength(1);
  });

  it('of no bytes at all ends as usual', async () => {
    const { transport, call } = started({ 'content-encoding': encoding });
    transport.handlers?.onEnd();
    expect(await call.over).toBe('end');
    expect(call.told).toEqual(['head', 'end']);
  });

  it('that is paused stops, holds the transport back, and goes on when it is resumed', async () => {
    const { transport, call } = started({ 'content-encoding': encoding });
    const body = incompressible(1024 * 1024);
    const encoded = encode(body);
    const source = feed(transport, encoded);
    await call.received(1);
    call.pause();
    const heldBack = call.receivedBytes;
    await standsStill(() => transport.carriedBytes);
    expect(call.receivedBytes).toBe(heldBack);
    expect(transport.isPaused).toBe(true);
    expect(transport.carriedBytes).toBeLessThan(encoded.length / 2);
    call.resume();
    await source;
    expect(await call.over).toBe('end');
    expect(call.bytes.equals(body)).toBe(true);
  });

  it('that is paused after the transport has ended still stops', async () => {
    const { transport, call } = started({ 'content-encoding': encoding });
    const body = Buffer.alloc(8 * 1024 * 1024, 'abc');
    transport.handlers?.onBytes(encode(body));
    transport.handlers?.onEnd();
    await call.received(1);
    call.pause();
    const heldBack = call.receivedBytes;
    await turns(100);
    expect(call.receivedBytes).toBe(heldBack);
    expect(heldBack).toBeLessThan(body.length);
    call.resume();
    expect(await call.over).toBe('end');
    expect(call.bytes.equals(body)).toBe(true);
  });

  it('that is aborted tells nothing more', async () => {
    const { transport, call } = started({ 'content-encoding': encoding });
    transport.handlers?.onBytes(encode(Buffer.alloc(8 * 1024 * 1024, 'abc')));
    transport.handlers?.onEnd();
    call.abort();
    await turns(50);
    expect(call.told).toEqual(['head']);
    expect(transport.isAborted).toBe(true);
  });
});

describe('an event stream in gzip', () => {
  it('arrives event by event, not at its end', async () => {
    const { transport, call } = started({ 'content-encoding': 'gzip' });
    const gzip = createGzip({ flush: constants.Z_SYNC_FLUSH });
    gzip.on('data', (bytes: Buffer) => transport.handlers?.onBytes(bytes));
    gzip.write('data: 1\n\n');
    await call.received(9);
    expect(call.text).toBe('data: 1\n\n');
    gzip.write('data: 2\n\n');
    await call.received(18);
    call.abort();
    gzip.destroy();
  });
});

describe('a body whose encoding', () => {
  test.each(['identity', 'compress', 'gzip, br', 'constructor'])('is %s passes as it is', async (encoding) => {
    const { transport, call } = started({ 'content-encoding': encoding });
    transport.handlers?.onBytes(Buffer.from('hello'));
    transport.handlers?.onEnd();
    expect(await call.over).toBe('end');
    expect(call.text).toBe('hello');
  });

  it('is not named passes as it is, and a pause goes to the transport', () => {
    const { transport, call } = started({});
    call.pause();
    expect(transport.isPaused).toBe(true);
    call.resume();
    expect(transport.isPaused).toBe(false);
  });
});

describe('a failure of the transport in an encoded body', () => {
  it('is told once, and nothing after it', async () => {
    const { transport, call } = started({ 'content-encoding': 'gzip' });
    transport.handlers?.onBytes(gzipSync('hello').subarray(0, 12));
    transport.handlers?.onError({ kind: 'reset', code: 'ECONNRESET' });
    transport.handlers?.onEnd();
    expect(await call.over).toEqual({ kind: 'reset', code: 'ECONNRESET' });
    await turns(20);
    expect(call.told.at(-1)).toBe('error');
  });
});

/** Pushes in pieces, like a socket: not while the transport is paused. */
async function feed(transport: Transport, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; at += 16_384) {
    while (transport.isPaused) await turns(1);
    const piece = bytes.subarray(at, at + 16_384);
    transport.carriedBytes += piece.length;
    transport.handlers?.onBytes(piece);
    await turns(1);
  }
  transport.handlers?.onEnd();
}

/** Bytes without a pattern (a linear congruential sequence), the same every time. */
function incompressible(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 1;
  for (let at = 0; at < length; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}
