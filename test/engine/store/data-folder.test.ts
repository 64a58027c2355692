import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defaultDataFolder, prepareDataFolder } from '../../../src-main/engine/store/data-folder.ts';
import { makeFolder } from './support.ts';

test.each([
  ['linux', {}, '/home/ada/.local/share/pointsman'],
  ['linux', { XDG_DATA_HOME: '/data' }, '/data/pointsman'],
  ['linux', { XDG_DATA_HOME: 'not/absolute' }, '/home/ada/.local/share/pointsman'],
  ['linux', { POINTSMAN_HOME: '/srv/p', XDG_DATA_HOME: '/data' }, '/srv/p'],
  ['linux', { POINTSMAN_HOME: '' }, '/home/ada/.local/share/pointsman'],
  ['darwin', { XDG_DATA_HOME: '/data' }, '/home/ada/Library/Application Support/Pointsman'],
] as const)('on %s with %o data lives in %s', (platform, environment, expected) => {
  expect(defaultDataFolder({ platform, homeFolder: '/home/ada', environment })).toBe(expected);
});

test('on Windows data lives in the roaming application data', () => {
  const host = { platform: 'win32', homeFolder: 'C:\\Users\\ada' } as const;
  expect(defaultDataFolder({ ...host, environment: { APPDATA: 'D:\\Roaming' } })).toBe('D:\\Roaming\\Pointsman');
  expect(defaultDataFolder({ ...host, environment: {} })).toBe('C:\\Users\\ada\\AppData\\Roaming\\Pointsman');
});

test('the folder is created for this user alone', () => {
  const folder = join(makeFolder(), 'a', 'b');
  expect(prepareDataFolder(folder)).toEqual({ ok: true });
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(prepareDataFolder(folder)).toEqual({ ok: true });
});

test('a folder that cannot be is told with what to do', () => {
  const folder = makeFolder();
  writeFileSync(join(folder, 'file'), '');
  const prepared = prepareDataFolder(join(folder, 'file', 'below'));
  expect(!prepared.ok && prepared.message).toMatch(/cannot be written \(ENOTDIR\)\. .*POINTSMAN_HOME/);
});
