import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answer } from '../support/upstreams/answer-script.ts';
import { Gate } from '../support/upstreams/gate.ts';
import { compressed, cutAt, cutEvery, endingAfter, held, withHeaders } from '../support/upstreams/script-changes.ts';
import { hangingUp, raw, silent, type Script } from '../support/upstreams/script.ts';
import { startUpstream, type Upstream } from '../support/upstreams/start-upstream.ts';

let upstream: Upstream;
beforeEach(async () => {
  upstream = await startUpstream({ kind: 'openai' });
});
afterEach(() => upstream.stop());

describe('scripts', () => {
  test('are taken in order, and the last one stays', async () => {
    upstream.script(raw({ chunks: ['1'] }), raw({ chunks: ['2'] }));
    expect([await textOf(ask()), await textOf(ask()), await textOf(ask())]).toEqual(['1', '2', '2']);
  });

  test('for other paths leave the answers alone', async () => {
    upstream.scriptPath('/models', raw({ status: 503 }));
    expect((await fetch(`${upstream.url}/models`)).status).toBe(503);
    expect((await ask()).status).toBe(200);
  });
});

describe('a request', () => {
  test('is kept as it came', async () => {
    await ask({ 'x-extra': 'Yes' }, '?beta=true');
    const [received] = upstream.received;
    expect(received).toMatchObject({
      method: 'POST',
      path: '/v1/chat/completions?beta=true',
      pathname: '/v1/chat/completions',
      body: { model: 'm', stream: true },
      isAborted: false,
    });
    expect(received?.headers['x-extra']).toBe('Yes');
    expect(received?.rawBody.toString()).toBe('{"model":"m","stream":true}');
  });

  test('can be waited for', async () => {
    const second = upstream.call(2);
    await textOf(ask());
    await textOf(ask());
    expect(await second).toBe(upstream.calls[1]);
  });

  test('whose client goes away in mid-stream says so', async () => {
    upstream.script(answer({ text: ['a', new Gate(), 'b'] }));
    const stop = new AbortController();
    const response = await ask({}, '', stop.signal);
    await response.body?.getReader().read();
    stop.abort();
    const received = await upstream.call(1);
    await received.aborted;
    expect(received.isAborted).toBe(true);
  });

  test('whose client goes away before the first byte says so', async () => {
    upstream.script(silent());
    const stop = new AbortController();
    const asking = ask({}, '', stop.signal).catch(() => 'gone');
    const received = await upstream.call(1);
    stop.abort();
    await received.aborted;
    expect(await asking).toBe('gone');
  });

  test('that was answered is not aborted', async () => {
    await textOf(ask());
    const received = await upstream.call(1);
    await received.ended;
    expect(received.isAborted).toBe(false);
  });
});

describe('gates', () => {
  test('hold a stream where they stand', async () => {
    const gate = new Gate();
    upstream.script(raw({ chunks: ['before', gate, 'after'] }));
    const response = await ask();
    const reader = response.body?.getReader();
    expect(decode(await reader?.read())).toBe('before');
    await gate.reached;
    gate.open();
    expect(decode(await reader?.read())).toBe('after');
  });

  test('hold back even the status line', async () => {
    const gate = new Gate();
    upstream.script(held(gate, raw({ status: 418 })));
    const asking = ask();
    await gate.reached;
    gate.open();
    expect((await asking).status).toBe(418);
  });

  test('in a whole answer hold it back altogether', async () => {
    const gate = new Gate();
    upstream.script(answer({ text: ['a', gate, 'b'] }));
    const asking = fetch(`${upstream.url}/chat/completions`, { method: 'POST', body: '{"model":"m"}' });
    await gate.reached;
    gate.open();
    expect(await (await asking).text()).toContain('"content":"ab"');
  });
});

describe('ends', () => {
  test.each(['close', 'reset'] as const)('%s: the client sees a broken body, the upstream no abort', async (end) => {
    upstream.script(endingAfter(2, end, answer({ text: ['a', 'b', 'c'] })));
    const [broken] = await Promise.allSettled([ask().then((response) => response.text())]);
    expect(broken.status).toBe('rejected');
    expect((await upstream.call(1)).isAborted).toBe(false);
  });

  test('close: what was sent before arrives', async () => {
    upstream.script(raw({ chunks: ['part'], end: 'close' }));
    const response = await ask();
    expect(decode(await response.body?.getReader().read())).toBe('part');
  });

  test('hang: nothing more comes and nothing closes until the client goes', async () => {
    upstream.script(raw({ chunks: ['part'], end: 'hang' }));
    const stop = new AbortController();
    const response = await ask({}, '', stop.signal);
    expect(decode(await response.body?.getReader().read())).toBe('part');
    stop.abort();
    await (
      await upstream.call(1)
    ).aborted;
  });

  test.each(['close', 'reset'] as const)('hanging up with %s gives no response at all', async (end) => {
    upstream.script(hangingUp(end));
    await expect(ask()).rejects.toThrow('fetch failed');
  });
});

