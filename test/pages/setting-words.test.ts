import { describe, expect, it } from 'vitest';
import { settingPaths } from '../../src-shared/setting-paths.ts';
import { checkSetting } from '../../src-renderer/views/settings/check-setting.ts';
import { printValue } from '../../src-renderer/views/settings/print-value.ts';
import { searchSettings, SECTIONS, type Setting } from '../../src-renderer/views/settings/setting-list.ts';

const ALL = SECTIONS.flatMap(({ settings }) => settings);
/** Not changed here: they have views of their own, or are not for changing. */
const ELSEWHERE = ['version', 'providers', 'apps'];

function find(path: string): Setting {
  const setting = ALL.find((each) => each.path === path);
  if (setting === undefined) throw new Error(`no words for ${path}`);
  return setting;
}

describe('the words of the settings', () => {
  it('name every setting of the schema exactly once', () => {
    expect(ALL.map(({ path }) => path).sort()).toEqual(
      settingPaths()
        .filter((path) => !ELSEWHERE.includes(path))
        .sort(),
    );
  });

  it.each(ALL)('say of $path what it is, what it is for, and what may be chosen', ({ words, kind }) => {
    expect(words.label).not.toBe('');
    expect(words.help).toMatch(/[.:]$/);
    if (kind.type === 'choice')
      expect(Object.keys(words.options ?? {}).sort()).toEqual(kind.options.map(({ key }) => key).sort());
    if (kind.type === 'choices') expect(Object.keys(words.options ?? {}).sort()).toEqual([...kind.options].sort());
    if (kind.type === 'texts') expect(Object.keys(words.columns ?? {})).toEqual(kind.names);
    if (kind.type === 'autoNumber') expect(Object.keys(words.options ?? {})).toEqual(['auto', 'number']);
    if (kind.type === 'rows') expect(Object.keys(words.columns ?? {}).length).toBeGreaterThan(1);
    if ('isNullable' in kind && kind.isNullable) expect(words.empty).not.toBeUndefined();
  });

  it('give no two settings of a group the same name', () => {
    for (const { settings } of SECTIONS) {
      const labels = settings.map(({ words }) => words.label);
      expect(new Set(labels).size).toBe(labels.length);
    }
  });
});

describe('a value that is typed in', () => {
  it.each([
    ['gateway.port', 70_000, 'At most 65535.'],
    ['gateway.port', -1, 'At least 0.'],
    ['gateway.port', 80.5, 'A whole number is needed.'],
    ['gateway.port', null, 'A number is needed.'],
    ['gateway.maxBodyBytes', 10, 'At least 0.000977 MB.'],
    ['optimizer.cloudShare', 2, 'At most 100 %.'],
    ['gate.cpuOpenPercent', 101, 'At most 100 %.'],
    ['gateway.host', '', 'This must not be empty.'],
    ['ollama.baseUrl', 'ftp://x', 'An address that begins with http:// or https:// is needed.'],
    ['constraints.memoryMb', 0, 'At least 1 MB.'],
    ['constraints.memoryMb', null, 'A number is needed.'],
    ['prices.overrides', [{ endpoint: 'a/b', input: null, output: 1 }], 'Line 1: A number is needed.'],
    [
      'prices.source',
      { url: 'https://prices.example/t.json', publicKey: 'short' },
      'an Ed25519 public key: 32 bytes in base64',
    ],
    ['background.usdPerDay', -1, 'At least 0 USD.'],
  ])('for %s as %s is told: %s', (path, value, problem) => {
    expect(checkSetting(find(path), value)).toBe(problem);
  });

  it.each([
    ['budgets.total.dayUsd', null],
    ['constraints.memoryMb', 'auto'],
    ['models.substitutions', { 'gpt-4o': 'ollama/qwen3:8b' }],
    ['gateway.allowedHosts', ['pi.lan']],
  ])('for %s as %s is nothing wrong', (path, value) => {
    expect(checkSetting(find(path), value)).toBeNull();
  });
});

it.each([
  ['timeouts.connectMs', 5_000, '5 s'],
  ['optimizer.cloudShare', 0.25, '25 %'],
  ['optimizer.cloudShare', null, 'as the strategy finds best'],
  ['gateway.port', 8_400, '8400'],
  ['gate.headless', null, 'Found out by itself'],
  ['privacy.localOnly', false, 'off'],
  ['constraints.memoryMb', 'auto', 'A share of what there is'],
  ['gateway.allowedHosts', ['a', 'b'], '2 entries'],
  ['models.substitutions', {}, 'none'],
  ['background.off', [], 'none'],
  ['background.level', 'balanced', 'Daily'],
  ['prices.source', null, 'only the table that came with Pointsman'],
])('the default of %s, %s, is told as %s', (path, value, text) => {
  expect(printValue(find(path), value)).toBe(text);
});

it('settings are found by label, help, group, choice and path, in whatever case', () => {
  const paths = (words: string) => searchSettings(words).flatMap(({ settings }) => settings.map(({ path }) => path));
  expect(paths('PORT ollama')).toContain('gateway.ollamaPlace.port');
  expect(paths('idle gate')).toContain('gate.requireAc');
  expect(paths('budgets.total')).toEqual(['budgets.total.dayUsd', 'budgets.total.monthUsd']);
  expect(paths('surely nowhere')).toEqual([]);
  expect(paths('')).toHaveLength(ALL.length);
});
