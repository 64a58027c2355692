import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';
import type { Clock, Log } from '../ports.ts';
import { copyLog } from './checkpoint.ts';
import { hurry, openReaderConnection, openWriterConnection } from './database.ts';
import type { Connection } from './database.ts';
import { damageSentence, moveAside } from './damaged-file.ts';
import { migrate } from './migrations.ts';
import type { MigrationOutcome } from './migrations.ts';

/**
 * Opens the file for writing (created with mode 0600), brings it up to date and begins with a log that is copied, so
 * that an engine which records nothing needs no upkeep. Throws what SQLite and the system throw.
 */
export function openMigrated(open: { file: string; nowMs: number }): {
  writer: Connection;
  migration: MigrationOutcome;
} {
  const { file } = open;
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
  const writer = openWriterConnection(file);
  try {
    const migration = migrate(writer);
    if (migration.kind !== 'newer') copyLog(writer, open);
    hurry(writer);
    return { writer, migration };
  } catch (error) {
    writer.close();
    throw error;
  }
}

/** The connections of this process to its database file, replaced together when the file turns out to be damaged. */
export class StoreDatabase {
  readonly file: string;
  readonly #ports: { clock: Clock; log: Log };
  #writer: Connection;
  #reader: Connection;
  #generation = 1;
  #damaged = false;
  #warning: string | null = null;

  constructor(open: { file: string; writer: Connection; clock: Clock; log: Log }) {
    this.file = open.file;
    this.#ports = { clock: open.clock, log: open.log };
    this.#writer = open.writer;
    this.#reader = openReaderConnection(open.file);
  }

  get writer(): Connection {
    return this.#writer;
  }

  get reader(): Connection {
    return this.#reader;
  }

  /** Changes when the connections are replaced; statements prepared before are then useless. */
  get generation(): number {
    return this.#generation;
  }

  /** True while a damaged file could not be replaced; the connections are then closed. */
  get damaged(): boolean {
    return this.#damaged;
  }

  /** A sentence when the database was found damaged while running and began anew. */
  get warning(): string | null {
    return this.#warning;
  }

  /** Puts the damaged file aside and begins a new one. Throws what stands in the way; the next call tries again. */
  replaceDamaged(cause: unknown): void {
    const { clock, log } = this.#ports;
    log.error({ file: this.file, error: String(cause) }, 'the database was found damaged');
    this.#damaged = true;
    this.close();
    if (existsSync(this.file)) this.#warning = damageSentence(moveAside(this.file, clock.nowMs()));
    this.#writer = openMigrated({ file: this.file, nowMs: clock.nowMs() }).writer;
    this.#reader = openReaderConnection(this.file);
    this.#generation++;
    this.#damaged = false;
  }

  /** The last connection to close brings the write-ahead log home. */
  close(): void {
    this.#reader.close();
    this.#writer.close();
  }
}
