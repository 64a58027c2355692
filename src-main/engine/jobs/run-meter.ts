import type { RunCost } from '../../../src-shared/jobs.ts';

/** One call to a model as far as it is counted for its run. */
export interface MeteredCall {
  track: 'local' | 'cloud';
  /** Input and output together, as far as they are known. */
  tokens: number;
  /** null: unknown. 0 for local calls. */
  costNanoUsd: number | null;
  /** Of a local call; null: unknown. 0 for cloud calls. */
  energyJoules: number | null;
}

/** A run that has cost nothing yet. */
export const NO_COST: Readonly<RunCost> = {
  cpuMs: 0,
  energyJoules: 0,
  nanoUsd: 0,
  unknownCosts: 0,
  localTokens: 0,
  cloudTokens: 0,
};

/**
 * What one unit of work costs. Calls are booked as they end, also those that failed or were stopped: money that was spent
 * counts, whether or not the unit did.
 */
export class RunMeter {
  #cost: RunCost = { ...NO_COST };

  addCall({ track, tokens, costNanoUsd, energyJoules }: MeteredCall): void {
    const calls = track === 'local' ? { localTokens: tokens, cloudTokens: 0 } : { localTokens: 0, cloudTokens: tokens };
    const unknownCosts = costNanoUsd === null ? 1 : 0;
    this.#cost = addCosts(this.#cost, { cpuMs: 0, energyJoules, nanoUsd: costNanoUsd ?? 0, unknownCosts, ...calls });
  }

  addCpu(cpuMs: number): void {
    this.#cost = addCosts(this.#cost, { ...NO_COST, cpuMs });
  }

  read(): RunCost {
    return { ...this.#cost };
  }

  /** All that was counted since the last taking. */
  take(): RunCost {
    const taken = this.#cost;
    this.#cost = { ...NO_COST };
    return taken;
  }
}

/** One unknown energy makes the sum unknown; unknown money is counted beside the known. */
export function addCosts(one: Readonly<RunCost>, other: Readonly<RunCost>): RunCost {
  const { energyJoules } = other;
  return {
    cpuMs: one.cpuMs + other.cpuMs,
    energyJoules: one.energyJoules === null || energyJoules === null ? null : one.energyJoules + energyJoules,
    nanoUsd: one.nanoUsd + other.nanoUsd,
    unknownCosts: one.unknownCosts + other.unknownCosts,
    localTokens: one.localTokens + other.localTokens,
    cloudTokens: one.cloudTokens + other.cloudTokens,
  };
}
