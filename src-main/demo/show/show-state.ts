import type { Track } from '../../engine/routing/endpoint.ts';
import type { Strategy } from '../../../src-shared/strategy.ts';

/** One request as it is shown. What is not known (yet) is null. */
export interface ShownRequest {
  number: number;
  question: string;
  /** The traffic that it belongs to, such as "capitals". */
  kind: string;
  app: string;
  isPrivate: boolean;
  state: 'running' | 'done' | 'failed';
  track: Track | null;
  /** As `x-pointsman-path` tells it. */
  path: string | null;
  /** Without its provider. */
  model: string | null;
  totalMs: number | null;
  right: boolean | null;
  /** The gateway's own sentence, or the error. */
  reason: string;
  /** Calls that came to nothing before or beside the answer, in words. */
  tried: readonly string[];
  /** Models that were ruled out, each with the gateway's reason. */
  ruledOut: readonly { model: string; why: string }[];
  /** A second call may have raced the first. */
  mayRace: boolean;
  costNanoUsd: number | null;
}

/** A part of a scene under one condition, such as one strategy or one charge of the battery. */
export interface ShownAct {
  label: string;
  requests: number;
  local: number;
  cloud: number;
  failed: number;
  right: number;
  judged: number;
  races: number;
  /** Answers by model. */
  models: Readonly<Record<string, number>>;
  /** What else is to be seen, in sentences. */
  notes: readonly string[];
  /** The latest reason on each track, of requests that had the choice. */
  reasons: Readonly<Partial<Record<Track, string>>>;
}

export interface ShownModel {
  name: string;
  track: Track;
  loaded: boolean | null;
  circuit: 'closed' | 'open' | 'half_open';
  active: number;
  /** What the learner thinks of it as a whole; null: no evidence yet. */
  quality: number | null;
  evidence: number;
}

/** What the control API says of the whole. */
export interface Readings {
  strategy: Strategy;
  actsAs: Strategy;
  spentNanoUsd: number;
  savedNanoUsd: number | null;
  /** What savings are measured against. */
  reference: string | null;
  budget: string | null;
  onBattery: boolean | null;
  batteryPercent: number | null;
  gateOpen: boolean;
  /** What holds the gate closed. */
  gateWhy: string;
  models: readonly ShownModel[];
  /** The latest adaptation's reason. */
  adaptation: string | null;
}

export interface ShownScene {
  number: number;
  of: number;
  title: string;
  /** What there is to be seen, in a sentence. */
  watch: string;
}

/** Everything that a frame is drawn from. */
export interface ShowState {
  scene: ShownScene | null;
  elapsedMs: number;
  /** Oldest first; only the latest. */
  requests: readonly ShownRequest[];
  acts: readonly ShownAct[];
  /** For each kind of traffic, in the order of asking: did it stay local? Private requests are left out: they must. */
  stayedLocal: Readonly<Record<string, readonly boolean[]>>;
  readings: Readings | null;
}
