import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const PROJECT = resolve(import.meta.dirname, '../..');

interface Source {
  path: string;
  /** Without comments, which may name what they warn of. */
  code: string;
}

function readSources(...folders: string[]): Source[] {
  return folders.flatMap((folder) =>
    readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|svelte|html|css)$/.test(name))
      .map((name) => {
        const path = `${folder}/${name.replaceAll('\\', '/')}`;
        return { path, code: withoutComments(readFileSync(join(PROJECT, path), 'utf8')) };
      }),
  );
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->|(?<=^|\s)\/\/.*$/gm, '');
}

const product = readSources('src-main', 'src-shared', 'src-renderer');
const shell = readSources('src-main/desktop');
const pages = readSources('src-renderer');

function filesWith(sources: readonly Source[], pattern: RegExp): string[] {
  return sources.filter(({ code }) => pattern.test(code)).map(({ path }) => path);
}

test('there is something to look at', () => {
  expect([shell.length > 10, pages.length > 10, product.length > 200]).toEqual([true, true, true]);
});

test.each([
  ['the sandbox is never switched off', /no-sandbox|disable-setuid-sandbox|sandbox:\s*false/],
  ['pages never get Node', /nodeIntegration(InWorker|InSubFrames)?:\s*true|nodeIntegration(InWorker|InSubFrames)?=/],
  ['pages and preload never share a world', /contextIsolation:\s*false/],
  ['the rules of the web stay on', /webSecurity:\s*false|allowRunningInsecureContent:\s*true|disable-web-security/],
  ['nothing experimental is switched on', /experimentalFeatures:\s*true|enableBlinkFeatures/],
  ['there is no webview', /webviewTag:\s*true|<webview/],
  [
    'certificates are never waved through',
    /certificate-error|setCertificateVerifyProc|rejectUnauthorized:\s*false|NODE_TLS_REJECT_UNAUTHORIZED|ignore-certificate-errors/,
  ],
  [
    'text never becomes code',
    /\beval\(|new Function\(|setTimeout\(\s*['"`]|setInterval\(\s*['"`]|executeJavaScript\(|\bnode:vm\b/,
  ],
  [
    'nothing runs through a system shell',
    /import \{[^}]*\bexec(?:Sync)?\b[^}]*\} from 'node:child_process'|shell:\s*true/,
  ],
  ['the old remote module is not used', /@electron\/remote|enableRemoteModule/],
  ['nobody is watched', /google-analytics|sentry|posthog|mixpanel|amplitude|crashReporter\.start/i],
])('%s', (_, pattern) => {
  expect(filesWith(product, pattern)).toEqual([]);
});

test('text never becomes markup in pages', () => {
  expect(filesWith(pages, /\{@html|innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc|DOMParser/)).toEqual(
    [],
  );
});

test('pages load nothing from another host and keep no secret in the browser', () => {
  expect(filesWith(pages, /src=["']https?:|<link[^>]+href=["']https?:|@import\s+url\(|url\(\s*['"]?https?:/)).toEqual(
    [],
  );
  expect(filesWith(pages, /document\.cookie|localStorage\.setItem\([^)]*[Tt]oken/)).toEqual([]);
});

test('pages know nothing of Node or Electron', () => {
  expect(filesWith(pages, /from ['"](node:|electron['"])|require\(/)).toEqual([]);
});

test('addresses are opened outside in one place only', () => {
  expect(filesWith(product, /shell\.openExternal\(/)).toEqual(['src-main/desktop/window-calls.ts']);
});

test('every page gets its web preferences in one place, with every door closed', () => {
  const places = shell.filter(({ code }) => /new\s+[\w.]*BrowserWindow\(|webPreferences:/.test(code));
  expect(places.map(({ path }) => path)).toHaveLength(1);
  for (const { code } of places) {
    expect(code).toMatch(/sandbox:\s*true/);
    expect(code).toMatch(/contextIsolation:\s*true/);
    expect(code).toMatch(/nodeIntegration:\s*false/);
  }
});

test('the sandbox is demanded of every renderer before any exists', () => {
  expect(filesWith(shell, /app\.enableSandbox\(\)/)).toHaveLength(1);
});

test('the preload gives pages functions of its own, never the channel itself', () => {
  const preload = shell.find(({ path }) => path.endsWith('/preload.ts'))?.code ?? '';
  expect(preload).toMatch(/contextBridge\.exposeInMainWorld\(/);
  expect(preload).not.toMatch(/exposeInMainWorld\([^)]*ipcRenderer\s*[,)}]|\.\.\.ipcRenderer/);
  expect(filesWith(shell, /contextBridge\.expose/)).toEqual(['src-main/desktop/preload.ts']);
});

test('only the shell imports electron, and only the engine’s store the database driver', () => {
  expect(filesWith(product, /from ['"]electron['"]/).filter((path) => !path.startsWith('src-main/desktop/'))).toEqual(
    [],
  );
  expect(filesWith(product, /from ['"]better-sqlite3['"]/)).toEqual(['src-main/engine/store/database.ts']);
});
