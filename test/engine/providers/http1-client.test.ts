import { describe, expect, it, onTestFinished, test } from 'vitest';
import { UpstreamClient } from '../../../src-main/engine/providers/upstream-client.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { callFor, RecordedCall } from './recorded-call.ts';
import { SocketServer, type PeerConnection } from './socket-server.ts';
import { standsStill } from './stands-still.ts';

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi';
const CONNECT_TIMEOUT_MS = 5_000;

interface Rig {
  server: SocketServer;
  client: UpstreamClient;
  clock: ManualClock;
  send(changes?: Parameters<typeof callFor>[1]): RecordedCall;
}

async function rigForTest(host?: string): Promise<Rig> {
  const server = await SocketServer.start(host);
  const clock = new ManualClock();
  const client = new UpstreamClient({ connectTimeoutMs: CONNECT_TIMEOUT_MS, clock });
  onTestFinished(async () => {
    await client.close();
    await server.stop();
  });
  return { server, client, clock, send: (changes) => new RecordedCall(client, callFor(server.origin, changes)) };
}

/** The other side, in this process, too, has had its turn to read. */
async function turn(): Promise<void> {
  for (let times = 0; times < 3; times++) await new Promise((resolve) => setImmediate(resolve));
}

/** Sends one call and answers it on the `connection`th connection, where it is the `request`th. */
async function served(rig: Rig, connection: number, request: number, answer = OK): Promise<RecordedCall> {
  const call = rig.send();
  await rig.server.request(connection, request);
  (await rig.server.connection(connection)).send(answer);
  expect(await call.over).toBe('end');
  return call;
}

