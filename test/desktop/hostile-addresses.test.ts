import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { allowsPermission } from '../../src-main/desktop/allows-permission.ts';
import { parseDeepLink, viewOfArguments } from '../../src-main/desktop/deep-link.ts';
import { externalHosts, toExternalLink } from '../../src-main/desktop/external-links.ts';
import { isOwnPage } from '../../src-main/desktop/own-page.ts';
import { createPagesHandler } from '../../src-main/desktop/serve-pages.ts';
import { VIEW_NAMES } from '../../src-shared/bridge.ts';

describe('a deep link', () => {
  it.each(VIEW_NAMES)('leads to %s', (view) => {
    expect(parseDeepLink(`pointsman://${view}`)).toBe(view);
    expect(parseDeepLink(`POINTSMAN://${view.toUpperCase()}/`)).toBe(view);
  });

  it.each([
    'pointsman://',
    'pointsman://nowhere',
    'pointsman://settings?privacy.localOnly=false',
    'pointsman://settings#x',
    'pointsman://settings/../requests',
    'pointsman://user@settings',
    'pointsman://settings:80',
    ' pointsman://settings',
    'pointsman://settings\n',
    'pointsman:settings',
    'https://settings',
    'javascript:alert(1)',
  ])('%j leads nowhere', (link) => {
    expect(parseDeepLink(link)).toBeNull();
  });

  it('is all that a command line is read for', () => {
    expect(viewOfArguments(['pointsman', '--inspect', 'x', 'pointsman://spend'])).toBe('spend');
    expect(viewOfArguments(['pointsman://spend'])).toBeNull();
    expect(viewOfArguments(['pointsman', '--hidden', '/etc/passwd'])).toBeNull();
  });

  it('never names anything but a known view, whatever is written', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const view = parseDeepLink(`pointsman://${text}`);
        return view === null || VIEW_NAMES.includes(view);
      }),
    );
  });
});

describe('a link to the outside', () => {
  const hosts = externalHosts();

  it.each(['https://platform.openai.com/api-keys', 'https://github.com/a/b?c=d#e', 'https://ollama.com'])(
    '%s is opened',
    (address) => {
      expect(toExternalLink(address, hosts)).toBe(new URL(address).href);
    },
  );

  it.each([
    'http://platform.openai.com/',
    'https://platform.openai.com.evil.com/',
    'https://evil.com/https://github.com',
    'https://github.com@evil.com/',
    'https://github.com:8443/',
    'https://user:pass@github.com/',
    'https://xn--githb-0ra.com/',
    'https://GITHUB.com.',
    'smb://github.com/share',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'ms-msdt:/id PCWDiagnostic',
    'mailto:a@github.com',
    'data:text/html,x',
    'pointsman://settings',
    '//github.com',
    'github.com',
    '',
  ])('%j is not', (address) => {
    expect(toExternalLink(address, hosts)).toBeNull();
  });
});

describe('our own page', () => {
  it.each(['app://pointsman/', 'app://pointsman/index.html#/spend'])('is %s', (address) => {
    expect(isOwnPage(address)).toBe(true);
  });

  it.each([
    'app://other/',
    'app://pointsman.evil/',
    'app://x@pointsman/',
    'https://pointsman/',
    'about:blank',
    'null',
    '',
  ])('is not %j', (address) => {
    expect(isOwnPage(address)).toBe(false);
  });

  it('alone may call loopback addresses, from its main frame; nothing else is permitted to anybody', () => {
    const page = 'app://pointsman/';
    const asks = (permission: string, from = page, isMainFrame = true) =>
      allowsPermission({ permission, page: from, isMainFrame });
    expect([asks('loopback-network'), asks('local-network-access')]).toEqual([true, true]);
    expect([asks('loopback-network', 'app://other/'), asks('loopback-network', page, false)]).toEqual([false, false]);
    const others = [
      'media',
      'geolocation',
      'notifications',
      'clipboard-read',
      'openExternal',
      'local-network',
      'hid',
      '',
    ];
    expect(others.filter((permission) => asks(permission))).toEqual([]);
  });
});

