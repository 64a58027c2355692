import type { UnitPrice } from '../store/records.ts';

/** Unit prices that hold for a whole call as soon as its prompt is longer than `aboveInputTokens`. */
export interface PriceTier {
  aboveInputTokens: number;
  price: UnitPrice;
}

/** What one model costs at one moment. Tiers by rising threshold; the first holds from the first token on. */
export interface PriceRules {
  /** Costs nothing whatever it used: the model runs on this machine. */
  free: boolean;
  tiers: readonly PriceTier[];
}

export const FREE_RULES: PriceRules = { free: true, tiers: [] };
