import type { JsonObject } from '../protocols/json.ts';

/** Turns a settings file of one version into one of the next. */
export type SettingsMigration = (settings: JsonObject) => JsonObject;

/** Keyed by the version that is left behind; append-only. Empty while there is only one version. */
export const SETTINGS_MIGRATIONS: ReadonlyMap<number, SettingsMigration> = new Map();

/** Takes a file's content forward, version by version. A version without a migration changed nothing but its number. */
export function migrateSettings(
  settings: JsonObject,
  target: { version: number; migrations: ReadonlyMap<number, SettingsMigration> },
): JsonObject {
  let current = settings;
  for (let version = versionOf(settings) ?? target.version; version < target.version; version++) {
    current = { ...(target.migrations.get(version)?.(current) ?? current), version: version + 1 };
  }
  return current;
}

/** null: the file does not say. */
export function versionOf(settings: JsonObject): number | null {
  return typeof settings.version === 'number' ? settings.version : null;
}
