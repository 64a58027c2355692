import { isAddition } from './provider-addition.ts';

/** What guards people, their texts and their keys, or has operations of its own. */
const NEVER = [
  'privacy',
  'access',
  'gateway',
  'providers',
  'apps',
  'images',
  'background.shadow.cloudJudge',
  'prices.source',
  'setup',
  'version',
];

/**
 * May a job propose to change this setting, or group of settings? What keeps people safe is theirs alone to change; a
 * provider may be proposed to be added (`providers.ID`), never to be changed.
 */
export function mayPropose(path: string): boolean {
  return isAddition(path) || !NEVER.some((never) => isWithin(path, never) || isWithin(never, path));
}

function isWithin(path: string, group: string): boolean {
  return path === group || path.startsWith(`${group}.`);
}
