import type { ExportedSettings } from '../../../src-shared/house.ts';
import { SETTINGS_VERSION, settings as settingsSchema, type Settings } from '../../../src-shared/settings.ts';
import type { Random } from '../ports.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../protocols/json.ts';
import { createAppKey } from '../spend/app-keys.ts';
import { describeIssue } from '../store/describe-issue.ts';
import { SETTINGS_MIGRATIONS, migrateSettings, versionOf } from '../store/settings-migrations.ts';
import { withoutNewConsent } from './without-new-consent.ts';

export type ImportedSettings =
  /**
   * `keylessApps`: ids of apps whose key nobody has here. `withoutConsent`: they keep prompts where they come from, and do
   * not here.
   */
  { ok: true; settings: Settings; keylessApps: string[]; withoutConsent: boolean } | { ok: false; sentence: string };

/**
 * Settings from an export, in the form of this version, or why they cannot be used. An app that exists here keeps its
 * key; another one gets a key that nobody has. What an export says of keys itself is never believed, and no consent comes
 * along with it.
 */
export function importSettings(
  exported: ExportedSettings,
  here: { current: Settings; random: Random },
): ImportedSettings {
  const content: unknown = structuredClone(exported.settings);
  if (!isJsonObject(content)) return { ok: false, sentence: 'The export holds no settings. Nothing was changed.' };
  const version = versionOf(content);
  if (version !== null && version > SETTINGS_VERSION) {
    const sentence = `The export was made by a newer version of Pointsman (${exported.version}). Nothing was changed.`;
    return { ok: false, sentence };
  }
  const migrated = migrateSettings(content, { version: SETTINGS_VERSION, migrations: SETTINGS_MIGRATIONS });
  const keyed = withKeyHashes(migrated, here);
  const parsed = settingsSchema.safeParse(keyed);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(describeIssue).join('; ');
    return { ok: false, sentence: `The export cannot be used: ${problems}. Nothing was changed.` };
  }
  const known = new Set(here.current.apps.map(({ id }) => id));
  const keylessApps = parsed.data.apps.map(({ id }) => id).filter((id) => !known.has(id));
  const settings = withoutNewConsent(parsed.data, here.current);
  const withoutConsent = parsed.data.privacy.keepPrompts.enabled && !settings.privacy.keepPrompts.enabled;
  return { ok: true, settings, keylessApps, withoutConsent };
}

function withKeyHashes(settings: JsonObject, here: { current: Settings; random: Random }): JsonObject {
  const { apps } = settings;
  if (!Array.isArray(apps)) return settings;
  const hashes = new Map(here.current.apps.map(({ id, keyHash }) => [id, keyHash]));
  const withHash = (app: JsonValue): JsonValue => {
    if (!isJsonObject(app)) return app;
    const known = typeof app.id === 'string' ? hashes.get(app.id) : undefined;
    return { ...app, keyHash: known ?? createAppKey(here.random).keyHash };
  };
  return { ...settings, apps: apps.map(withHash) };
}
