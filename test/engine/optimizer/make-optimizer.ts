import { settings as settingsSchema, type Settings } from '../../../src-shared/settings.ts';
import type { TokenUsage } from '../../../src-main/engine/protocols/chat-event.ts';
import { DualTrackOptimizer } from '../../../src-main/engine/optimizer/dual-track-optimizer.ts';
import type { CallReport } from '../../../src-main/engine/optimizer/request-report.ts';
import type { GivenSurroundings, StateKeeper } from '../../../src-main/engine/optimizer/surroundings.ts';
import type { Endpoint } from '../../../src-main/engine/routing/endpoint.ts';
import { UNKNOWN_MACHINE, type MachineState } from '../../../src-main/engine/routing/machine-state.ts';
import type { CallCost } from '../../../src-main/engine/spend/cost-of-call.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { SilentLog } from '../../support/silent-log.ts';
import { CLOUD, LOCAL, makeCall, makeResult } from './make-result.ts';

/** The optimizer alone, with everything around it in the hands of the test. */
export interface OptimizerForTest {
  optimizer: DualTrackOptimizer;
  clock: ManualClock;
  log: SilentLog;
  /** Read anew for every request; replace to change. */
  around: { settings: Settings; machine: MachineState };
  /** A whole request: recommended, started, answered by the first candidate unless told otherwise, over. Gives who answered. */
  serve: (id: string, query: string, how?: { by?: Endpoint; call?: Partial<CallReport> }) => string;
}

/** `settings` are partial. No draw explores. Nothing is started. */
export function optimizerForTest(
  given: Partial<Omit<GivenSurroundings, 'settings'>> & { settings?: Record<string, unknown> } = {},
): OptimizerForTest {
  const { settings, ...parts } = given;
  const clock = new ManualClock();
  const log = new SilentLog();
  const around = { settings: settingsSchema.parse(settings ?? {}), machine: UNKNOWN_MACHINE };
  const optimizer = new DualTrackOptimizer({
    clock,
    log,
    random: () => 0.5,
    settings: () => around.settings,
    endpoints: () => [LOCAL, CLOUD],
    machine: () => around.machine,
    outputPriceOf: ({ track }) => (track === 'local' ? null : 5),
    priceCall,
    ...parts,
  });
  return {
    optimizer,
    clock,
    log,
    around,
    serve(id, query, { by, call = {} } = {}) {
      const recommendation = optimizer.getOptimizationRecommendations(query);
      const endpoint = by ?? recommendation.decision.candidates[0]?.endpoint ?? LOCAL;
      optimizer.recordRequestStart(id, recommendation);
      const result = makeResult({ calls: [makeCall({ endpoint, ...call })] });
      optimizer.recordRequestCompletion(id, endpoint.track, result, true);
      return endpoint.id;
    },
  };
}

/** A dollar for a million tokens in, five for a million out; local calls are free. */
export function priceCall({ track }: Endpoint, { inputTokens, outputTokens }: TokenUsage): CallCost {
  if (track === 'local') return { costNanoUsd: 0, price: null };
  return {
    costNanoUsd: Math.round((inputTokens ?? 0) * 1_000 + (outputTokens ?? 0) * 5_000),
    price: {
      input: 1,
      cachedInput: null,
      cacheWrite: null,
      cacheWrite1h: null,
      output: 5,
      reasoning: null,
      source: 'test',
      date: null,
    },
  };
}

/** Keeps states as a database would, in memory. */
export class MemoryKeeper implements StateKeeper {
  readonly states = new Map<string, { version: number; bytes: Uint8Array }>();
  readonly saved: string[] = [];

  read(name: string): { version: number; bytes: Uint8Array } | null {
    return this.states.get(name) ?? null;
  }

  save(name: string, version: number, bytes: Uint8Array): void {
    this.saved.push(name);
    this.states.set(name, { version, bytes });
  }
}
