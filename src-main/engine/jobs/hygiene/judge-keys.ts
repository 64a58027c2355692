import type { FindingDraft } from '../job-kind.ts';

const DAY_MS = 86_400_000;

/** A provider's key, as far as one may speak of it: never the key itself. */
export interface KeyFacts {
  id: string;
  name: string;
  /** Environment variable that holds it; null: it is kept by Pointsman. */
  variable: string | null;
  /** null: nobody wrote it down. */
  changedAtMs: number | null;
  /** false: nothing went there for `UNUSED_DAYS`. null: not enough is recorded to tell. */
  used: boolean | null;
}

/** A key for a provider that is not set up. */
export interface StrayKey {
  /** The provider's id, or its catalogue entry's. */
  id: string;
  name: string;
  variable: string | null;
}

/** So long without a request, and a key is a risk that buys nothing. */
export const UNUSED_DAYS = 60;

/** What is to be said of keys: old ones, ones of unknown age, unused ones, and ones for nobody. */
export function judgeKeys(options: {
  keys: readonly KeyFacts[];
  strays: readonly StrayKey[];
  keyDays: number;
  nowMs: number;
}): FindingDraft[] {
  const { keys, strays, keyDays, nowMs } = options;
  return [
    ...keys.flatMap((key) => judgeAge(key, keyDays, nowMs)),
    ...keys.filter(({ used }) => used === false).map(toUnused),
    ...strays.map(toStray),
  ];
}

function judgeAge({ id, name, variable, changedAtMs }: KeyFacts, keyDays: number, nowMs: number): FindingDraft[] {
  const key = `key-age/${id}`;
  const advice = `replace it if it is older than ${keyDays} days`;
  if (variable !== null) {
    const sentence = `The key of ${name} comes from the environment variable ${variable}, so its age is not known here: ${advice}.`;
    return [{ key, severity: 'info', sentence, action: toDo('Replace it where it is set') }];
  }
  if (changedAtMs === null) {
    const sentence = `The age of the key of ${name} is not known, because it came here before dates were written down: ${advice}.`;
    return [{ key, severity: 'info', sentence, action: toDo('Replace the key', 'models') }];
  }
  const days = Math.floor((nowMs - changedAtMs) / DAY_MS);
  if (days < keyDays) return [];
  const sentence = `The key of ${name} is ${days} days old, and you want keys replaced after ${keyDays}: make a new one there, and have it tried here before the old one goes.`;
  const severity = days >= 2 * keyDays ? 'medium' : 'low';
  return [{ key, severity, sentence, action: toDo('Replace the key', 'models') }];
}

function toUnused({ id, name, variable }: KeyFacts): FindingDraft {
  const where = variable === null ? '' : ` (in ${variable})`;
  return {
    key: `key-unused/${id}`,
    severity: 'low',
    sentence: `Nothing was asked of ${name} for ${UNUSED_DAYS} days, and its key${where} is still good for calls: withdraw it there if you do not need it.`,
    action: toDo('Remove the provider', 'models'),
  };
}

function toStray({ id, name, variable }: StrayKey): FindingDraft {
  const key = `key-stray/${id}`;
  if (variable === null) {
    const sentence = `A key for ${name} is kept here, and ${name} is not set up: add the provider, or remove the key.`;
    return { key, severity: 'low', sentence, action: toDo('Add the provider, or remove it again', 'models') };
  }
  const sentence = `The environment variable ${variable} holds a key for ${name} that Pointsman does not use: it is open to every program that is started with it.`;
  return { key, severity: 'info', sentence, action: toDo(`Add ${name}, or take ${variable} away`, 'models') };
}

function toDo(label: string, view: string | null = null): FindingDraft['action'] {
  return { label, view, proposalId: null };
}
