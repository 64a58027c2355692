import { SECTIONS } from './setting-list.ts';

/** What a setting is called; what is not shown here goes by its path. */
export function labelOf(path: string): string {
  const all = SECTIONS.flatMap(({ settings }) => settings);
  return all.find((setting) => setting.path === path)?.words.label ?? path;
}
