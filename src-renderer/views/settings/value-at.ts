import type { SettingPath } from '../../strings/setting-words.ts';

/** What stands at a path of the settings; undefined: nothing. */
export function valueAt(settings: object, path: SettingPath): unknown {
  let value: unknown = settings;
  for (const name of path.split('.')) {
    value = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  }
  return value;
}

/** Settings are JSON, and the order of their fields is the schema's. */
export const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
