import type { Settings } from '../../src-shared/settings.ts';

/** `gateway.ollamaPlace.port`: groups are entered; lists, records and everything else are one setting. */
type Leaf<Group> = {
  [Name in keyof Group & string]: NonNullable<Group[Name]> extends readonly unknown[]
    ? Name
    : Group[Name] extends Record<string, unknown>
      ? string extends keyof Group[Name]
        ? Name
        : `${Name}.${Leaf<Group[Name]>}`
      : Name;
}[keyof Group & string];

/** A setting that the settings view shows. Providers and apps have views of their own. */
export type SettingPath = Exclude<Leaf<Settings>, 'version' | 'providers' | 'apps'>;

export interface SettingWords {
  label: string;
  /** What it does, and what it is for. */
  help: string;
  unit?: string;
  /** It says how far things are and is nobody's preference: left out where a whole group is reset. */
  isProgress?: true;
  /** How many of the setting's own units one of those on show is: 1000 shows milliseconds as seconds. */
  scale?: number;
  /** What an empty field means, where one may be empty. */
  empty?: string;
  /** Names of the values to choose from; `null` is the name of no choice. */
  options?: Readonly<Record<string, string>>;
  /** Names of the columns, where a setting is a table. */
  columns?: Readonly<Record<string, string>>;
}

export interface SettingGroup {
  title: string;
  text: string;
  fields: Readonly<Partial<Record<SettingPath, SettingWords>>>;
}
