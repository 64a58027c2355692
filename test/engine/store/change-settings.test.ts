import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findSetting, settingPaths } from '../../../src-shared/setting-paths.ts';
import { settings as settingsSchema } from '../../../src-shared/settings.ts';
import { changeSettings } from '../../../src-main/engine/store/change-settings.ts';
import { pendingRestart } from '../../../src-main/engine/store/pending-restart.ts';

const DEFAULTS = settingsSchema.parse({});

function sentenceOf(path: string, value?: unknown): string {
  const changed = changeSettings(DEFAULTS, [value === undefined ? { path } : { path, value }]);
  return changed.ok ? 'taken' : changed.sentence;
}

describe('a change', () => {
  test('of several fields is taken as a whole, and what it was made from stays as it was', () => {
    const changed = changeSettings(DEFAULTS, [
      { path: 'log.level', value: 'debug' },
      { path: 'budgets.total.dayUsd', value: 5 },
      { path: 'models.substitutions', value: { 'gpt-4.1': 'local/qwen3:8b' } },
    ]);
    expect(changed).toMatchObject({
      ok: true,
      settings: {
        log: { level: 'debug' },
        budgets: { total: { dayUsd: 5, monthUsd: null } },
        models: { substitutions: { 'gpt-4.1': 'local/qwen3:8b' } },
      },
    });
    expect(DEFAULTS.log.level).toBe('info');
  });

  test('that is partly wrong is not taken at all', () => {
    const changed = changeSettings(DEFAULTS, [
      { path: 'log.level', value: 'debug' },
      { path: 'gateway.port', value: 70_000 },
    ]);
    expect(changed).toMatchObject({ ok: false });
  });

  test('without a value goes back to the default, of a field or of a whole group', () => {
    const other = settingsSchema.parse({ gate: { requireAc: false, cpuOpenPercent: 5 }, log: { level: 'error' } });
    expect(changeSettings(other, [{ path: 'log.level' }])).toEqual({
      ok: true,
      settings: { ...other, log: DEFAULTS.log },
    });
    expect(changeSettings(other, [{ path: 'gate' }])).toEqual({
      ok: true,
      settings: { ...other, gate: DEFAULTS.gate },
    });
  });

  test('to null is a value where null means something', () => {
    const changed = changeSettings(DEFAULTS, [{ path: 'constraints.maxCostPerRequestUsd', value: null }]);
    expect(changed).toMatchObject({ ok: true, settings: { constraints: { maxCostPerRequestUsd: null } } });
  });

  test.each<[path: string, value: unknown, ...parts: string[]]>([
    ['gateway.port', 70_000, 'gateway.port', '<=65535', '70000'],
    ['gateway.port', '8400', 'gateway.port', 'expected number', '"8400"'],
    ['gateway.port', null, 'gateway.port', 'expected number', 'null'],
    ['log.level', 'loud', 'log.level', '"debug"|"info"|"warn"|"error"', '"loud"'],
    ['optimizer.exploration.latencyShare', 2, 'optimizer.exploration.latencyShare', '<=0.5'],
    ['ollama.baseUrl', 'ftp://x', 'ollama.baseUrl', 'URL'],
    ['constraints.memoryMb', 'much', 'constraints.memoryMb', 'expected "auto", or: ', 'expected number', '"much"'],
    ['budgets.providers', { up: { dayUsd: -1 } }, 'budgets.providers.up.dayUsd', '>=0', '-1'],
    ['gate', { requireDc: true }, 'gate.requireDc: there is no such setting'],
    ['gate.cpuOpenPercent', 50, 'gate.cpuOpenPercent (50)', 'gate.cpuClosePercent (35)'],
  ])('of %s to %j is refused: path, problem and limits are named', (path, value, ...parts) => {
    const sentence = sentenceOf(path, value);
    for (const part of [...parts, 'Nothing was changed.']) expect(sentence).toContain(part);
  });

  test.each([
    'gateway.prot',
    'gateway.port.number',
    'nothing',
    'gate.',
    '.gate',
    '',
    '__proto__.x',
    'gate.constructor',
  ])('of "%s", which is no setting, is refused', (path) => {
    expect(sentenceOf(path, 1)).toBe(`There is no setting "${path}".`);
  });

  test.each([
    ['providers', 'providers.add'],
    ['providers.0.enabled', 'providers.change'],
    ['apps', 'apps.add'],
    ['apps.0.budget', 'apps.change'],
    ['version', 'not for changing'],
  ])('of %s is refused: the sentence says where it belongs', (path, part) => {
    expect(sentenceOf(path, [])).toContain(part);
    expect(sentenceOf(path)).toContain(part);
  });

  test('shows only the beginning of a long value', () => {
    expect(sentenceOf('log.level', 'x'.repeat(10_000)).length).toBeLessThan(300);
  });

  test('property: of anything to anything gives valid settings, or leaves all as it is', () => {
    fc.assert(
      fc.property(fc.constantFrom(...settingPaths(), 'gate', 'nothing'), fc.jsonValue(), (path, value) => {
        const changed = changeSettings(DEFAULTS, [{ path, value }]);
        if (changed.ok) expect(settingsSchema.parse(changed.settings)).toEqual(changed.settings);
        else expect(changed.sentence).not.toBe('');
        expect(settingsSchema.parse({})).toEqual(DEFAULTS);
      }),
    );
  });
});

describe('the paths of the settings', () => {
  test('lead to every field, and each leads somewhere', () => {
    const paths = settingPaths();
    expect(paths).toContain('gateway.ollamaPlace.port');
    expect(paths).toContain('optimizer.preferences.localBias');
    expect(paths).toContain('budgets.providers');
    expect(new Set(paths).size).toBe(paths.length);
    for (const path of paths) expect(findSetting(path)).not.toBeNull();
  });
});

test('what waits for a restart is what the listeners were opened with', () => {
  expect(pendingRestart(DEFAULTS, settingsSchema.parse({ log: { level: 'debug' } }))).toEqual([]);
  const moved = settingsSchema.parse({ gateway: { host: '::1', port: 1, ollamaPlace: { enabled: true, port: 2 } } });
  expect(pendingRestart(DEFAULTS, moved)).toEqual([
    'gateway.host',
    'gateway.port',
    'gateway.ollamaPlace.enabled',
    'gateway.ollamaPlace.port',
  ]);
});