describe('the pages’ protocol', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-pages-root-'));
  const root = join(folder, 'pages');
  mkdirSync(join(root, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'secret.js'), 'secret');
  writeFileSync(join(root, 'index.html'), '<h1>Pointsman</h1>');
  writeFileSync(join(root, 'assets', 'main-4f2a.js'), 'code');
  writeFileSync(join(root, 'assets', 'main-4f2a.js.map'), 'source');
  writeFileSync(join(root, '.hidden.js'), 'hidden');
  symlinkSync(join(folder, 'secret.js'), join(root, 'assets', 'link.js'));
  symlinkSync(folder, join(root, 'up'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const address = { now: null as string | null };
  const handler = createPagesHandler({ root, address: () => address.now });
  const get = (url: string, method = 'GET') => handler({ url, method });

  it('gives the page and what belongs to it, with their types', async () => {
    const page = await get('app://pointsman/');
    expect([page.status, page.headers.get('content-type'), await page.text()]).toEqual([
      200,
      'text/html; charset=utf-8',
      '<h1>Pointsman</h1>',
    ]);
    const script = await get('app://pointsman/assets/main-4f2a.js?v=1#x');
    expect([script.status, script.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
  });

  it.each([
    'app://pointsman/../secret.js',
    'app://pointsman/%2e%2e/secret.js',
    'app://pointsman/%2E%2E%2Fsecret.js',
    'app://pointsman/assets/..%2f..%2fsecret.js',
    'app://pointsman/..\\secret.js',
    'app://pointsman/assets%5C..%5C..%5Csecret.js',
    'app://pointsman/index.html%00.js',
    'app://pointsman/index.html\0',
    'app://pointsman//etc/hosts',
    'app://pointsman/assets/link.js',
    'app://pointsman/up/secret.js',
    'app://pointsman/.hidden.js',
    'app://pointsman/assets/main-4f2a.js.map',
    'app://pointsman/assets/',
    'app://pointsman/assets',
    'app://pointsman/missing.js',
    'app://other/index.html',
    'app://pointsman.evil/index.html',
    'app://user@other/index.html',
    'app://pointsman:80/index.html',
    'file:///etc/hosts',
    'https://pointsman/index.html',
    'not an address',
  ])('has nothing at %j', async (url) => {
    const answer = await get(url);
    expect([answer.status, await answer.text()]).toEqual([404, '']);
  });

  it('never leaves its folder, whatever the path', async () => {
    const piece = fc.constantFrom(
      '..',
      '.',
      '%2e%2e',
      '\\',
      '/',
      '%00',
      'up',
      'assets',
      'secret.js',
      'link.js',
      '%5c',
      ':',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
        const text = await (await get(`app://pointsman/${pieces.join('/')}`)).text();
        return !text.includes('secret');
      }),
    );
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('refuses %s', async (method) => {
    const answer = await get('app://pointsman/', method);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('answers HEAD without a body', async () => {
    const answer = await get('app://pointsman/', 'HEAD');
    expect([answer.status, await answer.text()]).toEqual([200, '']);
  });

  it('puts the policy on every answer, with the engine’s address of now and no other', async () => {
    const connectsTo = async (url: string) => {
      const policy = (await get(url)).headers.get('content-security-policy') ?? '';
      expect(policy).toContain(`default-src 'none'; script-src 'self';`);
      expect(policy).not.toMatch(/unsafe|\*|https?:\/\/(?!127\.0\.0\.1:\d+;)/);
      return /connect-src ([^;]*)/.exec(policy)?.[1];
    };
    expect(await connectsTo('app://pointsman/')).toBe(`'none'`);
    address.now = 'http://127.0.0.1:8400';
    expect(await connectsTo('app://pointsman/')).toBe('http://127.0.0.1:8400');
    expect(await connectsTo('app://pointsman/missing')).toBe('http://127.0.0.1:8400');
  });
});
