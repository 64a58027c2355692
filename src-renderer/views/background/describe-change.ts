import type { SettingChange } from '../../../src-shared/jobs.ts';
import { t } from '../../strings/t.ts';
import { printValue } from '../settings/print-value.ts';
import { SECTIONS } from '../settings/setting-list.ts';

/** A change as the settings view would tell it; of a setting that it does not show, as it is. */
export function describeChange({ path, before, after }: SettingChange): {
  path: string;
  label: string;
  before: string;
  after: string;
} {
  const setting = SECTIONS.flatMap(({ settings }) => settings).find((each) => each.path === path);
  if (setting === undefined) return { path, label: path, before: toText(before), after: toText(after) };
  return {
    path,
    label: setting.words.label,
    before: printValue(setting, before),
    after: printValue(setting, after),
  };
}

function toText(value: unknown): string {
  if (value === undefined || value === null) return t.settings.values.none;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
