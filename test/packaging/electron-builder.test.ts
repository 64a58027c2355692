import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const PROJECT = resolve(import.meta.dirname, '../..');
const text = readFileSync(join(PROJECT, 'electron-builder.yml'), 'utf8');
const content: unknown = parse(text);
const target = z.array(z.object({ target: z.string(), arch: z.array(z.string()) }));
const fileSets = z.array(z.object({ filter: z.array(z.string()) }));
const configuration = z
  .object({
    appId: z.string(),
    files: z.array(z.string()),
    asarUnpack: z.array(z.string()),
    npmRebuild: z.boolean(),
    electronFuses: z.record(z.string(), z.boolean()),
    toolsets: z.object({ appimage: z.string() }),
    protocols: z.array(z.object({ schemes: z.array(z.string()) })),
    publish: z.object({ provider: z.string(), releaseType: z.string() }),
    mac: z.object({
      target,
      files: fileSets,
      icon: z.string(),
      hardenedRuntime: z.boolean(),
      entitlements: z.string(),
      minimumSystemVersion: z.string(),
      extendInfo: z.object({ LSUIElement: z.boolean() }),
    }),
    win: z.object({ target, files: fileSets, icon: z.string() }),
    nsis: z.object({ oneClick: z.boolean(), perMachine: z.boolean(), deleteAppDataOnUninstall: z.boolean() }),
    linux: z.object({ target, files: fileSets, icon: z.string(), executableName: z.string() }),
    deb: z.object({ depends: z.array(z.string()), recommends: z.array(z.string()) }),
  })
  .parse(content);

/** electron-builder's own description of what it takes, with the one word of it that is no JSON schema. */
function builderSchema(): Record<string, unknown> {
  const require = createRequire(createRequire(import.meta.url).resolve('electron-builder/package.json'));
  return require('app-builder-lib/scheme.json') as Record<string, unknown>;
}

test('electron-builder takes the configuration', () => {
  const ajv = new Ajv({ strict: false, allErrors: true });
  ajv.addKeyword('typeof');
  const validate = ajv.compile(builderSchema());
  validate(content);
  expect(validate.errors).toBe(null);
});

test('there is an installer of every kind for both processors', () => {
  const { mac, win, linux } = configuration;
  const made = [...mac.target, ...win.target, ...linux.target];
  expect(made.map((each) => each.target)).toEqual(['dmg', 'zip', 'nsis', 'AppImage', 'deb']);
  for (const { arch } of made) expect(arch).toEqual(['x64', 'arm64']);
});

test('the fuses close every door that the application does not use', () => {
  expect(configuration.electronFuses).toEqual({
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  });
});

test('the AppImage is made by the tools that leave the sandbox on, and nothing switches it off', () => {
  expect(configuration.toolsets.appimage).toBe('1.0.3');
  expect(text).not.toMatch(/no-sandbox/);
});

test('native code is unpacked and never rebuilt', () => {
  expect(configuration.asarUnpack).toEqual(['node_modules/better-sqlite3/**']);
  expect(configuration.npmRebuild).toBe(false);
});

test('a system adds its own native binary in a file set that lets nothing else in', () => {
  const { mac, win, linux } = configuration;
  for (const { files, name } of [
    { ...mac, name: 'darwin' },
    { ...win, name: 'win32' },
    { ...linux, name: 'linux' },
  ]) {
    expect(files).toEqual([{ filter: [`node_modules/better-sqlite3/prebuilds/${name}-\${arch}.node`] }]);
  }
});

test('macOS: a menu bar application with the hardened runtime, from the oldest system that Electron runs on', () => {
  const { mac } = configuration;
  expect(mac.extendInfo.LSUIElement).toBe(true);
  expect(mac.hardenedRuntime).toBe(true);
  expect(mac.minimumSystemVersion).toBe('13.0');
  const entitlements = readFileSync(join(PROJECT, mac.entitlements), 'utf8');
  expect([...entitlements.matchAll(/<key>(.+)<\/key>/g)].map(([, key]) => key)).toEqual([
    'com.apple.security.cs.allow-jit',
  ]);
});

test('uninstalling leaves the data of the person', () => {
  expect(configuration.nsis).toMatchObject({ oneClick: false, perMachine: false, deleteAppDataOnUninstall: false });
});

test('the deb asks for what Electron loads, by the names of old and new systems', () => {
  expect(configuration.deb.depends).toEqual(
    expect.arrayContaining(['libgtk-3-0 | libgtk-3-0t64', 'libnss3', 'libsecret-1-0', 'libasound2 | libasound2t64']),
  );
  expect(configuration.deb.recommends).toContain('libayatana-appindicator3-1');
});

test('links of the application go to it, and releases wait for a person', () => {
  expect(configuration.protocols).toEqual([expect.objectContaining({ schemes: ['pointsman'] })]);
  expect(configuration.publish).toEqual({ provider: 'github', releaseType: 'draft' });
});

test('every file that the configuration names is there', () => {
  const { mac, win, linux } = configuration;
  const named = [mac.icon, win.icon, linux.icon, mac.entitlements];
  expect(named.filter((file) => !existsSync(join(PROJECT, file)))).toEqual([]);
});

test('what starts the application is the built main process', () => {
  const manifest = z
    .object({ main: z.string() })
    .parse(JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')));
  expect(manifest.main).toBe('dist/desktop.js');
});
