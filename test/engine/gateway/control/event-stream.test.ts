import { createServer, request, type ServerResponse } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { EventHub } from '../../../../src-main/engine/events/event-hub.ts';
import { eventStream } from '../../../../src-main/engine/gateway/control/event-stream.ts';
import { systemClock } from '../../../../src-main/engine/system-ports.ts';
import { readEvents, type ReaderOptions } from '../../../support/event-reader.ts';
import { SilentLog } from '../../../support/silent-log.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { startTestEngine, type TestEngine, type TestEngineOptions } from '../../../support/start-test-engine.ts';
import { startTwoTracks } from '../../../support/start-two-tracks.ts';
import { answer } from '../../../support/upstreams/answer-script.ts';
import { Gate } from '../../../support/upstreams/gate.ts';
import { held } from '../../../support/upstreams/script-changes.ts';

async function start(options: TestEngineOptions = {}): Promise<TestEngine> {
  const engine = await startTestEngine(options);
  onTestFinished(() => engine.stop());
  return engine;
}

function read({ url, engine }: TestEngine, options: Omit<ReaderOptions, 'token'> = {}) {
  return readEvents(url, { token: engine.controlToken, ...options });
}

function change(engine: TestEngine, path: string, value: unknown): Promise<Response> {
  return engine.control('/control/v1/settings', {
    method: 'POST',
    body: JSON.stringify({ changes: [{ path, value }] }),
  });
}

/** One chat that the local model answers. */
function ask(url: string): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'Asker/1.0' },
    body: JSON.stringify({ model: 'local/tiny:0.5b', messages: [{ role: 'user', content: 'Hello' }] }),
  });
}

describe('who may read events', () => {
  test.each([
    ['nobody without the token', {}, 401],
    ['nobody with a wrong one', { authorization: `Bearer ${'0'.repeat(64)}` }, 401],
  ])('%s', async (_case, headers: Record<string, string>, status) => {
    const { url } = await start();
    expect((await fetch(`${url}/control/v1/events`, { headers })).status).toBe(status);
  });

  test('no token in the address is taken', async () => {
    const { url, engine } = await start();
    const reply = await fetch(
      `${url}/control/v1/events?token=${engine.controlToken}&access_token=${engine.controlToken}`,
    );
    expect(reply.status).toBe(401);
  });

  test('no page of somebody else, even with the token', async () => {
    const { control } = await start();
    const headers = { origin: 'http://127.0.0.1:9999' };
    expect((await control('/control/v1/events', { headers })).status).toBe(403);
  });

  test('the window’s pages may come back: their preflight allows the id', async () => {
    const { url } = await start();
    const headers = {
      origin: 'app://pointsman',
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'authorization, last-event-id',
    };
    const reply = await fetch(`${url}/control/v1/events`, { method: 'OPTIONS', headers });
    expect(reply.headers.get('access-control-allow-headers')).toBe('authorization, last-event-id');
  });

  test('a topic that does not exist is named', async () => {
    const { control } = await start();
    const reply = await control('/control/v1/events?topics=gate,weather');
    expect([reply.status, await reply.text()]).toEqual([400, expect.stringContaining('no topic \\"weather\\"')]);
  });

  test('sixty-four at a time', async () => {
    const engine = await start();
    const readers = await Promise.all(Array.from({ length: 64 }, () => read(engine, { topics: ['gate'] })));
    expect((await engine.control('/control/v1/events')).status).toBe(503);
    readers[0]?.close();
    await readers[0]?.ended;
    await expect.poll(async () => (await read(engine, { topics: ['gate'] })).response.status).toBe(200);
  });
});

