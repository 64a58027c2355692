import { setTimeout as pause } from 'node:timers/promises';
import { LearnerStates } from '../../../src-main/engine/store/learner-states.ts';
import { openDatabase } from '../../../src-main/engine/store/open-database.ts';
import { RecordWriter } from '../../../src-main/engine/store/record-writer.ts';
import { startCheckpoints } from '../../../src-main/engine/store/start-checkpoints.ts';
import { UpkeepThread } from '../../../src-main/engine/store/upkeep-thread.ts';
import type { Clock, Log } from '../../../src-main/engine/ports.ts';
import type { RequestRecord } from '../../../src-main/engine/store/records.ts';

const STATE_BYTES = 200_000;
const BETWEEN_STATES_MS = 60;

/**
 * Run as a process of its own: appends copies of the record given as JSON in argv[3] into the folder of argv[2] as fast
 * as the event loop allows, and prints `ID TIME` for each, until it is killed. Meanwhile it saves a state again and again,
 * each filled with its number modulo 256, and prints `state NUMBER` when one is saved.
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
const { database } = opened;
const thread = new UpkeepThread({ file: database.file, clock, log });
startCheckpoints({ database, thread, clock, log });

const states = new LearnerStates({ database: opened.database, thread, clock, log });
async function saveStates(): Promise<void> {
  for (let number = 1; ; number++) {
    const bytes = new Uint8Array(STATE_BYTES).fill(number);
    const saved = await states.saveState({ name: 'learner', version: number, bytes });
    await pause(BETWEEN_STATES_MS);
    if (saved.ok) process.stdout.write(`state ${number}\n`);
  }
}
void saveStates();

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
