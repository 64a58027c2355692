import { brotliCompressSync, createGzip, createZstdCompress, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import type { Transform } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { RawConnection, requestHead } from '../support/raw-connection.ts';
import { spawnEngine, type SpawnedEngine } from '../support/spawn-engine.ts';
import { settingsFor } from '../support/start-gateway.ts';
import { startUpstream, type Upstream } from '../support/upstreams/start-upstream.ts';
import { post, postJson, PROTOCOLS, refusal, SURFACES } from './surfaces.ts';

const MB = 1024 * 1024;
const PIECE = Buffer.alloc(MB, 'a');
/** The limit is 50 MB; what was read of a body that turns out too large may be held until it is refused. */
const GROWTH_BYTES = 150 * MB;

const GOOD = JSON.stringify(PROTOCOLS.openai.body('gpt-4o'));
/** The first half of a good body. */
const CUT = {
  gzip: half(gzipSync(GOOD)),
  zstd: half(zstdCompressSync(GOOD)),
  br: half(brotliCompressSync(GOOD)),
  deflate: half(deflateSync(GOOD)),
};

function half(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.length >> 1);
}

let upstream: Upstream;
let engine: SpawnedEngine;
beforeAll(async () => {
  upstream = await startUpstream({ kind: 'openai' });
  engine = await spawnEngine({ settings: settingsFor('openai', upstream.url) });
});
afterAll(async () => {
  await engine.stop();
  await upstream.stop();
});

/** Runs and tells by how much the gateway's memory is larger afterwards. */
async function growth(run: () => Promise<unknown>): Promise<number> {
  const before = await engine.residentBytes();
  await run();
  return (await engine.residentBytes()) - before;
}

async function* pieces(count: number): AsyncGenerator<Buffer> {
  for (let sent = 0; sent < count; sent += 1) yield await Promise.resolve(PIECE);
}

/** A hundred megabytes as a stream, which fetch sends in chunks without a length. */
function streamed(count: number): { body: ReadableStream; duplex: 'half' } {
  return { body: ReadableStream.from(pieces(count)), duplex: 'half' };
}

describe('a body of 100 MB', () => {
  it.each(SURFACES)('is refused with 413 before it is read when its length is told, on $name', async (surface) => {
    const connection = new RawConnection(engine.url);
    onTestFinished(() => connection.end());
    connection.write(requestHead(engine.url, surface.path, { 'content-length': String(100 * MB) }));
    await expect.poll(() => connection.text).toContain('}');
    expect(connection.status).toBe(413);
    expect(surface.messageOf(JSON.parse(connection.text.split('\r\n\r\n')[1] ?? ''))).toContain('50 MB');
  });

  it('that was announced and never sent does not keep the connection', async () => {
    const connection = new RawConnection(engine.url);
    onTestFinished(() => connection.end());
    connection.write(requestHead(engine.url, '/v1/messages', { 'content-length': String(100 * MB) }));
    await connection.closed;
    expect(connection.status).toBe(413);
  });

  it.each(Object.values(PROTOCOLS))(
    'gets its answer to a client that sends first and reads then, on $name',
    async (surface) => {
      const answer = await post(engine.url + surface.path, Buffer.alloc(100 * MB, ' '));
      expect(await refusal(answer, 413, surface)).toContain('gateway.maxBodyBytes');
    },
  );

  it('is refused while it is read when it comes in chunks, and memory stays bounded', async () => {
    const surface = PROTOCOLS.anthropic;
    const grown = await growth(async () => {
      const { body, ...rest } = streamed(100);
      await refusal(await post(engine.url + surface.path, body, rest), 413, surface);
    });
    expect(grown).toBeLessThan(GROWTH_BYTES);
  });

  it('does not keep the connection of a sender that never stops', async () => {
    const connection = new RawConnection(engine.url);
    onTestFinished(() => connection.end());
    connection.write(requestHead(engine.url, PROTOCOLS.openai.path, { 'transfer-encoding': 'chunked' }));
    const sending = setInterval(() => {
      connection.write(`${MB.toString(16)}\r\n`);
      connection.write(PIECE);
      connection.write('\r\n');
    }, 1);
    onTestFinished(() => clearInterval(sending));
    await connection.closed;
    expect([0, 413]).toContain(connection.status);
  });

  it('leaves the gateway well', async () => {
    const surface = PROTOCOLS.openai;
    expect((await postJson(engine.url + surface.path, surface.body('gpt-4o'))).status).toBe(200);
    expect(await engine.status()).toMatchObject({ activeRequests: 0 });
  });
});

describe('a small body that unpacks to 2 GB', () => {
  it.each<[string, () => Transform]>([
    ['gzip', () => createGzip({ level: 1 })],
    ['zstd', () => createZstdCompress()],
  ])('is refused with 413 at the limit, and memory stays bounded: %s', async (encoding, create) => {
    const surface = PROTOCOLS.openai;
    const bomb = await pack(create(), 2048);
    expect(bomb.length).toBeLessThan(20 * MB);
    const grown = await growth(async () => {
      const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
      await refusal(await post(engine.url + surface.path, new Uint8Array(bomb), { headers }), 413, surface);
    });
    expect(grown).toBeLessThan(GROWTH_BYTES);
  });

  it.each(['gzip', 'zstd', 'br', 'deflate'])('that is no %s data gets 400', async (encoding) => {
    const surface = PROTOCOLS.openai;
    const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
    const answer = await post(engine.url + surface.path, '{"model":"gpt-4o"}', { headers });
    expect(await refusal(answer, 400, surface)).toContain(`not valid ${encoding} data`);
  });

  it.each(['gzip', 'zstd', 'br', 'deflate'])('that stops in the middle of its %s data gets 400', async (encoding) => {
    const surface = PROTOCOLS.openai;
    const whole = CUT[encoding as keyof typeof CUT];
    const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
    const answer = await post(engine.url + surface.path, new Uint8Array(whole), { headers });
    await refusal(answer, 400, surface);
  });

  it('in an unknown encoding gets 415', async () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'compress' };
    const answer = await post(engine.url + PROTOCOLS.openai.path, '{}', { headers });
    expect(await refusal(answer, 415, PROTOCOLS.openai)).toContain('"compress" is not known');
  });
});

async function pack(packer: Transform, megabytes: number): Promise<Buffer> {
  const packed: Buffer[] = [];
  packer.on('data', (bytes: Buffer) => packed.push(bytes));
  for (let sent = 0; sent < megabytes; sent += 1) {
    if (!packer.write(PIECE)) await new Promise((resolve) => packer.once('drain', resolve));
  }
  await new Promise<void>((resolve) => {
    packer.once('end', resolve);
    packer.end();
  });
  return Buffer.concat(packed);
}
