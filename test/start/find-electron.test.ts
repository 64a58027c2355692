import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findElectron } from '../../src-main/start/find-electron.ts';

function makePackage(installer: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-electron-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}');
  writeFileSync(join(folder, 'install.js'), installer);
  return folder;
}

function putBinary(folder: string): string {
  mkdirSync(join(folder, 'dist'));
  writeFileSync(join(folder, 'path.txt'), 'electron');
  writeFileSync(join(folder, 'dist/electron'), '');
  return join(folder, 'dist/electron');
}

const INSTALLS = `
  const { mkdirSync, writeFileSync } = require('node:fs');
  mkdirSync(__dirname + '/dist');
  writeFileSync(__dirname + '/dist/electron', '');
  writeFileSync(__dirname + '/path.txt', 'electron');
`;

test('a binary that is there is used without a word', async () => {
  const folder = makePackage('process.exit(1)');
  const binary = putBinary(folder);
  const told: string[] = [];
  expect(await findElectron({ folder, tell: (sentence) => told.push(sentence) })).toEqual({ ok: true, binary });
  expect(told).toEqual([]);
});

test('a binary that is missing is downloaded, and the person is told before', async () => {
  const folder = makePackage(INSTALLS);
  const told: string[] = [];
  const found = await findElectron({ folder, tell: (sentence) => told.push(sentence) });
  expect(found).toEqual({ ok: true, binary: join(folder, 'dist/electron') });
  expect(told).toEqual(['Downloading Electron, once; this takes up to 120 seconds.']);
});

test('a name of a binary that is gone counts as missing', async () => {
  const folder = makePackage('console.error("TypeError: fetch failed"); process.exit(1)');
  writeFileSync(join(folder, 'path.txt'), 'electron');
  expect((await findElectron({ folder, tell: () => undefined })).ok).toBe(false);
});

test('a download that fails says with what', async () => {
  const folder = makePackage('console.error("\\nTypeError: fetch failed\\n  at x"); process.exit(1)');
  expect(await findElectron({ folder, tell: () => undefined })).toEqual({
    ok: false,
    because: 'Electron could not be downloaded (TypeError: fetch failed)',
  });
});

test('a download that hangs is given up', async () => {
  const folder = makePackage('setInterval(() => undefined, 1000)');
  expect(await findElectron({ folder, tell: () => undefined, limitMs: 300 })).toEqual({
    ok: false,
    because: 'Electron could not be downloaded (it took too long)',
  });
});
