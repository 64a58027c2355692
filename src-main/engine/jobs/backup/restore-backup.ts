import type { Restored } from '../../../../src-shared/jobs.ts';
import { SETTINGS_VERSION, settings as settingsSchema, type Settings } from '../../../../src-shared/settings.ts';
import { isJsonObject } from '../../protocols/json.ts';
import { describeIssue } from '../../store/describe-issue.ts';
import type { FoundBackup, FoundPart } from '../../store/read-backup.ts';
import { SETTINGS_MIGRATIONS, migrateSettings, versionOf } from '../../store/settings-migrations.ts';
import type { BackupShelf } from './backup-shelf.ts';
import { planRestore } from './plan-restore.ts';

/** What was learned, as a backup has it. */
export interface LearnedState {
  name: string;
  version: number;
  bytes: Uint8Array;
}

export interface RestoreParts {
  shelf: BackupShelf;
  settings: () => Settings;
  /** Puts settings in force and writes them down; rejects with a sentence when they cannot be. */
  adopt: (next: Settings) => Promise<void>;
  /** Paths that hold from the next start on. */
  pendingRestart: () => string[];
  learner: {
    /** What stands in the way of taking these over; none: they can be. */
    check(states: readonly LearnedState[]): string[];
    takeOver(states: readonly LearnedState[]): void;
    /** Writes one down. */
    save(state: LearnedState): Promise<{ ok: true } | { ok: false; message: string }>;
  };
}

export type RestoreOutcome =
  | { ok: true; restored: Restored }
  | { ok: false; code: 'not_found' | 'damaged' | 'newer' | 'unusable' | 'no_copy' | 'not_saved'; sentence: string };

/**
 * Takes settings and what was learned from a backup, both at once in force. Everything is looked at before anything is
 * changed, and the present state is backed up first. What the backup does not hold stays as it is.
 */
export async function restoreBackup(id: string, parts: RestoreParts): Promise<RestoreOutcome> {
  const found = await parts.shelf.read(id);
  if (found.kind !== 'intact') return refused(found.kind, id);
  const settings = readSettings(found.parts);
  if (!settings.ok) return settings;
  const states = found.parts.flatMap(toState);
  const obstacles = parts.learner.check(states);
  if (obstacles.length > 0) {
    return { ok: false, code: 'unusable', sentence: `${obstacles.join(' ')} Nothing was changed.` };
  }
  const present = await parts.shelf.make();
  if (!present.ok) return { ok: false, code: 'no_copy', sentence: `${present.sentence} Nothing was changed.` };
  const plan = planRestore(settings.settings, parts.settings());
  await parts.adopt(plan.settings);
  const problem = await takeOver(states, parts);
  await parts.shelf.prune();
  if (problem !== null) return { ok: false, code: 'not_saved', sentence: `The settings were restored. ${problem}` };
  return {
    ok: true,
    restored: { done: true, keptAsIs: plan.keptAsIs, pendingRestart: parts.pendingRestart() },
  };
}

/** In memory first: what is saved from there later is then the same. */
async function takeOver(states: readonly LearnedState[], { learner }: RestoreParts): Promise<string | null> {
  if (states.length === 0) return null;
  learner.takeOver(states);
  let problem: string | null = null;
  for (const state of states) {
    const saved = await learner.save(state);
    if (!saved.ok) problem = saved.message;
  }
  return problem;
}

function refused(kind: Exclude<FoundBackup['kind'], 'intact'>, id: string): RestoreOutcome {
  switch (kind) {
    case 'absent':
      return { ok: false, code: 'not_found', sentence: `There is no backup "${id}".` };
    case 'damaged':
      return {
        ok: false,
        code: 'damaged',
        sentence: `The backup "${id}" is damaged or was changed after it was made. Nothing was restored; take another one.`,
      };
    case 'newer':
      return {
        ok: false,
        code: 'newer',
        sentence: `The backup "${id}" was made by a newer version of Pointsman. Nothing was restored; install that version first.`,
      };
  }
}

type ReadSettings = { ok: true; settings: Settings } | Extract<RestoreOutcome, { ok: false }>;

function readSettings(parts: readonly FoundPart[]): ReadSettings {
  const part = parts.find(({ kind }) => kind === 'settings');
  const content = part === undefined ? null : parseJson(part.content);
  if (!isJsonObject(content)) return unusable('it holds no settings');
  const version = versionOf(content);
  if (version !== null && version > SETTINGS_VERSION)
    return unusable('its settings are of a newer version of Pointsman');
  const migrated = migrateSettings(content, { version: SETTINGS_VERSION, migrations: SETTINGS_MIGRATIONS });
  const parsed = settingsSchema.safeParse(migrated);
  if (parsed.success) return { ok: true, settings: parsed.data };
  return unusable(parsed.error.issues.map(describeIssue).join('; '));
}

function unusable(why: string): Extract<RestoreOutcome, { ok: false }> {
  return { ok: false, code: 'unusable', sentence: `The backup cannot be used: ${why}. Nothing was changed.` };
}

function toState({ kind, name, version, content }: FoundPart): LearnedState[] {
  return kind === 'learner state' ? [{ name, version, bytes: content }] : [];
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return null;
  }
}
