import { openDatabase } from '../../../src-main/engine/store/open-database.ts';
import { RecordWriter } from '../../../src-main/engine/store/record-writer.ts';
import { startCheckpointWorker } from '../../../src-main/engine/store/start-checkpoint-worker.ts';
import type { Clock, Log } from '../../../src-main/engine/ports.ts';
import type { RequestRecord } from '../../../src-main/engine/store/records.ts';

/**
 * Run as a process of its own: appends copies of the record given as JSON in argv[3] into the folder of argv[2] as fast
 * as the event loop allows, and prints `ID TIME` for each, until it is killed.
 */
const [folder = '', text = ''] = process.argv.slice(2);
const template = JSON.parse(text) as RequestRecord;
const log: Log = { debug: () => undefined, info: () => undefined, warn: console.error, error: console.error };
const clock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

const opened = openDatabase({ folder, clock, log });
if (!opened.ok) throw new Error(opened.problem.message);
const writer = new RecordWriter({ database: opened.database, clock, log });
startCheckpointWorker({ file: opened.database.file, clock, log });

let made = 0;
setInterval(() => {
  const lines: string[] = [];
  for (let count = 0; count < 20; count++) {
    const record = { ...template, id: `k${String(made++).padStart(9, '0')}`, startedAtMs: Date.now() };
    writer.append(record);
    lines.push(`${record.id} ${Date.now()}\n`);
  }
  process.stdout.write(lines.join(''));
}, 5);
