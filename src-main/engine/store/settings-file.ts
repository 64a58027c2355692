import { chmodSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { SETTINGS_VERSION, settings as settingsSchema } from '../../../src-shared/settings.ts';
import type { Settings } from '../../../src-shared/settings.ts';
import type { Clock } from '../ports.ts';
import { isJsonObject } from '../protocols/json.ts';
import type { JsonObject } from '../protocols/json.ts';
import { codeOf } from './error-code.ts';
import { fileTime } from './damaged-file.ts';
import { describeIssue } from './describe-issue.ts';
import { PRIVATE_MODE, readTextFile, writePrivateFile } from './private-file.ts';
import { SETTINGS_MIGRATIONS, migrateSettings, versionOf } from './settings-migrations.ts';

export const SETTINGS_FILE = 'settings.json';

/** Sentences for the person: what is wrong with the file, and what was done about it. */
export interface LoadedSettings {
  settings: Settings;
  warnings: string[];
}

/**
 * Reads the settings. Without a file the defaults hold and none is written. A file that is wrong is kept aside and the
 * defaults are used; one of a newer version, or one that cannot be read, is left as it is.
 */
export function loadSettings(options: { folder: string; clock: Clock }): LoadedSettings {
  const file = join(options.folder, SETTINGS_FILE);
  const found = readSettings(file);
  switch (found.kind) {
    case 'absent':
      return useDefaults();
    case 'ok':
      return { settings: found.settings, warnings: [] };
    case 'newer':
      return useDefaults(
        `${file} was written by a newer version of Pointsman (settings version ${found.version}; this one knows ${SETTINGS_VERSION}). It is left as it is and the defaults are used.`,
      );
    case 'unreadable':
      return useDefaults(`${file} cannot be read (${found.code}), so the defaults are used. Check its permissions.`);
    case 'invalid':
      return useDefaults(`${found.reason} ${keepAside(file, options.clock.nowMs())} The defaults are used.`);
  }
}

export type SavedSettings = { ok: true } | { ok: false; message: string };

/** Replaces the file as a whole, readable by its owner alone. A file of a newer version is never overwritten. */
export function saveSettings(options: { folder: string; settings: Settings }): SavedSettings {
  const file = join(options.folder, SETTINGS_FILE);
  if (readSettings(file).kind === 'newer') {
    return { ok: false, message: `${file} was written by a newer version of Pointsman and is not overwritten.` };
  }
  try {
    writePrivateFile(file, `${JSON.stringify(options.settings, null, 2)}\n`);
    return { ok: true };
  } catch (error) {
    return {
      ok: false,
      message: `${file} cannot be written (${codeOf(error)}), so nothing was changed. Check its permissions and the space left.`,
    };
  }
}

type FoundSettings =
  | { kind: 'absent' }
  | { kind: 'ok'; settings: Settings }
  | { kind: 'newer'; version: number }
  | { kind: 'unreadable'; code: string }
  | { kind: 'invalid'; reason: string };

function readSettings(file: string): FoundSettings {
  let text: string | null;
  try {
    text = readTextFile(file);
  } catch (error) {
    return { kind: 'unreadable', code: codeOf(error) };
  }
  if (text === null) return { kind: 'absent' };
  const content = parseJson(text);
  if (typeof content === 'string') return { kind: 'invalid', reason: `${file} is not valid JSON: ${content}.` };
  const version = versionOf(content);
  if (version !== null && version > SETTINGS_VERSION) return { kind: 'newer', version };
  const migrated = migrateSettings(content, { version: SETTINGS_VERSION, migrations: SETTINGS_MIGRATIONS });
  const parsed = settingsSchema.safeParse(migrated);
  if (parsed.success) return { kind: 'ok', settings: parsed.data };
  return { kind: 'invalid', reason: `${file} is not valid: ${parsed.error.issues.map(describeIssue).join('; ')}.` };
}

/** The object, or what is wrong with the text. */
function parseJson(text: string): JsonObject | string {
  try {
    const content: unknown = JSON.parse(text);
    return isJsonObject(content) ? content : 'it does not hold an object';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function keepAside(file: string, nowMs: number): string {
  const kept = `${file}.invalid-${fileTime(nowMs)}`;
  try {
    renameSync(file, kept);
    chmodSync(kept, PRIVATE_MODE);
    return `It was kept as ${kept}.`;
  } catch (error) {
    return `It could not be kept aside (${codeOf(error)}).`;
  }
}

function useDefaults(...warnings: string[]): LoadedSettings {
  return { settings: settingsSchema.parse({}), warnings };
}
