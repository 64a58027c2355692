import type { RunCost } from '../../../src-shared/jobs.ts';
import { formatMoney } from '../../format/money.ts';
import { formatEnergy, formatShortCount } from '../../format/number.ts';
import { formatDuration } from '../../format/time.ts';
import { t } from '../../strings/t.ts';

interface CostLine {
  label: string;
  /** null: unknown. */
  text: string | null;
  isEstimate: boolean;
  note: string | null;
}

/** What something cost, one line for each kind of it. */
export function toCostLines(cost: RunCost): CostLine[] {
  const words = t.background.cost;
  const { localTokens, cloudTokens, unknownCosts } = cost;
  return [
    { label: words.processor, text: formatDuration(cost.cpuMs), isEstimate: false, note: null },
    { label: words.energy, text: formatEnergy(cost.energyJoules), isEstimate: cost.energyJoules !== 0, note: null },
    {
      label: words.money,
      text: formatMoney(cost.nanoUsd),
      isEstimate: false,
      note: unknownCosts === 0 ? null : words.unknownCosts(unknownCosts),
    },
    {
      label: words.tokens,
      text: formatShortCount(localTokens + cloudTokens),
      isEstimate: false,
      note: words.tokensSplit(formatShortCount(localTokens) ?? '', formatShortCount(cloudTokens) ?? ''),
    },
  ];
}
