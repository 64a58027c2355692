import { t } from '../../strings/t.ts';
import type { SettingGroup, SettingPath, SettingWords } from '../../strings/setting-words.ts';
import { fieldKindOf, type FieldKind } from './field-kind.ts';

export interface Setting {
  path: SettingPath;
  words: SettingWords;
  kind: FieldKind;
}
export interface SettingSection {
  name: string;
  title: string;
  text: string;
  settings: Setting[];
}

/** All settings by group, in the order of the words. */
export const SECTIONS: readonly SettingSection[] = Object.entries(t.settings.groups).map(([name, group]) => ({
  name,
  title: group.title,
  text: group.text,
  settings: settingsOf(group),
}));

/** The sections with the settings in which every word is found, in whatever case; without a word, all. */
export function searchSettings(words: string): SettingSection[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return SECTIONS.map((section) => ({
    ...section,
    settings: section.settings.filter((setting) => {
      const text = textOf(section, setting);
      return wanted.every((word) => text.includes(word));
    }),
  })).filter(({ settings }) => settings.length > 0);
}

function settingsOf({ fields }: SettingGroup): Setting[] {
  // The words are keyed by paths of the schema: the compiler sees to it.
  const paths = Object.keys(fields) as SettingPath[];
  return paths.flatMap((path) => {
    const words = fields[path];
    return words === undefined ? [] : [{ path, words, kind: fieldKindOf(path) }];
  });
}

function textOf({ title }: SettingSection, { path, words }: Setting): string {
  return [title, path, words.label, words.help, ...Object.values(words.options ?? {})].join(' ').toLowerCase();
}
