import type { Savings } from '../../../src-shared/money.ts';
import type { SpendRow } from '../../../src-shared/spend.ts';
import type { TokenUsage } from '../protocols/chat-event.ts';
import { costOfCall } from './cost-of-call.ts';
import { costOfEnergy } from './energy.ts';
import type { PriceRules } from './price-rules.ts';

/** Sums over requests; the first three are of those of which cost and reference are both known. */
export type SavingsSums = Pick<
  SpendRow,
  'compared' | 'referenceNanoUsd' | 'comparedCostNanoUsd' | 'requests' | 'energyJoules' | 'unknownEnergies'
>;

/**
 * What the tokens of an answer would have cost at the reference model: what was read from a cache counts as cached
 * there too. Integer nano-dollars; null when tokens or price are unknown.
 */
export function referenceCost(call: { usage: TokenUsage; rules: PriceRules | null }): number | null {
  return costOfCall(call).costNanoUsd;
}

/**
 * Reference - paid - energy x tariff. Energy is that of all requests, also of those that cannot be compared: savings are
 * rather told too low. An answer from our own cache paid nothing and needed no energy: all of it is saved.
 */
export function toSavings(input: { sums: SavingsSums; reference: string | null; tariffUsdPerKwh: number }): Savings {
  const { sums, reference } = input;
  const { compared, referenceNanoUsd, comparedCostNanoUsd } = sums;
  const energyNanoUsd = costOfEnergy(sums.energyJoules, input.tariffUsdPerKwh);
  const isKnown = reference !== null && compared > 0;
  return {
    reference,
    referenceNanoUsd,
    paidNanoUsd: comparedCostNanoUsd,
    energyNanoUsd,
    savedNanoUsd: isKnown ? referenceNanoUsd - comparedCostNanoUsd - energyNanoUsd : null,
    requests: compared,
    unknownRequests: sums.requests - compared,
    unknownEnergies: sums.unknownEnergies,
    estimated: true,
  };
}
