import { findSetting } from '../../../src-shared/setting-paths.ts';
import { settings as settingsSchema, type Settings } from '../../../src-shared/settings.ts';
import type { SettingsChange } from '../../../src-shared/settings-view.ts';
import { isJsonObject, type JsonObject } from '../protocols/json.ts';
import { lookUp } from '../protocols/look-up.ts';
import { describeIssue } from './describe-issue.ts';

export type ChangedSettings = { ok: true; settings: Settings } | { ok: false; sentence: string };

/** What has operations of its own, because keys are made or kept along with it. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  providers: 'Providers are changed by the operations providers.add, providers.change and providers.remove.',
  apps: 'Apps are changed by the operations apps.add, apps.change and apps.remove.',
  version: 'The version of the settings is not for changing.',
};

/** Shown of a value that is refused. */
const MOST_SHOWN = 80;

/**
 * The settings with all of these changes, or with none of them: `sentence` then names the path, what is wrong with its
 * value, and what is allowed. A change without a value goes back to the default. A path may name a whole group.
 */
export function changeSettings(settings: Settings, changes: SettingsChange['changes']): ChangedSettings {
  const draft = toPlain(settings);
  const defaults = toPlain(settingsSchema.parse({}));
  for (const { path, value } of changes) {
    const elsewhere = lookUp(ELSEWHERE, path.split('.')[0] ?? '');
    if (elsewhere !== undefined) return { ok: false, sentence: elsewhere };
    if (findSetting(path) === null) return { ok: false, sentence: `There is no setting "${path}".` };
    write(draft, path.split('.'), value === undefined ? read(defaults, path.split('.')) : value);
  }
  const parsed = settingsSchema.safeParse(draft);
  if (parsed.success) {
    const contradiction = contradictionIn(parsed.data);
    return contradiction === null ? { ok: true, settings: parsed.data } : { ok: false, sentence: contradiction };
  }
  const problems = parsed.error.issues.map((issue) => {
    const path = issue.path.map(String);
    return `${describeIssue(issue)} (it was given ${shown(read(draft, path))})`;
  });
  return { ok: false, sentence: `${problems.join('; ')}. Nothing was changed.` };
}

/** What each field allows and all together do not. */
function contradictionIn({ gate }: Settings): string | null {
  const { cpuOpenPercent, cpuClosePercent } = gate;
  if (cpuOpenPercent <= cpuClosePercent) return null;
  return `gate.cpuOpenPercent (${cpuOpenPercent}) must not be above gate.cpuClosePercent (${cpuClosePercent}): the gate would close as soon as it opens. Nothing was changed.`;
}

function toPlain(settings: Settings): JsonObject {
  const plain: unknown = structuredClone(settings);
  return isJsonObject(plain) ? plain : {};
}

function read(from: JsonObject, path: readonly string[]): unknown {
  let value: unknown = from;
  for (const name of path) value = isObject(value) ? value[name] : undefined;
  return value;
}

/** The schema knows the path, so every group on the way is there. */
function write(to: JsonObject, path: readonly string[], value: unknown): void {
  const group: unknown = path.length === 1 ? to : read(to, path.slice(0, -1));
  if (isObject(group)) group[path.at(-1) ?? ''] = value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}
