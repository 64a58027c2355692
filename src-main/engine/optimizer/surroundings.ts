import type { Settings } from '../../../src-shared/settings.ts';
import type { TokenUsage } from '../protocols/chat-event.ts';
import type { Clock, Log } from '../ports.ts';
import type { Endpoint } from '../routing/endpoint.ts';
import { UNKNOWN_MACHINE, type MachineState } from '../routing/machine-state.ts';
import type { CallCost } from '../spend/cost-of-call.ts';

/** How busy the way to an endpoint is. */
export interface LaneSituation {
  active: number;
  queued: number;
  concurrency: number;
}

/** What the optimizer keeps over a restart: one value by name, replaced as a whole. */
export interface StateKeeper {
  /** null: never saved. `version` is that of the value's own layout. */
  read(name: string): { version: number; bytes: Uint8Array } | null;
  save(name: string, version: number, bytes: Uint8Array): void;
}

/**
 * Everything the optimizer reads from around it. All functions are look-ups in memory, called for every request. Only
 * clock, log, random and endpoints are needed; whatever else is left out counts as unknown.
 */
export interface Surroundings {
  clock: Clock;
  log: Log;
  /** Uniform draws in [0,1). */
  random: () => number;
  settings: () => Settings;
  endpoints: () => readonly Endpoint[];
  machine: () => MachineState;
  situationOf: (endpoint: Endpoint) => LaneSituation;
  /** What a call with these tokens costs there, as the ledger books it. */
  priceCall: (endpoint: Endpoint, usage: TokenUsage) => CallCost;
  /** USD per million output tokens; null: unknown. */
  outputPriceOf: (endpoint: Endpoint) => number | null;
  /** Watts that this machine draws more while it answers; null: unknown. */
  localWatts: () => number | null;
  blocked: (endpoint: Endpoint) => string | null;
  overBudget: (question: { endpoint: Endpoint; appId: string | null; ceilingNanoUsd: number | null }) => string | null;
  /** Money spent this month over what the budget's even pace allows; 1: on pace; null: no budget. */
  budgetPace: () => number | null;
  /** Tokens per second of late against the endpoint's own baseline; null: unknown. */
  throttledRatio: (endpointId: string) => number | null;
  state: StateKeeper;
}

type Needed = 'clock' | 'log' | 'random' | 'settings' | 'endpoints';

/** What a caller of the library has to give, and what it may. */
export type GivenSurroundings = Pick<Surroundings, Needed> & Partial<Surroundings>;

/** Fills in "unknown" for everything that a caller of the library has no word about. */
export function toSurroundings(given: GivenSurroundings): Surroundings {
  return {
    machine: () => UNKNOWN_MACHINE,
    situationOf: () => IDLE_LANE,
    priceCall: ({ track }) => (track === 'local' ? FREE : UNPRICED),
    outputPriceOf: () => null,
    localWatts: () => null,
    blocked: () => null,
    overBudget: () => null,
    budgetPace: () => null,
    throttledRatio: () => null,
    state: FORGETFUL,
    ...given,
  };
}

const IDLE_LANE: LaneSituation = { active: 0, queued: 0, concurrency: 4 };
const FREE: CallCost = { costNanoUsd: 0, price: null };
const UNPRICED: CallCost = { costNanoUsd: null, price: null };
/** Keeps nothing, as for a caller of the library that gives no keeper. */
export const FORGETFUL: StateKeeper = { read: () => null, save: () => undefined };
