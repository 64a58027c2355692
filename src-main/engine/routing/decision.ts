import type { Preferences, Strategy } from '../../../src-shared/strategy.ts';
import type { ConversationState } from './conversation.ts';
import type { Endpoint, Track } from './endpoint.ts';
import type { Prediction } from './estimate.ts';
import type { MachineState } from './machine-state.ts';
import type { VirtualName } from './model-name.ts';
import type { RequestNeeds } from './request-needs.ts';
import type { RequestProfile, TaskKind } from './request-profile.ts';

/** What a request's `X-Pointsman-*` headers pin. Absent: not said. */
export interface RequestPins {
  track?: Track;
  strategy?: Strategy;
  /** Only ever tightens: nothing can make a private request public. */
  private?: true;
  /** Milliseconds from arrival in which the whole answer is wanted. */
  deadlineMs?: number;
  /** `high`: no exploration, no cheap tricks; `low`: cheapness before speed. */
  importance?: 'low' | 'normal' | 'high';
}

/** Standing rules and wishes. The same object until something changes. */
export interface DecisionPolicy {
  /** The strategy in force; `adaptive` has been resolved to what it acts as in `actsAs`. */
  strategy: Strategy;
  actsAs: Exclude<Strategy, 'adaptive'>;
  preferences: Preferences;
  /** Endpoint ids, best first; empty: all may be chosen. */
  preferredLocal: readonly string[];
  preferredCloud: readonly string[];
  /** Nothing leaves this machine, whatever a request says. */
  localOnly: boolean;
  constraints: {
    /** Bytes; above it a model is held to weigh on the machine. null: no limit. */
    memoryBytes: number | null;
    gpuMemoryBytes: number | null;
    cpuPercent: number;
    targetLatencyMs: number;
    /** For routed requests; null: no cap. */
    maxCostPerRequestNanoUsd: number | null;
    batteryPercent: number;
  };
  /** USD for a kilowatt-hour. */
  tariffUsdPerKwh: number;
  hedging: boolean;
  cascade: boolean;
  bridging: boolean;
  /** Weighs the load on the machine, 1 or more; adaptation raises it while constraints are violated. Absent: 1. */
  pressureFactor?: number;
  /** The person's time limits, which no limit of a call exceeds. Absent: the usual ones. */
  timeouts?: { firstContentLocalMs: number; firstContentCloudMs: number; betweenContentMs: number };
}

/** What the calling app may do. null fields: no restriction. */
export interface AppPermissions {
  tracks: readonly Track[] | null;
  /** Endpoint ids or model names. */
  models: readonly string[] | null;
  private: boolean;
  maxCostPerRequestNanoUsd: number | null;
}

/** Everything a decision is made from. The functions are look-ups in memory, called at most once per endpoint. */
export interface DecisionInput {
  /** null: the endpoints were named exactly, and come in order of preference. */
  virtual: VirtualName | null;
  endpoints: readonly Endpoint[];
  needs: RequestNeeds;
  profile: RequestProfile;
  pins: RequestPins;
  policy: DecisionPolicy;
  app: AppPermissions | null;
  machine: MachineState;
  conversation: ConversationState | null;
  /** Why an endpoint is out for now (circuit, pause, offline), in words; null when it is not. */
  blocked: (endpoint: Endpoint) => string | null;
  /** What the wire formats in between cannot express for this endpoint; empty: all. */
  unsupported: (endpoint: Endpoint) => readonly string[];
  predict: (endpoint: Endpoint) => Prediction;
  /** Why money forbids this call, in words; null when it does not. */
  overBudget: (endpoint: Endpoint, costCeilingNanoUsd: number | null) => string | null;
  /** Set when this request may explore: what exploring may cost, and the draws in [0,1) to decide with. */
  exploration: ExplorationAllowance | null;
  /** Can an answer be checked (schema, tools, plain text), so that a local answer may be tried first? */
  checkable: boolean;
}

export interface ExplorationAllowance {
  /** Share of requests that explore, 0 to 1. */
  rate: number;
  /** At most this much more than the best choice. */
  extraCostNanoUsd: number;
  extraLatencyMs: number;
  /** Who used to be chosen and was left alone since: looked at with this probability besides. Absent: nobody. */
  overdue?: { endpointId: string; rate: number };
  /** Two independent draws: whether, and whom. */
  draws: readonly [number, number];
}

export interface RouteRefusal {
  endpointId: string;
  why: string;
  /** `cannot`: this request will never fit there. `not_now`: it may later. `may_not`: a rule forbids it. */
  kind: 'cannot' | 'not_now' | 'may_not';
}

/** Parts of a score in nano-dollars, so that they can be shown side by side. Higher is better; costs are negative. */
export interface ScoreParts {
  quality: number;
  latency: number;
  cost: number;
  energy: number;
  pressure: number;
  /** Local bias, conversation affinity, deadline, pins. */
  preference: number;
}

export interface ScoredCandidate {
  endpoint: Endpoint;
  prediction: Prediction;
  parts: ScoreParts;
  /** Sum of the parts. */
  score: number;
  /** Probability with which this decision would have chosen it; sums to 1 over the candidates. */
  propensity: number;
}

export interface CallLimits {
  firstContentMs: number;
  betweenContentMs: number;
}

/** How a request is served: `single` after all includes failing over to the next candidate. */
export type RoutePath = 'single' | 'parallel' | 'cascade';

export interface Decision {
  path: RoutePath;
  /** In the order of trial; empty: nobody can, may and does now. */
  candidates: readonly ScoredCandidate[];
  refusals: readonly RouteRefusal[];
  /** `parallel`: the second candidate starts this long after the first was sent, unless that has answered. */
  hedgeAfterMs: number | null;
  /** Bridging: the local model to load while the cloud answers. */
  warm: Endpoint | null;
  /** Time limits of each candidate, by its place. */
  limits: readonly CallLimits[];
  /** One sentence that a person understands. */
  reason: string;
  strategy: Strategy;
  actsAs: Exclude<Strategy, 'adaptive'>;
  explored: boolean;
  /** Why this request stays on the machine; null: it need not. */
  keptPrivate: string | null;
  /** Set when the decision took the strong track because the conversation is stuck. */
  escalated: boolean;
  kind: TaskKind;
}
