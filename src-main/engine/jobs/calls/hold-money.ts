import { predictCost } from '../../optimizer/predict-cost.ts';
import type { ChatRequest } from '../../protocols/chat-request.ts';
import type { Endpoint } from '../../routing/endpoint.ts';
import { estimatePromptTokens } from '../../routing/estimate-prompt-tokens.ts';
import { formatNanoUsd } from '../../spend/dollars.ts';
import type { DayPurse, Held } from './day-purse.ts';
import type { JobCallerParts } from './job-caller-parts.ts';

export type MoneyAnswer = { ok: true; held: Held } | { ok: false; sentence: string };

/** Sent for an answer when the job names no limit, and what money is then held for. */
export const MOST_OUTPUT_TOKENS = 8_192;

const FREE: Held = { settle: () => undefined };

/**
 * Holds what a call may cost at most in background work's own purse and in all budgets, or says why not. Calls on the
 * local track are free. A price that nobody knows is never paid, whatever the settings say of people's own requests.
 */
export function holdMoney(
  parts: Pick<JobCallerParts, 'pricing' | 'budgets'> & { purse: DayPurse },
  call: { endpoint: Endpoint; request: ChatRequest; bodyCharacters: number; mostNanoUsd: number },
): MoneyAnswer {
  const { endpoint } = call;
  if (endpoint.track === 'local') return { ok: true, held: FREE };
  const ceiling = ceilingOf(parts, call);
  if (ceiling === null) return refused(`Nobody knows the price of ${endpoint.id}: background work does not pay it.`);
  if (ceiling > call.mostNanoUsd) {
    return refused(
      `The call could cost ${formatNanoUsd(ceiling)}, and the job may spend ${formatNanoUsd(call.mostNanoUsd)} on it.`,
    );
  }
  const own = parts.purse.hold(ceiling);
  if (!own.ok) return own;
  const reserved = parts.budgets.reserve({ appId: null, providerId: endpoint.providerId, ceilingNanoUsd: ceiling });
  if (!reserved.ok) {
    own.held.settle(0);
    return refused(reserved.refused);
  }
  return {
    ok: true,
    held: {
      settle(costNanoUsd) {
        own.held.settle(costNanoUsd);
        reserved.reservation.settle(costNanoUsd);
      },
    },
  };
}

function ceilingOf(
  { pricing }: Pick<JobCallerParts, 'pricing'>,
  { endpoint, request, bodyCharacters }: { endpoint: Endpoint; request: ChatRequest; bodyCharacters: number },
): number | null {
  const prompt = estimatePromptTokens(request, bodyCharacters);
  const limit = Math.min(request.maxOutputTokens ?? MOST_OUTPUT_TOKENS, endpoint.maxOutputTokens ?? Infinity);
  return predictCost({
    costOf: (usage) => pricing.priceCall(endpoint, usage),
    ...prompt,
    cachedTokens: 0,
    outputTokens: 0,
    outputTokensP95: 0,
    maxOutputTokens: limit,
  }).costCeilingNanoUsd;
}

function refused(sentence: string): MoneyAnswer {
  return { ok: false, sentence };
}
