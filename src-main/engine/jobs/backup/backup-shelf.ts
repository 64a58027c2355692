import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackupView } from '../../../../src-shared/jobs.ts';
import type { Clock } from '../../ports.ts';
import { BACKUP_FOLDER } from '../../store/backup-format.ts';
import { fileTime } from '../../store/damaged-file.ts';
import { readBackup, type FoundBackup } from '../../store/read-backup.ts';
import { storeProblem } from '../../store/store-problem.ts';
import type { SteppedUpkeep } from '../../store/upkeep-thread.ts';
import type { UpkeepStep } from '../../store/upkeep-steps.ts';

const NAME = /^(\d{8}T\d{9}Z)\.backup$/;

export interface ShelfParts {
  clock: Clock;
  /** The data folder. */
  folder: string;
  /** Of the program. */
  version: string;
  /** What a backup holds of the settings: JSON, without secrets. */
  settingsText: () => string;
  /** How many are kept. */
  most: () => number;
  /** Never rejects. */
  step: (step: UpkeepStep) => Promise<SteppedUpkeep>;
  /** One was made or removed. */
  onChange: () => void;
}

/** `isNew`: false when the last one holds the same, and none was made. */
export type MadeBackup = { ok: true; view: BackupView; isNew: boolean } | { ok: false; sentence: string };

/** The backups in the data folder: `backups/TIME.backup`, by which they are called. */
export class BackupShelf {
  readonly #parts: ShelfParts;
  readonly #place: string;
  #making: Promise<unknown> = Promise.resolve();

  constructor(parts: ShelfParts) {
    this.#parts = parts;
    this.#place = join(parts.folder, BACKUP_FOLDER);
  }

  /** Newest first. Each is read and compared with its checksum. */
  async list(): Promise<BackupView[]> {
    const views: BackupView[] = [];
    for (const id of await this.#ids()) {
      const found = await this.read(id);
      if (found.kind !== 'absent') views.push(toView(id, found));
    }
    return views;
  }

  /** `absent` for every id that is none. */
  async read(id: string): Promise<FoundBackup> {
    if (!NAME.test(`${id}.backup`)) return { kind: 'absent' };
    return await readBackup(this.#fileOf(id));
  }

  /** Makes one in the upkeep thread when something has changed since the last; one at a time. Never rejects. */
  make(): Promise<MadeBackup> {
    const made = this.#making.then(() => this.#make());
    this.#making = made.catch(() => undefined);
    return made.catch((error: unknown) => ({ ok: false, sentence: notMade(this.#place, error) }));
  }

  /** Removes what is beyond the number to keep: damaged ones are not counted, and go with those of their age. */
  async prune(): Promise<void> {
    let intact = 0;
    for (const { id, intact: isIntact } of await this.list()) {
      if (intact >= this.#parts.most()) await rm(this.#fileOf(id), { force: true });
      if (isIntact) intact += 1;
    }
    this.#parts.onChange();
  }

  async #make(): Promise<MadeBackup> {
    const { clock, version, settingsText, step } = this.#parts;
    const views = await this.list();
    const last = views.find(({ intact }) => intact);
    const lastFound = last === undefined ? null : await this.read(last.id);
    const { id, atMs } = nextId(clock.nowMs(), views);
    const stepped = await step({
      name: 'back up',
      file: this.#fileOf(id),
      head: { atMs, version },
      settings: settingsText(),
      unlessContent: lastFound?.kind === 'intact' ? lastFound.content : null,
    });
    if (!stepped.ok) return { ok: false, sentence: notMade(this.#place, stepped.failure.message, stepped.failure) };
    if (stepped.result.count === 0 && last !== undefined) return { ok: true, view: last, isNew: false };
    this.#parts.onChange();
    return { ok: true, view: toView(id, await this.read(id)), isNew: true };
  }

  async #ids(): Promise<string[]> {
    const names = await readdir(this.#place).catch(() => []);
    return names
      .flatMap((name) => NAME.exec(name)?.[1] ?? [])
      .sort()
      .reverse();
  }

  #fileOf(id: string): string {
    return join(this.#place, `${id}.backup`);
  }
}

/** Later than every other, also when the clock stands still or went back. */
function nextId(nowMs: number, others: readonly BackupView[]): { id: string; atMs: number } {
  const taken = new Set(others.map(({ id }) => id));
  let atMs = Math.round(nowMs);
  while (taken.has(fileTime(atMs))) atMs += 1;
  return { id: fileTime(atMs), atMs };
}

function toView(id: string, found: FoundBackup): BackupView {
  const bytes = found.kind === 'absent' ? 0 : found.fileBytes;
  if (found.kind !== 'intact') {
    return { id, atMs: timeOf(id), bytes, version: 'unknown', intact: false, parts: [] };
  }
  const parts = found.parts.map(({ kind, name }) => (kind === 'settings' ? 'settings' : `learned: ${name}`));
  return { id, atMs: found.atMs, bytes, version: found.version, intact: true, parts };
}

/** `20261121T120000123Z` as Unix milliseconds. */
function timeOf(id: string): number {
  const [, year, month, day, hour, minute, second, rest] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z$/.exec(id)?.map(Number) ?? [];
  return Date.UTC(year ?? 1970, (month ?? 1) - 1, day ?? 1, hour, minute, second, rest);
}

function notMade(place: string, error: unknown, failure?: Extract<SteppedUpkeep, { ok: false }>['failure']): string {
  const what = `No backup could be made in ${place}.`;
  if (failure === undefined) return `${what} ${String(error)}`;
  const cause = Object.assign(new Error(failure.message), { code: failure.code });
  return `${what} ${storeProblem({ fault: failure.fault, file: place, error: cause }).message}`;
}