describe('a stream', () => {
  test('is not kept, collected or guessed at by anybody on the way', async () => {
    const reader = await read(await start());
    const { headers } = reader.response;
    expect(headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-accel-buffering')).toBe('no');
  });

  test('begins with an id, so that its reader can come back before anything happened', async () => {
    const engine = await start();
    const first = await read(engine, { topics: ['changed'] });
    await expect.poll(() => first.lastId).toMatch(/^[0-9a-f]{12}-\d+$/);
    first.close();
    await first.ended;
    await change(engine, 'power.tariffUsdPerKwh', 0.5);
    const again = await read(engine, { topics: ['changed'], lastId: first.lastId });
    expect((await again.next()).data).toEqual({ what: 'settings' });
    expect(new Set(again.events.map(({ id }) => id)).size).toBe(again.events.length);
  });

  test('tells a reader of another run of the engine to begin anew', async () => {
    const reader = await read(await start(), { lastId: 'ffffffffffff-7' });
    expect((await reader.next()).topic).toBe('reset');
  });

  test('sends a sign of life every fifteen seconds, and no timer outlives it', async () => {
    const clock = new ManualClock();
    const engine = await start({ clock });
    const before = clock.pendingTimers;
    const reader = await read(engine, { topics: ['changed'] });
    expect(clock.pendingTimers).toBe(before + 1);
    await clock.advance(15_000);
    await expect.poll(() => reader.comments).toBe(1);
    reader.close();
    await reader.ended;
    await expect.poll(() => clock.pendingTimers).toBe(before);
  });

  test('ends when the engine stops, at once', async () => {
    const engine = await start();
    const reader = await read(engine);
    const stopping = engine.engine.stop(60_000);
    await Promise.all([reader.ended, stopping]);
  });

  test('ends when its token is replaced; the new one is taken', async () => {
    const engine = await start();
    const reader = await read(engine);
    await engine.control('/control/v1/token/rotate', { method: 'POST', body: '{}' });
    await reader.ended;
    expect((await read(engine)).response.status).toBe(200);
  });
});

describe('a reader that is too slow', () => {
  test('is cut off with little kept for it, and gets what is left, or a reset, when it comes back', async () => {
    const { url, hub, responses } = await serveEvents();
    const slow = await openSilently(url);
    const watcher = await readEvents(url, { token: TOKEN, topics: ['log'] });
    let mostWaiting = 0;
    for (let count = 0; count < 10_000; count += 1) {
      hub.publish('log', () => ({ atMs: count, level: 'info', message: 'x'.repeat(1_500), fields: { count } }));
      mostWaiting = Math.max(mostWaiting, ...responses.map(({ writableLength }) => writableLength));
      // The other one keeps up.
      if (count % 100 === 0) await expect.poll(() => watcher.events.length, { interval: 1 }).toBe(count + 1);
    }
    expect(responses[0]?.destroyed).toBe(true);
    expect(mostWaiting).toBeLessThan(2_100_000);
    await expect.poll(() => watcher.events.length).toBe(10_000);
    const late = await readEvents(url, { token: TOKEN, topics: ['log'], lastId: slow.firstId() });
    expect((await late.next()).topic).toBe('reset');
    const lately = await readEvents(url, { token: TOKEN, topics: ['log'], lastId: watcher.events[9_800]?.id ?? '' });
    await expect.poll(() => lately.events.length).toBe(199);
    expect(lately.events[0]?.data).toMatchObject({ fields: { count: 9_801 } });
  });
});

const TOKEN = 'f'.repeat(64);

/** The stream alone, with a hub that the test tells things. */
async function serveEvents() {
  const hub = new EventHub({ clock: systemClock, log: new SilentLog(), run: 'abc' });
  const handle = eventStream({ hub, clock: systemClock, token: () => TOKEN });
  const responses: ServerResponse[] = [];
  const server = createServer((request, response) => {
    responses.push(response);
    const [path = '', query = ''] = (request.url ?? '').split('?');
    const call = { id: 'r1', arrivedMs: 0, startedAtMs: 0, request, response, method: 'GET', path, query: `?${query}` };
    handle({ ...call, cors: [], protocol: 'openai' });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    hub.close();
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return { url: `http://127.0.0.1:${port}`, hub, responses };
}

/** Reads the head and the first frame, and then nothing. */
async function openSilently(url: string): Promise<{ firstId: () => string }> {
  const opened = Promise.withResolvers<undefined>();
  let text = '';
  const headers = { authorization: `Bearer ${TOKEN}` };
  const call = request(`${url}/control/v1/events?topics=log`, { headers }, (reply) => {
    reply.once('data', (bytes: Buffer) => {
      text = bytes.toString();
      reply.socket.pause();
      opened.resolve(undefined);
    });
    reply.on('error', () => undefined);
  });
  call.on('error', () => undefined);
  call.end();
  onTestFinished(() => void call.destroy());
  await opened.promise;
  return { firstId: () => /id: (\S+)/.exec(text)?.[1] ?? '' };
}

describe('events of the engine', () => {
  test('a request is told as it will be read', async () => {
    const tracks = await startTwoTracks();
    const reader = await read(tracks, { topics: ['request'] });
    await (await ask(tracks.url)).text();
    const { data } = await reader.next('request');
    expect(data).toEqual((await tracks.recorded())[0]);
    expect(data).toMatchObject({ app: 'Asker', outcome: 'ok', attempts: [{ providerId: 'ollama' }] });
  });

  test('the log is told line by line', async () => {
    const engine = await start();
    const reader = await read(engine, { topics: ['log'] });
    await change(engine, 'optimizer.preferences.localBias', 0.9);
    await engine.control('/control/v1/optimizer');
    expect((await reader.next('log')).data).toMatchObject({ level: 'info', message: 'settings changed' });
  });

  test('who changed what is told, so that it is read again', async () => {
    const engine = await start();
    const reader = await read(engine, { topics: ['changed'] });
    await change(engine, 'budgets.total.dayUsd', 5);
    expect([(await reader.next()).data, (await reader.next()).data]).toEqual([{ what: 'settings' }, { what: 'spend' }]);
  });

  test('status and tray are told to whoever begins to read, and when they differ', async () => {
    const engine = await start();
    const reader = await read(engine, { topics: ['status', 'tray'] });
    expect((await reader.next('status')).data).toMatchObject({ activeRequests: 0 });
    const other = await read(engine, { topics: ['tray'] });
    await change(engine, 'optimizer.strategy', 'cost_focused');
    expect((await other.next('tray')).data).toMatchObject({ strategy: 'cost_focused' });
  });

  test('the gate is told when the person pauses', async () => {
    const engine = await start();
    const reader = await read(engine, { topics: ['gate'] });
    await engine.control('/control/v1/gate/pause', { method: 'POST', body: '{}' });
    expect((await reader.next('gate')).data).toMatchObject({ paused: true, open: false });
  });

  test('requests under way are told while there are some', async () => {
    const tracks = await startTwoTracks();
    const reader = await read(tracks, { topics: ['activity'] });
    expect((await reader.next()).data).toEqual({ local: 0, cloud: 0, waiting: 0 });
    const gate = new Gate();
    tracks.local.script(held(gate, answer({ text: 'x' })));
    const asked = ask(tracks.url);
    expect((await reader.next()).data).toEqual({ local: 1, cloud: 0, waiting: 0 });
    gate.open();
    await asked;
    expect((await reader.next()).data).toEqual({ local: 0, cloud: 0, waiting: 0 });
  });

  test('the machine is looked at each second while somebody reads it, and seldom again afterwards', async () => {
    const clock = new ManualClock();
    const engine = await start({ clock });
    await clock.advance(60_000);
    const reader = await read(engine, { topics: ['resources'] });
    await clock.advance(10_000);
    await expect.poll(() => reader.events.length).toBeGreaterThanOrEqual(9);
    reader.close();
    await reader.ended;
    await clock.advance(30_000);
    const later = await read(engine, { topics: ['gate'] });
    const { intervalMs } = (await (await engine.control('/control/v1/resources')).json()) as { intervalMs: number };
    expect(intervalMs).toBe(5_000);
    later.close();
  });
});
