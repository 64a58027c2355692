import { expect, test } from 'vitest';
import { settingPaths } from '../../../src-shared/setting-paths.ts';
import { callChecks } from './call-checks.ts';
import { gatewayChecks } from './gateway-checks.ts';
import { houseChecks } from './house-checks.ts';
import { machineChecks } from './machine-checks.ts';
import { modelChecks } from './model-checks.ts';
import { moneyChecks } from './money-checks.ts';
import { optimizerChecks } from './optimizer-checks.ts';

const CHECKS = {
  ...gatewayChecks,
  ...modelChecks,
  ...optimizerChecks,
  ...machineChecks,
  ...moneyChecks,
  ...callChecks,
  ...houseChecks,
};

/** What is not set by `settings.change`, and who sees to it instead. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  version: 'not for changing; see change-settings.test.ts',
  providers: 'operations of its own; see control-providers.test.ts',
  apps: 'operations of its own; see control-money.test.ts',
  'desktop.startAtLogin': 'the shell: test/desktop',
  'desktop.openWindowAtStart': 'the shell: test/desktop',
  'desktop.notifications': 'the shell: test/desktop',
  'desktop.updates': 'the shell: test/desktop',
};

test('every setting has a check, and every check a setting', () => {
  expect(Object.keys({ ...CHECKS, ...ELSEWHERE }).sort()).toEqual(settingPaths().sort());
});

test.each(Object.entries(CHECKS))('%s changes what the engine does', async (path, check) => {
  await check(path);
});