describe('a request over plain HTTP', () => {
  it('goes out with host, length and the given headers, and its answer is told in order', async () => {
    const rig = await rigForTest();
    const call = rig.send({ path: '/api/chat?x=1', headers: ['x-a', 'b'], body: 'ä' });
    expect(await rig.server.request(1)).toBe(
      `POST /api/chat?x=1 HTTP/1.1\r\nhost: 127.0.0.1:${rig.server.port}\r\nconnection: keep-alive\r\nx-a: b\r\ncontent-length: 2\r\n\r\nÃ¤`,
    );
    (await rig.server.connection(1)).send(OK);
    expect(await call.over).toBe('end');
    expect(call.told).toEqual(['head', 'bytes', 'end']);
    expect([call.status, call.text]).toEqual([200, 'hi']);
  });

  test.each([
    ['bytes', new TextEncoder().encode('{}'), 'POST', 'content-length: 2\r\n\r\n{}'],
    ['nothing, by POST', null, 'POST', 'content-length: 0\r\n\r\n'],
    ['nothing, by GET', null, 'GET', '*/*\r\n\r\n'],
  ])('may carry %s', async (_name, body, method, ending) => {
    const rig = await rigForTest();
    rig.send({ body, method });
    const text = await rig.server.request(1);
    expect(text.endsWith(ending)).toBe(true);
    expect(text.startsWith(`${method} /api/chat`)).toBe(true);
  });

  it('reaches an IPv6 address in brackets', async (context) => {
    const rig = await rigForTest('::1').catch(() => null);
    if (rig === null) return context.skip('this machine has no IPv6 loopback');
    const call = rig.send();
    expect(await rig.server.request(1)).toContain(`\r\nhost: [::1]:${rig.server.port}\r\n`);
    (await rig.server.connection(1)).send(OK);
    expect(await call.over).toBe('end');
  });

  test.each([
    ['a header value', { headers: ['x-a', 'b\r\nx-evil: 1\r\n\r\nGET /evil HTTP/1.1'] }],
    ['a header name', { headers: ['x-a\r\nx-evil', '1'] }],
    ['the path', { path: '/a HTTP/1.1\r\nx-evil: 1\r\n\r\n' }],
    ['the method', { method: 'GET /a HTTP/1.1\r\nx-evil: 1\r\n\r\nPOST' }],
  ])('carries no second header that stood in %s', async (_name, changes) => {
    const rig = await rigForTest();
    const call = rig.send(changes);
    const lines = (await rig.server.request(1)).split('\r\n\r\n')[0]?.split('\r\n') ?? [];
    expect(lines.filter((line) => /^x-evil:/i.test(line) || line.startsWith('GET /evil'))).toEqual([]);
    (await rig.server.connection(1)).send(OK);
    expect(await call.over).toBe('end');
    expect((await rig.server.connection(1)).requests).toHaveLength(1);
  });

  it('writes spaces and letters beyond ASCII in a path percent-encoded', async () => {
    const rig = await rigForTest();
    rig.send({ path: '/a b/ü\ud800' });
    expect(await rig.server.request(1)).toContain('POST /a%20b/%C3%BC%EF%BF%BD HTTP/1.1\r\n');
  });

  it('runs beside many others, each on a connection of its own, and every one gets its own answer', async () => {
    const rig = await rigForTest();
    const count = 100;
    const calls = Array.from({ length: count }, (_, index) => rig.send({ body: `n${index}` }));
    for (let at = 1; at <= count; at += 1) {
      const connection = await rig.server.connection(at);
      const body = (await connection.request()).split('\r\n\r\n')[1] ?? '';
      connection.send(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    }
    await Promise.all(calls.map((call) => call.over));
    expect(calls.map(({ text }) => text)).toEqual(calls.map((_, index) => `n${index}`));
    expect(rig.server.connections).toHaveLength(count);
  });
});

describe('a connection', () => {
  it('carries the next request after a whole answer', async () => {
    const rig = await rigForTest();
    await served(rig, 1, 1);
    await served(rig, 1, 2, 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n');
    await served(rig, 1, 3, 'HTTP/1.1 204 No Content\r\n\r\n');
    expect(rig.server.connections).toHaveLength(1);
  });

  const ENDINGS: readonly [string, (peer: PeerConnection, call: RecordedCall) => Promise<unknown>][] = [
    [
      'an answer that says connection: close',
      async (peer, call) => {
        peer.send('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nhi');
        expect(await call.over).toBe('end');
        await peer.closed;
      },
    ],
    [
      'an answer in HTTP/1.0',
      async (peer, call) => {
        peer.send('HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nhi');
        expect(await call.over).toBe('end');
        await peer.closed;
      },
    ],
    [
      'an answer that ends with the connection',
      async (peer, call) => {
        peer.send('HTTP/1.1 200 OK\r\n\r\nhi');
        peer.end();
        expect(await call.over).toBe('end');
        expect(call.text).toBe('hi');
      },
    ],
    [
      'an answer that breaks off in its body',
      async (peer, call) => {
        peer.send('HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\nhi');
        peer.end();
        expect(await call.over).toEqual({ kind: 'reset', code: 'ended' });
      },
    ],
    [
      'an answer that breaks off in its head',
      async (peer, call) => {
        peer.send('HTTP/1.1 200 OK\r\ncontent-');
        peer.end();
        expect(await call.over).toEqual({ kind: 'reset', code: 'ended' });
        expect(call.told).toEqual(['error']);
      },
    ],
    [
      'a TCP reset',
      async (peer, call) => {
        peer.send('HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\nhi');
        await call.received(2);
        peer.reset();
        expect(await call.over).toEqual({ kind: 'reset', code: 'ECONNRESET' });
      },
    ],
    [
      'an abort in the middle',
      async (peer, call) => {
        peer.send('HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\nhi');
        await call.received(2);
        call.abort();
        await peer.closed;
        expect(call.told).toEqual(['head', 'bytes']);
      },
    ],
    [
      'bytes behind the end of an answer',
      async (peer, call) => {
        peer.send(`${OK}HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil`);
        expect(await call.over).toBe('end');
        expect(call.text).toBe('hi');
        await peer.closed;
      },
    ],
    [
      'something that is not HTTP',
      async (peer, call) => {
        peer.send('SSH-2.0-OpenSSH_9.9\r\n');
        expect(await call.over).toEqual({ kind: 'garbled', code: 'status_line' });
        await peer.closed;
      },
    ],
  ];

  test.each(ENDINGS)('is not used again after %s', async (_name, finish) => {
    const rig = await rigForTest();
    const call = rig.send();
    await rig.server.request(1);
    await finish(await rig.server.connection(1), call);
    await served(rig, 2, 1);
  });

  it('is not used again when the answer came before all of the request was taken', async () => {
    const rig = await rigForTest();
    const call = rig.send({ body: new Uint8Array(64 * 1024 * 1024) });
    const peer = await rig.server.connection(1);
    peer.stopReading();
    peer.send('HTTP/1.1 413 Content Too Large\r\ncontent-length: 0\r\n\r\n');
    expect(await call.over).toBe('end');
    expect(call.status).toBe(413);
    await served(rig, 2, 1);
  });

  it('is not used again when the server closed it meanwhile', async () => {
    const rig = await rigForTest();
    await served(rig, 1, 1);
    const peer = await rig.server.connection(1);
    peer.end();
    await peer.closed;
    await served(rig, 2, 1);
  });

  it('is not used again when the server said something unasked', async () => {
    const rig = await rigForTest();
    await served(rig, 1, 1);
    const peer = await rig.server.connection(1);
    peer.send('HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n');
    await peer.closed;
    await served(rig, 2, 1);
  });

  it('is given up after 4 s without use, and not before', async () => {
    const rig = await rigForTest();
    await served(rig, 1, 1);
    await rig.clock.advance(3_999);
    await served(rig, 1, 2);
    await rig.clock.advance(3_999);
    await served(rig, 1, 3);
    await rig.clock.advance(4_000);
    await (
      await rig.server.connection(1)
    ).closed;
    expect(rig.clock.pendingTimers).toBe(0);
  });

  it('that is in use is never given up as idle', async () => {
    const rig = await rigForTest();
    await served(rig, 1, 1);
    const call = rig.send();
    const peer = await rig.server.connection(1);
    await peer.request(2);
    await rig.clock.advance(60_000);
    peer.send(OK);
    expect(await call.over).toBe('end');
  });

  it('of many idle ones goes after its own 4 s', async () => {
    const rig = await rigForTest();
    const [first, second] = [rig.send(), rig.send()];
    await rig.server.request(1);
    await rig.server.request(2);
    const [one, two] = [await rig.server.connection(1), await rig.server.connection(2)];
    one.send(OK);
    await first.over;
    await rig.clock.advance(2_500);
    two.send(OK);
    await second.over;
    await rig.clock.advance(1_500);
    await one.closed;
    await served(rig, 2, 2);
  });
});

describe('two connections that read in turns', () => {
  it('keep what they were told, though all is read into one buffer', async () => {
    const rig = await rigForTest();
    const [one, other] = [rig.send(), rig.send()];
    const peers = [await rig.server.connection(1), await rig.server.connection(2)];
    await Promise.all([rig.server.request(1), rig.server.request(2)]);
    const head = 'HTTP/1.1 200 OK\r\ncontent-length: 3000\r\n\r\n';
    for (const peer of peers) peer.send(head);
    await Promise.all([one.head, other.head]);
    for (let piece = 1; piece <= 3; piece++) {
      for (const [place, peer] of peers.entries()) {
        peer.send(String(place).repeat(1000));
        await (place === 0 ? one : other).received(piece * 1000);
      }
    }
    expect(await Promise.all([one.over, other.over])).toEqual(['end', 'end']);
    expect(one.text).toBe('0'.repeat(3000));
    expect(other.text).toBe('1'.repeat(3000));
  });

  it('may each be cut in the middle of a head', async () => {
    const rig = await rigForTest();
    const calls = [rig.send(), rig.send()];
    const peers = [await rig.server.connection(1), await rig.server.connection(2)];
    await Promise.all([rig.server.request(1), rig.server.request(2)]);
    const answers = peers.map(
      (_peer, place) => `HTTP/1.1 20${place} OK\r\ncontent-length: 1\r\nx-place: ${place}\r\n\r\n${place}`,
    );
    for (let at = 0; at < (answers[0]?.length ?? 0); at += 7) {
      for (const [place, peer] of peers.entries()) {
        peer.send(answers[place]?.slice(at, at + 7) ?? '');
        await peer.sent();
        await turn();
      }
    }
    expect(await Promise.all(calls.map(({ over }) => over))).toEqual(['end', 'end']);
    expect(calls.map(({ status, text, headers }) => [status, text, headers['x-place']])).toEqual([
      [200, '0', '0'],
      [201, '1', '1'],
    ]);
  });
});

describe('a call', () => {
  it('that nothing listens for is refused', async () => {
    const rig = await rigForTest();
    const gone = await SocketServer.start();
    const { origin } = gone;
    await gone.stop();
    const call = new RecordedCall(rig.client, callFor(origin));
    expect(await call.over).toEqual({ kind: 'refused', code: 'ECONNREFUSED' });
    expect(rig.clock.pendingTimers).toBe(0);
  });

  it('whose connection is not there in time fails, and nothing of it stays behind', async () => {
    const timers: { delayMs: number; run: () => void }[] = [];
    const clock = { ...stillClock, after: (delayMs: number, run: () => void) => keep(timers, { delayMs, run }) };
    const server = await SocketServer.start();
    const client = new UpstreamClient({ connectTimeoutMs: CONNECT_TIMEOUT_MS, clock });
    onTestFinished(() => server.stop());
    const call = new RecordedCall(client, callFor(server.origin));
    const [timer] = timers;
    expect(timer?.delayMs).toBe(CONNECT_TIMEOUT_MS);
    timer?.run();
    expect(await call.over).toEqual({ kind: 'connect_timeout', code: 'connect_timeout' });
    expect(call.told).toEqual(['error']);
    expect(timers).toEqual([]);
  });

  it('has no time limit of its own once the connection is there', async () => {
    const rig = await rigForTest();
    const call = rig.send();
    const peer = await rig.server.connection(1);
    await peer.request();
    await rig.clock.advance(10 * CONNECT_TIMEOUT_MS);
    peer.send(OK);
    expect(await call.over).toBe('end');
  });

  it('that is aborted closes its connection at once and tells nothing more', async () => {
    const rig = await rigForTest();
    const call = rig.send();
    const peer = await rig.server.connection(1);
    await peer.request();
    call.abort();
    await peer.closed;
    expect(call.told).toEqual([]);
  });

  it('may be aborted, paused and resumed after its end, and the connection stays', async () => {
    const rig = await rigForTest();
    const call = await served(rig, 1, 1);
    call.pause();
    call.abort();
    call.resume();
    await served(rig, 1, 2);
    expect(call.told).toEqual(['head', 'bytes', 'end']);
  });

  it('that is paused holds the server back, and gets everything after it is resumed', async () => {
    const rig = await rigForTest();
    const call = rig.send();
    const peer = await rig.server.connection(1);
    await peer.request();
    const total = 64 * 1024 * 1024;
    peer.send(`HTTP/1.1 200 OK\r\ncontent-length: ${total}\r\n\r\n`);
    await call.head;
    call.pause();
    for (let sent = 0; sent < total; sent += 1024 * 1024) peer.send(new Uint8Array(1024 * 1024));
    await standsStill(() => peer.unsentBytes);
    expect(call.receivedBytes).toBeLessThan(1024 * 1024);
    expect(peer.unsentBytes).toBeGreaterThan(total / 2);
    call.resume();
    expect(await call.over).toBe('end');
    expect(call.receivedBytes).toBe(total);
  });

  it('under way when the client is closed reports a reset, and a later one does too, without a connection', async () => {
    const rig = await rigForTest();
    const call = rig.send();
    await rig.server.request(1);
    await rig.client.close();
    expect(await call.over).toMatchObject({ kind: 'reset' });
    expect(await rig.send().over).toEqual({ kind: 'reset', code: 'closed' });
    expect(rig.server.connections).toHaveLength(1);
    expect(rig.clock.pendingTimers).toBe(0);
  });
});

/** Time never passes by itself, not even for a turn of the event loop. */
const stillClock = { nowMs: () => 0, monotonicMs: () => 0 };

/** Adds an item; the returned function takes it out again. */
function keep<Item>(items: Item[], item: Item): () => void {
  items.push(item);
  return () => {
    const at = items.indexOf(item);
    if (at !== -1) items.splice(at, 1);
  };
}
