import type { TokenUsage } from '../protocols/chat-event.ts';
import type { UnitPrice } from '../store/records.ts';
import type { PriceRules } from './price-rules.ts';

/** `costNanoUsd` is an integer of 1e-9 USD; null is unknown, 0 is free. */
export interface CallCost {
  costNanoUsd: number | null;
  price: UnitPrice | null;
}

const UNKNOWN: CallCost = { costNanoUsd: null, price: null };
const FREE: CallCost = { costNanoUsd: 0, price: null };

/** USD per million tokens and nano-dollars per token differ by this factor. */
const NANO_USD_PER_TOKEN = 1000;
const NANO_USD = 1e9;

/**
 * What one call cost: (input - cached - written) * input + cached * cached + written * written + output * output, where
 * reasoning is taken out of output only if it is priced apart. A subset that nobody told (null) counts as empty, so it
 * is charged as plain input or output; a total that nobody told makes the cost unknown unless its tokens are free.
 */
export function costOfCall(call: { usage: TokenUsage; rules: PriceRules | null }): CallCost {
  const { usage, rules } = call;
  if (rules === null) return UNKNOWN;
  if (rules.free) return FREE;
  const price = chooseTierPrice(rules, usage.inputTokens);
  if (price === null) return UNKNOWN;
  const millionths = inputCost(usage, price) + outputCost(usage, price);
  // NaN: a kind of token was used that has no known count or no known price.
  if (Number.isNaN(millionths)) return UNKNOWN;
  return {
    costNanoUsd: Math.round(millionths * NANO_USD_PER_TOKEN + (price.perCallUsd ?? 0) * NANO_USD),
    price,
  };
}

/** A tier holds for the whole call, not for the part above its threshold. null: the tier depends on an unknown count. */
function chooseTierPrice(rules: PriceRules, inputTokens: number | null): UnitPrice | null {
  if (inputTokens === null && rules.tiers.length > 1) return null;
  let price: UnitPrice | null = null;
  for (const tier of rules.tiers) {
    if (price === null || (inputTokens ?? 0) > tier.aboveInputTokens) price = tier.price;
  }
  return price;
}

function inputCost(usage: TokenUsage, price: UnitPrice): number {
  if (usage.inputTokens === null) return isFreeInput(price) ? 0 : NaN;
  const cached = usage.cachedInputTokens ?? 0;
  const written1h = usage.cacheWrite1hTokens ?? 0;
  const written = Math.max(usage.cacheWriteTokens ?? 0, written1h);
  const plain = Math.max(0, usage.inputTokens - cached - written);
  const writePrice = price.cacheWrite ?? price.input;
  return (
    charge(plain, price.input) +
    charge(cached, price.cachedInput ?? price.input) +
    charge(written - written1h, writePrice) +
    charge(written1h, price.cacheWrite1h ?? writePrice)
  );
}

function outputCost(usage: TokenUsage, price: UnitPrice): number {
  // A model without an output price (embeddings, ranking) gives no tokens back.
  if (usage.outputTokens === null) return price.output === null || isFreeOutput(price) ? 0 : NaN;
  if (price.reasoning === null) return charge(usage.outputTokens, price.output);
  const reasoning = usage.reasoningTokens ?? 0;
  return charge(Math.max(0, usage.outputTokens - reasoning), price.output) + charge(reasoning, price.reasoning);
}

function charge(tokens: number, usdPerMillion: number | null): number {
  if (tokens === 0) return 0;
  return usdPerMillion === null ? NaN : tokens * usdPerMillion;
}

function isFreeInput(price: UnitPrice): boolean {
  return price.input === 0 && !price.cachedInput && !price.cacheWrite && !price.cacheWrite1h;
}

function isFreeOutput(price: UnitPrice): boolean {
  return price.output === 0 && !price.reasoning;
}
