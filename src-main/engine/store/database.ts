import { statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { codeOf } from './error-code.ts';

/** One open connection. This file is the only one that knows the driver. */
export type Connection = Database.Database;
export type Statement<Parameters extends unknown[]> = Database.Statement<Parameters>;

/** Each connection's page cache; the driver's own default is 16 MB. */
const CACHE_KIB = 2048;

/** How long opening, migrating and upkeep wait for another's lock. */
const PATIENT_MS = 5_000;

/**
 * How long the event loop may wait for a lock that the upkeep thread holds. Short: what cannot be written now stays in
 * the buffer and is written with the next flush.
 */
const HURRIED_MS = 2;

/**
 * For appends. Commits go to the write-ahead log without waiting for the disk (a killed process loses nothing, a power
 * cut at most the seconds since the last checkpoint), and never copy it: checkpoints are the upkeep thread's.
 */
export function openWriterConnection(file: string): Connection {
  const connection = new Database(file, { timeout: PATIENT_MS });
  return configure(connection, [
    // Free pages can then be given back one by one. Only a new file takes it; asking others would write to them.
    ...(statSync(file).size === 0 ? ['auto_vacuum = INCREMENTAL'] : []),
    'journal_mode = WAL',
    'synchronous = NORMAL',
    'wal_autocheckpoint = 0',
    'foreign_keys = ON',
    // What is erased is written over: a free page would keep it.
    'secure_delete = ON',
    // Rejects damaged rows where they are read instead of passing on what they seem to say.
    'cell_size_check = ON',
  ]);
}

/** From now on the connection runs on the event loop and gives up quickly when the file is locked. */
export function hurry(connection: Connection): void {
  connection.pragma(`busy_timeout = ${HURRIED_MS}`);
}

export function openReaderConnection(file: string): Connection {
  const connection = new Database(file, { readonly: true, fileMustExist: true, timeout: HURRIED_MS });
  return configure(connection, ['query_only = ON', 'cell_size_check = ON']);
}

export function openUpkeepConnection(file: string): Connection {
  const connection = new Database(file, { fileMustExist: true, timeout: PATIENT_MS });
  return configure(connection, ['synchronous = NORMAL', 'wal_autocheckpoint = 0', 'secure_delete = ON']);
}

function configure(connection: Connection, pragmas: string[]): Connection {
  try {
    connection.pragma(`cache_size = -${CACHE_KIB}`);
    for (const pragma of pragmas) connection.pragma(pragma);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Thrown when a check of ours finds damage that no statement has met yet. */
export class DamagedDatabase extends Error {
  override readonly name = 'DamagedDatabase';
  readonly code = 'SQLITE_CORRUPT';
}

/** What a failed operation means for whoever runs it; the many codes of SQLite and the system come down to these. */
export type StoreFault = 'corrupt' | 'full' | 'busy' | 'read_only' | 'io' | 'rejected';

const FAULTS: readonly (readonly [codePrefix: string, fault: StoreFault])[] = [
  ['SQLITE_CORRUPT', 'corrupt'],
  ['SQLITE_NOTADB', 'corrupt'],
  ['SQLITE_FULL', 'full'],
  ['SQLITE_BUSY', 'busy'],
  ['SQLITE_LOCKED', 'busy'],
  ['SQLITE_READONLY', 'read_only'],
  ['SQLITE_PERM', 'read_only'],
  ['SQLITE_CANTOPEN', 'read_only'],
  ['SQLITE_IOERR', 'io'],
  ['SQLITE_NOMEM', 'io'],
  ['SQLITE_', 'rejected'],
  ['ENOSPC', 'full'],
  ['EDQUOT', 'full'],
  ['EACCES', 'read_only'],
  ['EPERM', 'read_only'],
  ['EROFS', 'read_only'],
  ['ENOENT', 'read_only'],
  ['ENOTDIR', 'read_only'],
  ['EISDIR', 'read_only'],
  ['EIO', 'io'],
  ['EBUSY', 'busy'],
  ['EMFILE', 'io'],
];

/** `rejected`: the database is well, the statement or its values are not (a bug of ours). */
export function faultOf(error: unknown): StoreFault {
  const code = codeOf(error);
  return FAULTS.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 'rejected';
}
