import { expect, test } from 'vitest';
import { settingPaths } from '../../../src-shared/setting-paths.ts';
import { backgroundChecks } from './background-checks.ts';
import { callChecks } from './call-checks.ts';
import { gatewayChecks } from './gateway-checks.ts';
import { houseChecks } from './house-checks.ts';
import { keptChecks } from './kept-checks.ts';
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
  ...keptChecks,
  ...backgroundChecks,
};

/** What is not set by `settings.change`, and who sees to it instead. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  version: 'not for changing; see change-settings.test.ts',
  providers: 'operations of its own; see control-providers.test.ts',
  apps: 'operations of its own; see control-money.test.ts',
  'background.keyDays': 'keys that grow old: jobs/hygiene/security-hygiene.test.ts',
  'background.shadow.promptsPerRun': 'a run of shadow evaluation: jobs/shadow/shadow-job.test.ts',
  'background.shadow.judge': 'a run of shadow evaluation: jobs/shadow/shadow-job.test.ts',
  'background.shadow.cloudJudge': 'a run of shadow evaluation: jobs/shadow/shadow-job.test.ts',
  'upkeep.recordDays': 'runs on a database that has grown old: jobs/upkeep/retention.test.ts',
  'upkeep.databaseMegabytes': 'runs on a database that has grown large: jobs/upkeep/retention.test.ts',
  'upkeep.backups': 'copies that grow too many: jobs/backup/backup.test.ts',
  'prices.source': 'a server with another price table: jobs/prices/price-refresh.test.ts',
  'background.dailySummary': 'a person who comes back: compose-jobs.test.ts',
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
