import type { CallLimits, DecisionPolicy } from './decision.ts';
import type { Endpoint } from './endpoint.ts';
import type { Prediction } from './estimate.ts';

/** A limit at the 95th percentile would cut off every twentieth good call: four times that is beyond any good one. */
const BEYOND_P95 = 4;
/** Loading times vary with what else the disk does. */
const BEYOND_LOAD = 3;
/** A gap as long as this many tokens usually take is none that a working model makes. */
const GAP_TOKENS = 400;

/** Never less, whatever was measured: a busy minute must not look like a dead endpoint. */
const LEAST_FIRST_MS = { local: 20_000, cloud: 15_000 } as const;
/** Reading weights from a slow disk. */
const LEAST_COLD_FIRST_MS = 60_000;
const LEAST_BETWEEN_MS = 30_000;

/** The settings' own defaults, for a caller that passes none. */
const USUAL_CEILINGS = { firstContentLocalMs: 300_000, firstContentCloudMs: 120_000, betweenContentMs: 120_000 };

/**
 * Time limits of a call, from what the endpoint itself usually needs times the person's `timeout_multiplier`. The person's
 * settings are the ceiling, also over the floors.
 */
export function callLimits(endpoint: Endpoint, prediction: Prediction, policy: DecisionPolicy): CallLimits {
  const { timeoutMultiplier } = policy.preferences;
  const ceilings = policy.timeouts ?? USUAL_CEILINGS;
  const { firstTokenP95Ms, loadMs, tokensPerSecond } = prediction;
  const isCold = endpoint.track === 'local' && endpoint.loaded !== true;
  const least = isCold ? Math.max(LEAST_COLD_FIRST_MS, known(loadMs) * BEYOND_LOAD) : LEAST_FIRST_MS[endpoint.track];
  const ceiling = endpoint.track === 'local' ? ceilings.firstContentLocalMs : ceilings.firstContentCloudMs;
  return {
    firstContentMs: within(firstTokenP95Ms * BEYOND_P95 * timeoutMultiplier, least, ceiling),
    betweenContentMs: within(
      (GAP_TOKENS / tokensPerSecond.mean) * 1000 * timeoutMultiplier,
      LEAST_BETWEEN_MS,
      ceilings.betweenContentMs,
    ),
  };
}

/** What is not known, or no time at all, has the ceiling for its limit. */
function within(milliseconds: number, least: number, ceiling: number): number {
  return milliseconds >= 0 ? Math.round(Math.min(ceiling, Math.max(least, milliseconds))) : ceiling;
}

function known(milliseconds: number): number {
  return milliseconds > 0 ? milliseconds : 0;
}