describe('lies and garbage', () => {
  test('a content-length may promise more than comes', async () => {
    upstream.script(withHeaders({ 'content-length': '100' }, raw({ chunks: ['short'], end: 'close' })));
    const response = await ask();
    expect(response.headers.get('content-length')).toBe('100');
    await expect(response.text()).rejects.toThrow();
  });

  test('a peer need not speak HTTP', async () => {
    upstream.script(raw({ headless: true, chunks: ['SSH-2.0-OpenSSH\r\n'], end: 'close' }));
    const { port } = new URL(upstream.url);
    const socket = connect(Number(port), '127.0.0.1');
    const body = '{"model":"m"}';
    socket.write(`POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    let received = '';
    for await (const bytes of socket) received += String(bytes);
    expect(received).toBe('SSH-2.0-OpenSSH\r\n');
  });
});

describe('cuts and compression', () => {
  const whole = answer({ text: ['hé ', '你好🌍'] });

  test('a stream cut at any byte keeps its bytes', async () => {
    const expected = await textWith(whole);
    for (const offset of [1, 7, 100, expected.length - 1]) expect(await textWith(cutAt(offset, whole))).toBe(expected);
    expect(await textWith(cutEvery(1, whole))).toBe(expected);
  });

  test('each piece comes as one piece', async () => {
    upstream.script(cutEvery(3, raw({ chunks: ['abc', 'defg'] })));
    const pieces: string[] = [];
    const asking = request(`${upstream.url}/chat/completions`, { method: 'POST' }).end();
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    response.on('data', (bytes: Buffer) => pieces.push(bytes.toString()));
    await once(response, 'end');
    expect(pieces).toEqual(['abc', 'def', 'g']);
  });

  test.each(['gzip', 'deflate', 'br', 'zstd'] as const)('%s: decoded it is the same', async (encoding) => {
    const expected = await textWith(whole);
    upstream.script(compressed(encoding, whole));
    const response = await ask();
    expect(response.headers.get('content-encoding')).toBe(encoding);
    expect(withoutNumbers(await response.text())).toBe(expected);
  });

  test('every chunk of a compressed stream is flushed', async () => {
    const gate = new Gate();
    upstream.script(compressed('gzip', raw({ chunks: ['first', gate, 'second'] })));
    const reader = (await ask()).body?.getReader();
    expect(decode(await reader?.read())).toBe('first');
    gate.open();
    expect(decode(await reader?.read())).toBe('second');
  });
});

test('an endless body is made only as fast as it is read', async () => {
  const mebibyte = Buffer.alloc(1024 * 1024);
  let made = 0;
  function* endless(): Generator<Uint8Array> {
    for (;;) {
      made++;
      yield mebibyte;
    }
  }
  upstream.script(raw({ chunks: endless() }));
  const stop = new AbortController();
  const response = await ask({}, '', stop.signal);
  await response.body?.getReader().read();
  stop.abort();
  await (
    await upstream.call(1)
  ).ended;
  expect(made).toBeLessThan(64);
});

function ask(headers: Record<string, string> = {}, query = '', signal?: AbortSignal): Promise<Response> {
  return fetch(`${upstream.url}/chat/completions${query}`, {
    method: 'POST',
    headers,
    body: '{"model":"m","stream":true}',
    ...(signal === undefined ? {} : { signal }),
  });
}

async function textOf(response: Promise<Response>): Promise<string> {
  return (await response).text();
}

/** What a script says, without the number that differs from request to request. */
async function textWith(script: Script): Promise<string> {
  upstream.script(script);
  return withoutNumbers(await textOf(ask()));
}

function withoutNumbers(text: string): string {
  return text.replaceAll(/upstream\d+/gu, 'upstream');
}

function decode(read: { value: Uint8Array } | { value?: unknown } | undefined): string {
  return read?.value instanceof Uint8Array ? new TextDecoder().decode(read.value) : '';
}
