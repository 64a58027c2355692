import { createUpkeepJob } from '../../../../src-main/engine/jobs/upkeep/create-upkeep-job.ts';
import type { RequestRecord } from '../../../../src-main/engine/store/records.ts';
import { openStore } from '../../../../src-main/engine/store/open-store.ts';
import { systemClock, systemRandom } from '../../../../src-main/engine/system-ports.ts';
import { settings as settingsSchema } from '../../../../src-shared/settings.ts';
import { SilentLog } from '../../../support/silent-log.ts';
import { runJob } from './run-job.ts';

/**
 * Run as a process of its own: does upkeep of the folder in argv[2] again and again, with records kept for a day, while it
 * appends copies of the record given as JSON in argv[3], some of today and some of last week. Prints `ID TIME` for each
 * of today, until it is killed.
 */
const [folder = '', text = ''] = process.argv.slice(2);
const template = JSON.parse(text) as RequestRecord;
const DAY_MS = 24 * 60 * 60 * 1000;
const opened = openStore({
  ...{ folder, clock: systemClock, random: systemRandom, log: new SilentLog(), platform: process.platform },
});
if (!opened.ok) throw new Error(opened.message);
const { store } = opened;
const settings = settingsSchema.parse({ upkeep: { recordDays: 1 } });
const job = createUpkeepJob({
  ...{ clock: systemClock, folder, settings: () => settings },
  step: (step) => store.upkeep.step(step),
  freeBytes: () => Promise.resolve(null),
  keepsLog: () => false,
  logFiles: 5,
});

let made = 0;
setInterval(() => {
  const lines: string[] = [];
  for (let count = 0; count < 20; count++) {
    const id = `u${String(made++).padStart(9, '0')}`;
    const isOld = count % 2 === 0;
    store.writer.append({ ...template, id, startedAtMs: Date.now() - (isOld ? 7 * DAY_MS : 0) });
    if (!isOld) lines.push(`${id} ${Date.now()}\n`);
  }
  process.stdout.write(lines.join(''));
}, 5);
for (;;) await runJob(job, { clock: systemClock });
