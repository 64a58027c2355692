import type { AdaptationView } from '../../../src-shared/optimizer.ts';
import { formatDecimal } from '../../format/number.ts';
import { t } from '../../strings/t.ts';

export const PREFERENCES = ['localBias', 'parallelThreshold', 'timeoutMultiplier', 'qualityThreshold'] as const;
export type PreferenceName = (typeof PREFERENCES)[number];

/** `Local bias 0.5 → 0.55` for each preference that an adaptation moved. */
export function describeMoves({ before, after }: Pick<AdaptationView, 'before' | 'after'>): string[] {
  const words = t.optimizer;
  return PREFERENCES.filter((name) => before[name] !== after[name]).map((name) =>
    words.history.change(
      words.preferences.names[name],
      formatDecimal(before[name]) ?? '',
      formatDecimal(after[name]) ?? '',
    ),
  );
}

/** `local bias 0.5 → 0.55: ` before the cause; the moves are told beside it. */
const MOVE = /^[a-z ]+ [\d.]+ → [\d.]+: /;

/** Why an adaptation was made, each cause once. */
export function describeCauses(reason: string): string {
  return [...new Set(reason.split('; ').map((part) => part.replace(MOVE, '')))].join('; ');
}
