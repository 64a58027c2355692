import { isDeepStrictEqual } from 'node:util';
import type { Proposal } from '../../../../src-shared/jobs.ts';
import type { Settings } from '../../../../src-shared/settings.ts';
import { changeSettings } from '../../store/change-settings.ts';
import { mayPropose } from './may-propose.ts';
import { isAddition, isStillMissing, parseAddition } from './provider-addition.ts';

export type Acceptance =
  | { kind: 'accepted'; settings: Settings }
  /** A setting is another one than the proposal was made for. */
  | { kind: 'outdated' }
  | { kind: 'refused'; sentence: string };

/** The settings with the proposed changes, or why there are none. */
export function acceptProposal({ changes }: Pick<Proposal, 'changes'>, settings: Settings): Acceptance {
  const refused = changes.find(({ path }) => !mayPropose(path));
  if (refused !== undefined) {
    const sentence = `${refused.path} keeps you and your data safe: no proposal may change it. Change it in the settings if you want to.`;
    return { kind: 'refused', sentence };
  }
  if (!stillFits({ changes }, settings)) return { kind: 'outdated' };
  const added = changes.flatMap((change) => parseAddition(change) ?? []);
  const grown = added.length === 0 ? settings : { ...settings, providers: [...settings.providers, ...added] };
  const others = changes.filter(({ path }) => !isAddition(path));
  if (others.length === 0) return { kind: 'accepted', settings: grown };
  const changed = changeSettings(
    grown,
    others.map(({ path, after }) => ({ path, value: after })),
  );
  return changed.ok
    ? { kind: 'accepted', settings: changed.settings }
    : { kind: 'refused', sentence: changed.sentence };
}

/** Are the settings still those that it was made for? */
export function stillFits({ changes }: Pick<Proposal, 'changes'>, settings: Settings): boolean {
  return changes.every((change) =>
    isAddition(change.path)
      ? isStillMissing(change, settings)
      : isDeepStrictEqual(valueAt(settings, change.path), change.before),
  );
}

function valueAt(settings: Settings, path: string): unknown {
  let value: unknown = settings;
  for (const name of path.split('.')) {
    value =
      typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined;
  }
  return value;
}
