import { connect, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { answer } from '../../support/upstreams/answer-script.ts';
import { Gate } from '../../support/upstreams/gate.ts';
import { held } from '../../support/upstreams/script-changes.ts';
import { pairForTest, type Pair, type PairOptions, type Surface } from './pair-for-test.ts';

const FINE = answer({ text: 'fine' });
const FIRST = { model: 'first/m' };

/** One call at a time, one may wait. */
const NARROW: PairOptions = {
  first: { concurrency: 1 },
  settings: { limits: { queueLength: 1, queueWaitMs: 20_000 } },
};

describe('an endpoint with one place', () => {
  test('serves in order of arrival: the second request starts when the first has ended', async () => {
    const { pair, gate } = await occupied();
    const waiting = pair.chat(FIRST);
    await queued(pair, 1);
    expect(pair.first.calls).toHaveLength(1);
    gate.open();
    expect((await waiting).status).toBe(200);
    expect(pair.first.calls).toHaveLength(2);
    expect(await pair.endpoint('first/m')).toMatchObject({ active: 0, queued: 0 });
  });

  test.each([
    ['openai', 503, /"error":\{"message":"all places at first\/m are taken and its queue is full/u],
    ['anthropic', 529, /"error":\{"type":"overloaded_error","message":"all places at first\/m are taken/u],
    ['ollama', 503, /^\{"error":"all places at first\/m are taken/u],
  ] as const)('refuses who finds the queue full, in the words of the surface %s', async (surface, status, words) => {
    const { pair, gate } = await occupied();
    const waiting = pair.chat(FIRST);
    await queued(pair, 1);
    const refused = await pair.chat({ ...FIRST, surface });
    expect([refused.status, await refused.text()]).toEqual([status, expect.stringMatching(words)]);
    gate.open();
    expect((await waiting).status).toBe(200);
    expect(pair.first.calls).toHaveLength(2);
    expect((await pair.endpoint('first/m')).circuit).toBe('closed');
  });

  test('lets a routed request go elsewhere instead of refusing it', async () => {
    const { pair, gate } = await occupied();
    const waiting = pair.chat(FIRST);
    await queued(pair, 1);
    const response = await pair.chat();
    expect(response.headers.get('x-pointsman-model')).toBe('second/m');
    gate.open();
    await waiting;
  });

  test('gives up on who waited too long', async () => {
    const { pair, gate } = await occupied();
    const waiting = pair.chat(FIRST);
    await queued(pair, 1);
    await pair.clock.advance(20_001);
    const response = await waiting;
    expect([response.status, await response.text()]).toEqual([503, expect.stringContaining('became free in time')]);
    gate.open();
    expect(pair.first.calls).toHaveLength(1);
  });

  test.each(['openai', 'anthropic', 'ollama'] as const)(
    'keeps a stream on the surface %s alive while it waits',
    async (surface: Surface) => {
      const { pair, gate } = await occupied();
      const waiting = pair.chat({ ...FIRST, surface, stream: true });
      await queued(pair, 1);
      await pair.clock.advance(15_000);
      const response = await waiting;
      expect(response.status).toBe(200);
      gate.open();
      expect(await response.text()).toContain('fine');
    },
  );

  test('forgets who hung up while waiting: the next one gets the place', async () => {
    const { pair, gate } = await occupied();
    const abort = new AbortController();
    const leaving = pair.chat({ ...FIRST, signal: abort.signal });
    await queued(pair, 1);
    abort.abort();
    await expect(leaving).rejects.toThrow();
    await queued(pair, 0);
    const next = pair.chat(FIRST);
    await queued(pair, 1);
    gate.open();
    expect((await next).status).toBe(200);
    expect(pair.first.calls).toHaveLength(2);
    const requests = await pair.recorded(3);
    expect(requests.filter(({ outcome }) => outcome === 'cancelled')).toMatchObject([
      { attempts: [{ outcome: 'cancelled', status: null, costNanoUsd: 0 }] },
    ]);
  });

  test('is free again after a call that failed, was refused or was given up', async () => {
    const { pair, gate } = await occupied();
    gate.open();
    const abort = new AbortController();
    const never = new Gate();
    pair.first.script(held(never, FINE));
    const leaving = pair.chat({ ...FIRST, signal: abort.signal });
    await pair.first.call(2);
    abort.abort();
    await expect(leaving).rejects.toThrow();
    pair.first.script(FINE);
    expect((await pair.chat(FIRST)).status).toBe(200);
    expect(await pair.endpoint('first/m')).toMatchObject({ active: 0, queued: 0 });
  });
});

const PIECE = 'x'.repeat(64 * 1024);
/** More than sockets and the gateway hold between upstream and client. */
const PIECES = 400;

function* pieces(): Generator<string> {
  for (let count = 0; count < PIECES; count += 1) yield PIECE;
}

describe('a client that reads slowly', () => {
  test('makes the upstream wait, and gets everything in the end', async () => {
    const pair = await pairForTest();
    pair.first.script(answer({ text: [...pieces()] }));
    const reader = await openStream(pair);
    const stoodAt = await standstill(pair);
    expect(stoodAt).toBeLessThan((PIECES * PIECE.length) / 2);
    reader.resume();
    let bytes = 0;
    reader.on('data', (chunk: Buffer) => (bytes += chunk.length));
    await new Promise((resolve) => reader.once('end', resolve));
    expect(bytes).toBeGreaterThan(PIECES * PIECE.length);
    expect((await pair.recorded())[0]).toMatchObject({ outcome: 'ok', status: 200 });
  });

  test('is not taken for an upstream that stands still', async () => {
    const pair = await pairForTest({ settings: { timeouts: { betweenContentMs: 5_000 } } });
    pair.first.script(answer({ text: [...pieces()] }));
    const reader = await openStream(pair);
    await standstill(pair);
    await pair.clock.advance(60_000);
    expect(pair.first.calls[0]?.isAborted).toBe(false);
    reader.resume();
    await new Promise((resolve) => reader.once('end', resolve));
    expect((await pair.recorded())[0]).toMatchObject({ outcome: 'ok' });
  });

  test('and then not at all is cut off, and its upstream call ended', async () => {
    const pair = await pairForTest();
    pair.first.script(answer({ text: [...pieces()] }));
    const reader = await openStream(pair);
    await standstill(pair);
    const closed = new Promise((resolve) => reader.once('close', resolve));
    await pair.clock.advance(121_000);
    await pair.first.calls[0]?.aborted;
    reader.resume();
    await closed;
    expect((await pair.recorded())[0]).toMatchObject({ outcome: 'cancelled', status: 499 });
  });
});

async function occupied(): Promise<{ pair: Pair; gate: Gate }> {
  const pair = await pairForTest(NARROW);
  const gate = new Gate();
  pair.first.script(held(gate, FINE), FINE);
  const holder = pair.chat(FIRST);
  onTestFinished(async () => {
    await holder.catch(() => undefined);
  });
  await pair.first.call(1);
  return { pair, gate };
}

/** Settles when so many requests wait for the first endpoint. */
async function queued(pair: Pair, count: number): Promise<void> {
  while ((await pair.endpoint('first/m')).queued !== count);
}

/** A stream over a plain socket that nobody reads from. */
async function openStream(pair: Pair): Promise<Socket> {
  const { host, port } = new URL(pair.url);
  const socket = connect({ host: '127.0.0.1', port: Number(port) });
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  socket.pause();
  const body = JSON.stringify({ ...FIRST, stream: true, messages: [{ role: 'user', content: 'Hello' }] });
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  await pair.first.call(1);
  return socket;
}

/** How many bytes the upstream could send before it had to wait: the same number at many looks, each after a round trip. */
async function standstill(pair: Pair): Promise<number> {
  let [sent, looks] = [0, 0];
  while (looks < 40) {
    await pair.endpoint('first/m');
    const now = pair.first.calls[0]?.sentBytes ?? 0;
    looks = now === sent && now > 0 ? looks + 1 : 0;
    sent = now;
  }
  return sent;
}
