import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { RawConnection, requestHead } from '../support/raw-connection.ts';
import { startGateway, type TestGateway } from '../support/start-gateway.ts';
import { post, postJson, PROTOCOLS, refusal, SURFACES } from './surfaces.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

const good = JSON.stringify(PROTOCOLS.openai.body('gpt-4o'));

/** fetch may not send Host itself: a raw socket may. */
async function withHeaders(lines: string, path = '/v1/chat/completions'): Promise<{ status: number; body: unknown }> {
  const connection = new RawConnection(gateway.url);
  onTestFinished(() => connection.end());
  const length = `content-length: ${good.length}\r\nconnection: close\r\n`;
  connection.write(`POST ${path} HTTP/1.1\r\n${lines}${length}content-type: application/json\r\n\r\n${good}`);
  await connection.closed;
  const text = connection.text.slice(connection.text.indexOf('\r\n\r\n') + 4);
  return { status: connection.status, body: JSON.parse(text) };
}

describe('Host', () => {
  const port = () => new URL(gateway.url).port;

  it.each(SURFACES)('of somebody else is refused on $name', async (surface) => {
    const { status, body } = await withHeaders(`host: evil.example:${port()}\r\n`, surface.path);
    expect(status).toBe(403);
    expect(surface.messageOf(body)).toContain('evil.example');
  });

  it.each([
    ['missing', () => ''],
    ['of another port', () => 'host: 127.0.0.1:1\r\n'],
    ['without the port', () => 'host: 127.0.0.1\r\n'],
    ['given twice', () => `host: 127.0.0.1:${port()}\r\nHost: evil.example\r\n`],
    ['that only begins like ours', () => `host: 127.0.0.1.evil.example:${port()}\r\n`],
    ['with a user in it', () => `host: 127.0.0.1:${port()}@evil.example\r\n`],
  ])('%s is refused', async (_what, lines) => {
    const { status } = await withHeaders(lines());
    expect(status).toBe(403);
  });

  it('localhost is us', async () => {
    expect((await withHeaders(`host: LOCALHOST:${port()}\r\n`)).status).toBe(200);
  });
});

describe('Origin', () => {
  it.each([
    'https://evil.example',
    'null',
    'http://localhost.evil.example',
    'http://127.0.0.1:80evil',
    'file:///etc/passwd?',
  ])('%s is refused, reads nothing and costs nothing', async (origin) => {
    const calls = gateway.upstream.calls.length;
    const answer = await postJson(gateway.url + PROTOCOLS.openai.path, PROTOCOLS.openai.body('gpt-4o'), {
      headers: { origin, 'content-type': 'application/json' },
    });
    expect(await refusal(answer, 403, PROTOCOLS.openai)).toContain(origin);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    expect(gateway.upstream.calls).toHaveLength(calls);
  });

  it.each(Object.values(PROTOCOLS))('is refused in the form of $name', async (surface) => {
    const headers = { origin: 'https://evil.example', 'content-type': 'application/json' };
    const answer = await postJson(gateway.url + surface.path, surface.body('gpt-4o'), { headers });
    await refusal(answer, 403, surface);
  });

  it('gets no preflight either', async () => {
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    const answer = await fetch(gateway.url + PROTOCOLS.openai.path, { method: 'OPTIONS', headers });
    expect(answer.status).toBe(403);
  });

  it.each(['http://localhost:3000', 'app://pointsman', 'tauri://localhost', 'http://127.0.0.1:5173'])(
    '%s of this machine is served, and may read the answer',
    async (origin) => {
      const answer = await postJson(gateway.url + PROTOCOLS.openai.path, PROTOCOLS.openai.body('gpt-4o'), {
        headers: { origin, 'content-type': 'application/json' },
      });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
      expect(gateway.upstream.calls.at(-1)?.headers.origin).toBeUndefined();
    },
  );
});

describe('content type', () => {
  const TYPES = [
    'text/plain',
    'text/plain;charset=UTF-8',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/jsonp',
  ];

  it.each(SURFACES.flatMap((surface) => TYPES.map((type) => [type, surface.name, surface] as const)))(
    '%s is refused on %s: a page may send it without asking',
    async (type, _name, surface) => {
      const body = JSON.stringify(surface.body('gpt-4o'));
      const answer = await post(gateway.url + surface.path, body, { headers: { 'content-type': type } });
      expect(await refusal(answer, 415, surface)).toContain('application/json');
    },
  );

  it('missing is refused', async () => {
    const answer = await fetch(gateway.url + PROTOCOLS.openai.path, { method: 'POST', body: Buffer.from(good) });
    expect(await refusal(answer, 415, PROTOCOLS.openai)).toContain('missing');
  });

  it('with a charset is fine', async () => {
    const headers = { 'content-type': 'Application/JSON; charset=utf-8' };
    expect((await post(gateway.url + PROTOCOLS.openai.path, good, { headers })).status).toBe(200);
  });

  it.each(['/api/show', '/api/pull', '/v1/audio/speech'])(
    'a page cannot get round the check of origins with text/plain at %s, which is passed through',
    async (path) => {
      const ollama = await startGateway({ upstream: { kind: 'ollama' } });
      onTestFinished(() => ollama.stop());
      const seen = ollama.upstream.received.length;
      const body = JSON.stringify({ model: 'llama3.2:3b' });
      const headers = { 'content-type': 'text/plain', origin: 'https://evil.example' };
      const answer = await post(ollama.url + path, body, { headers });
      expect(answer.status).toBe(403);
      const passed = ollama.upstream.received.slice(seen).filter((request) => request.pathname === path);
      expect(passed).toHaveLength(0);
    },
  );
});

describe('what is no HTTP request', () => {
  it.each([
    ['garbage', 'GARBAGE\r\n\r\n'],
    ['TLS', Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03, 0x0d, 0x0a])],
    ['headers without end', `GET / HTTP/1.1\r\nx: ${'a'.repeat(100_000)}`],
    ['two lengths', 'POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ncontent-length: 5\r\n\r\nabc'],
    [
      'length and chunks',
      'POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\nabc',
    ],
  ])('%s gets an answer in the 400s and is hung up on', async (_what, bytes) => {
    const connection = new RawConnection(gateway.url);
    onTestFinished(() => connection.end());
    connection.write(bytes);
    await connection.closed;
    expect(connection.status).toBeGreaterThanOrEqual(400);
    expect(connection.status).toBeLessThan(500);
  });

  it('leaves the gateway well', async () => {
    const connection = new RawConnection(gateway.url);
    onTestFinished(() => connection.end());
    connection.write(requestHead(gateway.url, PROTOCOLS.openai.path, { 'content-length': String(good.length) }) + good);
    await expect.poll(() => connection.status).toBe(200);
  });
});
