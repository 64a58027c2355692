import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRig, type Rig } from '../support/start-rig.ts';
import { HELLO } from './messages.ts';

/** Plain sockets and `fetch` stand for a browser: what it checks are the headers of the preflight's answer. */
let rig: Rig;
beforeAll(async () => {
  rig = await startRig({ kind: 'ollama', settings: { gateway: { allowedOrigins: ['https://trusted.example'] } } });
});
afterAll(() => rig.stop());

const PATHS = ['/', '/api/tags', '/v1/models', '/health', '/api/pull', '/nowhere'];

describe('30: the Host header', () => {
  test.each([
    ['a name that points here (DNS rebinding)', (port: string) => [`Host: evil.example:${port}`]],
    ['a name without a port', () => ['Host: localhost']],
    ['another port', () => ['Host: 127.0.0.1:1']],
    ['two of them, the right one first', (port: string) => [`Host: 127.0.0.1:${port}`, 'Host: evil.example']],
    ['two of them, the right one last', (port: string) => ['Host: evil.example', `Host: 127.0.0.1:${port}`]],
    ['none', () => []],
    ['an empty one', () => ['Host:']],
    ['a name that ends like ours', (port: string) => [`Host: 127.0.0.1:${port}.evil.example`]],
    ['a user before the name', (port: string) => [`Host: evil.example@127.0.0.1:${port}`]],
  ])('%s is refused on every path', async (_name, headers) => {
    for (const path of PATHS) {
      const answer = await speak(`GET ${path}`, headers(port()));
      expect([path, answer.split('\r\n')[0]]).toEqual([path, expect.stringMatching(/HTTP\/1\.1 40[03] /u)]);
    }
    expect(rig.upstream.calls).toHaveLength(0);
  });

  test.each(['127.0.0.1', 'localhost', 'LocalHost', '[::1]'])('%s with our port is answered', async (name) => {
    expect(await speak('GET /', [`Host: ${name}:${port()}`])).toContain('Ollama is running');
  });
});

describe('30: the Origin header', () => {
  test.each([
    'https://evil.example',
    'null',
    'http://localhost.evil.example',
    'http://127.0.0.1.evil.example',
    'http://evil.example/localhost',
    'http://localhost:80@evil.example',
    'http://10.0.0.1',
    'chrome-extension://abcdef',
    'https://trusted.example.evil.example',
    '',
  ])('"%s" is refused before anything is done', async (origin) => {
    const before = rig.upstream.received.length;
    for (const path of ['/api/chat', '/v1/messages', '/v1/chat/completions', '/api/pull']) {
      const response = await fetch(rig.url + path, {
        method: 'POST',
        headers: { origin, 'content-type': 'application/json' },
        body: JSON.stringify({ model: rig.model, max_tokens: 9, messages: HELLO }),
      });
      expect([path, response.status]).toEqual([path, 403]);
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
    }
    expect(rig.upstream.received.slice(before).filter(({ method }) => method === 'POST')).toEqual([]);
  });

  test.each([
    'http://localhost:3000',
    'https://localhost',
    'http://127.0.0.1:5173',
    'http://[::1]:8080',
    'app://pointsman',
    'tauri://localhost',
    'vscode-webview://abc',
    'https://trusted.example',
  ])('"%s" is answered, and may read the answer', async (origin) => {
    const response = await fetch(`${rig.url}/api/tags`, { headers: { origin } });
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe(origin);
    expect(response.headers.get('vary')).toContain('origin');
  });

  test('a call of a program, which has none, is answered without headers for pages', async () => {
    const response = await fetch(`${rig.url}/api/tags`);
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('a page may read the answer of a stream and of an error too', async () => {
    for (const model of [rig.model, 'nobody-has-this']) {
      const response = await fetch(`${rig.url}/v1/messages`, {
        method: 'POST',
        headers: { origin: 'http://localhost:3000', 'content-type': 'application/json' },
        body: JSON.stringify({ model, max_tokens: 9, stream: true, messages: HELLO }),
      });
      await response.text();
      expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:3000');
    }
  });
});

describe('30: the preflight of a page', () => {
  /** Each client's own headers, as a browser would list them. */
  test.each([
    ['@anthropic-ai/sdk', 'authorization,content-type,anthropic-version,anthropic-dangerous-direct-browser-access'],
    ['older Anthropic clients', 'x-api-key,anthropic-version,anthropic-beta,content-type'],
    ['openai', 'authorization,content-type,x-stainless-arch,x-stainless-lang,x-stainless-retry-count,openai-beta'],
  ])('of %s is allowed every header it asks for', async (_client, names) => {
    const response = await preflight('http://localhost:3000', names);
    expect(response.status).toBe(204);
    const allowed = (response.headers.get('access-control-allow-headers') ?? '').split(', ');
    expect(allowed).toEqual(names.split(','));
    expect(response.headers.get('access-control-allow-methods')).toContain('POST');
    expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:3000');
  });

  test('of a stranger is refused', async () => {
    const response = await preflight('https://evil.example', 'content-type');
    expect(response.status).toBe(403);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('is not given leave for headers that none of our clients sends', async () => {
    const response = await preflight('http://localhost:3000', 'content-type,x-evil');
    expect(response.headers.get('access-control-allow-headers')).toBe('content-type');
  });
});

describe('30: upstream', () => {
  test.each(['/api/chat', '/v1/messages', '/api/experimental/web_search', '/v1/systemone'])(
    'nothing of page, host and key goes on from %s',
    async (path) => {
      const response = await fetch(rig.url + path, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          origin: 'http://localhost:3000',
          referer: 'http://localhost:3000/secret-page',
          authorization: 'Bearer sk-client',
          'x-api-key': 'sk-client',
          cookie: 'session=sk-client',
        },
        body: JSON.stringify({ model: rig.model, max_tokens: 9, messages: HELLO }),
      });
      await response.text();
      const headers = rig.upstream.received.findLast(({ method }) => method === 'POST')?.headers ?? {};
      expect(headers.origin).toBeUndefined();
      expect(headers.referer).toBeUndefined();
      expect(headers.host).toBe(new URL(rig.upstream.url).host);
      expect(JSON.stringify(headers)).not.toContain('sk-client');
    },
  );
});

function port(): string {
  return new URL(rig.url).port;
}

function preflight(origin: string, names: string): Promise<Response> {
  const headers = {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': names,
  };
  return fetch(`${rig.url}/v1/messages`, { method: 'OPTIONS', headers });
}

/** One request over a plain socket, with exactly these headers; the whole answer. */
function speak(request: string, headers: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port()), '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => (answer += text));
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
    socket.end([`${request} HTTP/1.1`, ...headers, 'Connection: close', '', ''].join('\r\n'));
  });
}
