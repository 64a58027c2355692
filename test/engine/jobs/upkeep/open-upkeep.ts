import { onTestFinished } from 'vitest';
import { createUpkeepJob } from '../../../../src-main/engine/jobs/upkeep/create-upkeep-job.ts';
import type { UpkeepParts } from '../../../../src-main/engine/jobs/upkeep/upkeep-parts.ts';
import type { Clock } from '../../../../src-main/engine/ports.ts';
import { openStore, type Store } from '../../../../src-main/engine/store/open-store.ts';
import { settings as settingsSchema } from '../../../../src-shared/settings.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { SilentLog } from '../../../support/silent-log.ts';
import { makeFolder, openSound } from '../../store/support.ts';
import Database from 'better-sqlite3';

export interface OpenUpkeep {
  folder: string;
  file: string;
  store: Store;
  parts: UpkeepParts;
  job: ReturnType<typeof createUpkeepJob>;
  /** Reads past all that the program knows. */
  rows<Row>(sql: string, ...values: unknown[]): Row[];
  write(sql: string, ...values: unknown[]): void;
}

/** A real data folder with its store, and the job that keeps it in order. */
export function openUpkeep(
  options: {
    upkeep?: Record<string, unknown>;
    clock?: Clock;
    folder?: string;
    parts?: Partial<UpkeepParts>;
  } = {},
): OpenUpkeep {
  const { clock = new ManualClock(), folder = makeFolder() } = options;
  const opened = openStore({
    ...{ folder, clock, log: new SilentLog(), platform: process.platform },
    random: { bytes: (count) => new Uint8Array(count).fill(7) },
  });
  if (!opened.ok) throw new Error(opened.message);
  const { store } = opened;
  const settings = settingsSchema.parse({ upkeep: options.upkeep ?? {} });
  const parts: UpkeepParts = {
    ...{ clock, folder, settings: () => settings },
    step: (step) => store.upkeep.step(step),
    freeBytes: () => Promise.resolve(50e9),
    keepsLog: () => false,
    logFiles: 5,
    ...options.parts,
  };
  const file = `${folder}/pointsman.db`;
  const connection = new Database(file);
  onTestFinished(async () => {
    connection.close();
    await store.close();
  });
  return {
    ...{ folder, file, store, parts, job: createUpkeepJob(parts) },
    rows: <Row>(sql: string, ...values: unknown[]) => connection.prepare<unknown[], Row>(sql).all(...values),
    write: (sql, ...values) => void connection.prepare(sql).run(...values),
  };
}

/** A database as an early version began it: it cannot give back pages. */
export function beginEarlyDatabase(folder: string): void {
  const database = openSound(folder, new ManualClock());
  database.writer.pragma('auto_vacuum = NONE');
  database.writer.exec('VACUUM');
  database.close();
}
