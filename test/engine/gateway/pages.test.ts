import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { sendRequest } from '../../support/send-request.ts';
import { startTestEngine, type TestEngine } from '../../support/start-test-engine.ts';

const INDEX = '<!doctype html><title>Pointsman</title><script type="module" src="/assets/main-4f2a.js"></script>';
const FILES: Readonly<Record<string, string>> = {
  'index.html': INDEX,
  'assets/main-4f2a.js': 'export {};',
  'assets/main-4f2a.js.map': '{"sources":["/home/somebody"]}',
  'assets/main-9c1d.css': 'body {}',
  'assets/a space.svg': '<svg/>',
  'favicon.ico': 'icon',
  'notes.md': 'not for the web',
};
const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

/** Built pages, beside a file that is nobody's business and to which two links lead. */
async function start(): Promise<TestEngine> {
  const around = mkdtempSync(join(tmpdir(), 'pointsman-pages-'));
  onTestFinished(() => rmSync(around, { recursive: true, force: true }));
  const folder = join(around, 'pages');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
  mkdirSync(join(around, 'pages-secret'));
  writeFileSync(join(around, 'pages-secret', 'secret.txt'), 'secret');
  symlinkSync(join(around, 'pages-secret', 'secret.txt'), join(folder, 'assets', 'link.txt'));
  symlinkSync(join(around, 'pages-secret'), join(folder, 'linked'));
  const engine = await startTestEngine({ pagesFolder: folder });
  onTestFinished(() => engine.stop());
  return engine;
}

describe('the pages', () => {
  test.each([
    ['/', 'text/html; charset=utf-8', INDEX],
    ['/index.html', 'text/html; charset=utf-8', INDEX],
    ['/assets/main-4f2a.js', 'text/javascript; charset=utf-8', 'export {};'],
    ['/assets/main-9c1d.css', 'text/css; charset=utf-8', 'body {}'],
    ['/assets/a%20space.svg', 'image/svg+xml', '<svg/>'],
    ['/favicon.ico', 'image/x-icon', 'icon'],
  ])('have %s as %s, without a token', async (path, type, text) => {
    const engine = await start();
    const reply = await fetch(engine.url + path, { headers: HTML });
    expect([reply.status, reply.headers.get('content-type'), await reply.text()]).toEqual([200, type, text]);
    const head = await fetch(engine.url + path, { method: 'HEAD', headers: HTML });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([
      200,
      String(text.length),
      '',
    ]);
  });

  test('may load and call nothing but themselves, and stand in nobody’s frame', async () => {
    const engine = await start();
    for (const path of ['/', '/assets/main-4f2a.js', '/favicon.ico']) {
      const { headers } = await fetch(engine.url + path, { headers: HTML });
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
          "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      );
      expect(Object.fromEntries(headers)).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'permissions-policy': expect.stringContaining('camera=()') as string,
      });
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('set-cookie')).toBeNull();
    }
  });

  test('are kept for ever where the name changes with the content, and asked for anew elsewhere', async () => {
    const engine = await start();
    const hashed = await fetch(`${engine.url}/assets/main-4f2a.js`);
    expect(hashed.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const index = await fetch(engine.url, { headers: HTML });
    expect(index.headers.get('cache-control')).toBe('no-cache');
    const etag = index.headers.get('etag') ?? '';
    const again = await fetch(engine.url, { headers: { ...HTML, 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    const changed = await fetch(engine.url, { headers: { ...HTML, 'if-none-match': '"other"' } });
    expect(changed.status).toBe(200);
  });

  test.each([
    '/../pages-secret/secret.txt',
    '/assets/../../pages-secret/secret.txt',
    '/%2e%2e/pages-secret/secret.txt',
    '/assets/%2e%2e%2f%2e%2e%2fpages-secret%2fsecret.txt',
    '/assets/..%5c..%5cpages-secret%5csecret.txt',
    '/assets\\..\\..\\pages-secret\\secret.txt',
    '/assets/link.txt',
    '/linked/secret.txt',
    '/assets/main-4f2a.js%00',
    '/assets/main-4f2a.js%00.txt',
    '/assets/main-4f2a.js/',
    '/assets//main-4f2a.js',
    '/./index.html',
    '/assets/',
    '/assets',
    '/assets/main-4f2a.js.map',
    '/notes.md',
    '/nothing',
    '/index.htm',
    '/%E0%A4%A',
  ])('have nothing at %s', async (path) => {
    const engine = await start();
    const { host } = new URL(engine.url);
    const reply = await sendRequest(engine.url, { path, headers: ['host', host, 'accept', HTML.accept] });
    expect(reply.status).toBe(404);
    expect(reply.headers['content-type']).toBe('application/json');
    expect(reply.text).not.toContain('secret\n');
  });

  test('are for reading only', async () => {
    const engine = await start();
    for (const method of ['POST', 'PUT', 'DELETE']) {
      for (const path of ['/', '/assets/main-4f2a.js']) {
        expect([method, (await fetch(engine.url + path, { method, headers: HTML })).status]).toEqual([method, 405]);
      }
    }
  });

  test('are for our own hosts only', async () => {
    const engine = await start();
    for (const host of ['evil.com', `127.0.0.1.evil.com:${new URL(engine.url).port}`, '']) {
      const reply = await sendRequest(engine.url, { path: '/', headers: ['host', host, 'accept', HTML.accept] });
      expect([host, reply.status]).toEqual([host, 403]);
    }
  });

  test('leave the root to Ollama’s apps, which look there whether it runs', async () => {
    const engine = await start();
    for (const headers of [{}, { accept: '*/*' }, { accept: 'application/json' }]) {
      expect(await (await fetch(engine.url, { headers })).text()).toBe('Ollama is running');
    }
  });
});

test('pages that are not built: one sentence says how to build them', async () => {
  const engine = await startTestEngine();
  onTestFinished(() => engine.stop());
  const reply = await fetch(engine.url, { headers: HTML });
  expect([reply.status, await reply.text()]).toEqual([404, expect.stringContaining('npm run build')]);
  const empty = mkdtempSync(join(tmpdir(), 'pointsman-pages-'));
  onTestFinished(() => rmSync(empty, { recursive: true, force: true }));
  const other = await startTestEngine({ pagesFolder: empty });
  onTestFinished(() => other.stop());
  expect((await fetch(other.url, { headers: HTML })).status).toBe(404);
});
