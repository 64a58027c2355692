import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, Log } from '../ports.ts';
import { DamagedDatabase, faultOf } from './database.ts';
import type { Connection } from './database.ts';
import { damageSentence, moveAside } from './damaged-file.ts';
import { StoreDatabase, openMigrated } from './store-database.ts';
import { newerDatabaseProblem, storeProblem } from './store-problem.ts';
import type { StoreProblem } from './store-problem.ts';

export const DATABASE_FILE = 'pointsman.db';

/** A database that is quickly read as a whole is checked as a whole when it is opened. */
const QUICK_CHECK_MAX_BYTES = 4 * 1024 * 1024;

export type OpenedDatabase =
  /** `warning`: a sentence when the database found was damaged and has been put aside. */
  { ok: true; database: StoreDatabase; warning: string | null } | { ok: false; problem: StoreProblem };

interface Ports {
  clock: Clock;
  log: Log;
}

/** Opens or creates the database in the data folder. A damaged one is kept beside the new one that takes its place. */
export function openDatabase(options: { folder: string } & Ports): OpenedDatabase {
  const file = join(options.folder, DATABASE_FILE);
  try {
    return openSound(file, options);
  } catch (error) {
    if (faultOf(error) !== 'corrupt') return refused(file, error);
    options.log.error({ file, error: String(error) }, 'the database is damaged and is put aside');
  }
  try {
    const warning = damageSentence(moveAside(file, options.clock.nowMs()));
    const opened = openSound(file, options);
    return opened.ok ? { ...opened, warning } : opened;
  } catch (error) {
    return refused(file, error);
  }
}

function refused(file: string, error: unknown): OpenedDatabase {
  return { ok: false, problem: storeProblem({ fault: faultOf(error), file, error }) };
}

function openSound(file: string, ports: Ports): OpenedDatabase {
  const { writer, migration } = openMigrated({ file, nowMs: ports.clock.nowMs() });
  try {
    if (migration.kind === 'newer') {
      writer.close();
      return { ok: false, problem: newerDatabaseProblem(file) };
    }
    checkCheaply(writer, file);
    return { ok: true, database: new StoreDatabase({ file, writer, ...ports }), warning: null };
  } catch (error) {
    writer.close();
    throw error;
  }
}

/** A small file is read as a whole; of a large one the newest rows, where a torn file shows. The cost stays the same. */
function checkCheaply(connection: Connection, file: string): void {
  if (statSync(file).size <= QUICK_CHECK_MAX_BYTES) {
    const found = connection.pragma('quick_check(1)', { simple: true });
    if (found !== 'ok') throw new DamagedDatabase(String(found));
    return;
  }
  connection.prepare('SELECT * FROM requests ORDER BY seq DESC LIMIT 10').all();
  connection.prepare('SELECT * FROM attempts ORDER BY request_seq DESC LIMIT 10').all();
  connection.prepare('SELECT * FROM decisions ORDER BY request_seq DESC LIMIT 10').all();
  connection.prepare('SELECT * FROM quarter_hours ORDER BY start_ms DESC LIMIT 10').all();
  connection.prepare('SELECT * FROM usage_quarter_hours ORDER BY start_ms DESC LIMIT 10').all();
}
