import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SETTINGS_FILE, loadSettings, saveSettings } from '../../../src-main/engine/store/settings-file.ts';
import { SETTINGS_MIGRATIONS, migrateSettings } from '../../../src-main/engine/store/settings-migrations.ts';
import type { SettingsMigration } from '../../../src-main/engine/store/settings-migrations.ts';
import { SETTINGS_VERSION, settings as settingsSchema } from '../../../src-shared/settings.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { makeFolder } from './support.ts';

const DEFAULTS = settingsSchema.parse({});
const clock = new ManualClock();

function folderWith(text: string): string {
  const folder = makeFolder();
  writeFileSync(join(folder, SETTINGS_FILE), text);
  return folder;
}

test('without a file the defaults hold and none is written', () => {
  const folder = makeFolder();
  expect(loadSettings({ folder, clock })).toEqual({ settings: DEFAULTS, warnings: [] });
  expect(readdirSync(folder)).toEqual([]);
});

test('what is saved is loaded again, from a file for its owner alone', () => {
  const folder = makeFolder();
  const settings = { ...DEFAULTS, gateway: { ...DEFAULTS.gateway, port: 9000 } };
  expect(saveSettings({ folder, settings })).toEqual({ ok: true });
  expect(loadSettings({ folder, clock })).toEqual({ settings, warnings: [] });
  expect(statSync(join(folder, SETTINGS_FILE)).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual([SETTINGS_FILE]);
});

test('what the file leaves out has its default; a byte order mark does no harm', () => {
  const folder = folderWith('\uFEFF{"gateway": {"port": 8500}}');
  const { settings, warnings } = loadSettings({ folder, clock });
  expect(settings.gateway).toEqual({ ...DEFAULTS.gateway, port: 8500 });
  expect(warnings).toEqual([]);
});

test.each([
  ['broken JSON', '{"gateway": ', /is not valid JSON/],
  ['no object', '[]', /does not hold an object/],
  ['a wrong value', '{"gateway": {"port": 70000}}', /gateway\.port: /],
  ['a wrong type deep inside', '{"providers": [{"id": "x", "name": 5}]}', /providers\.0\.name: /],
  ['a setting that does not exist', '{"gateway": {"prot": 1}}', /gateway\.prot: there is no such setting/],
  ['a secret', '{"apiKey": "sk-1"}', /apiKey: there is no such setting/],
])('a file with %s is kept aside, the defaults are used, and the sentence says which field', (_what, text, reason) => {
  const folder = folderWith(text);
  const { settings, warnings } = loadSettings({ folder, clock });
  expect(settings).toEqual(DEFAULTS);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(reason);
  expect(warnings[0]).not.toContain('sk-1');
  const kept = `${SETTINGS_FILE}.invalid-20261121T120000000Z`;
  expect(warnings[0]).toContain(`It was kept as ${join(folder, kept)}. The defaults are used.`);
  expect(readdirSync(folder)).toEqual([kept]);
  expect(readFileSync(join(folder, kept), 'utf8')).toBe(text);
  expect(statSync(join(folder, kept)).mode & 0o777).toBe(0o600);
});

test('a file of a newer version is neither moved nor overwritten', () => {
  const text = `{"version": ${SETTINGS_VERSION + 1}, "unheardOf": true}`;
  const folder = folderWith(text);
  const { settings, warnings } = loadSettings({ folder, clock });
  expect(settings).toEqual(DEFAULTS);
  expect(warnings[0]).toMatch(/newer version of Pointsman.*left as it is/);
  expect(saveSettings({ folder, settings })).toMatchObject({ ok: false });
  expect(readFileSync(join(folder, SETTINGS_FILE), 'utf8')).toBe(text);
});

test('a file that cannot be read is left alone and told', () => {
  const folder = makeFolder();
  mkdirSync(join(folder, SETTINGS_FILE));
  const { settings, warnings } = loadSettings({ folder, clock });
  expect(settings).toEqual(DEFAULTS);
  expect(warnings[0]).toMatch(/cannot be read \(EISDIR\)/);
  expect(readdirSync(folder)).toEqual([SETTINGS_FILE]);
});

test('settings that cannot be written are told, not thrown', () => {
  const folder = join(makeFolder(), 'missing');
  const saved = saveSettings({ folder, settings: DEFAULTS });
  expect(!saved.ok && saved.message).toMatch(/cannot be written \(ENOENT\)/);
});

test('an old file is taken forward one version at a time', () => {
  const migrations = new Map<number, SettingsMigration>([
    [1, (old) => ({ ...old, first: true })],
    [3, (old) => ({ ...old, third: 'first' in old })],
  ]);
  const migrated = migrateSettings({ version: 1, kept: 'yes' }, { version: 4, migrations });
  expect(migrated).toEqual({ version: 4, kept: 'yes', first: true, third: true });
});

test('a file of this version, or without one, is taken as it is', () => {
  const target = { version: SETTINGS_VERSION, migrations: SETTINGS_MIGRATIONS };
  expect(migrateSettings({ version: SETTINGS_VERSION }, target)).toEqual({ version: SETTINGS_VERSION });
  expect(migrateSettings({ kept: 1 }, target)).toEqual({ kept: 1 });
});
