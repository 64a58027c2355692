import type { Strategy } from '../../../src-shared/strategy.ts';
import type { Track } from '../routing/endpoint.ts';
import type { Path } from '../store/records.ts';

/** One finished request, in numbers. `null`: unknown or never, which is not zero. */
export interface MetricsSample {
  /** How it was served; null: by nobody. */
  path: Path | null;
  /** Of the endpoint that answered; null: nobody did, or the cache. */
  track: Track | null;
  strategy: Strategy;
  succeeded: boolean;
  /** From the request's arrival to the first content. */
  firstTokenMs: number | null;
  totalMs: number | null;
  tokensPerSecond: number | null;
  /** Nano-dollars of all calls made for it, losers and failures included. */
  costNanoUsd: number | null;
  /** 0 to 1. */
  quality: number | null;
  energyJoules: number | null;
  /** Second calls that were started to race the first. */
  hedges: number;
  /** Nano-dollars of calls whose answer nobody used: a part of `costNanoUsd`. */
  wastedNanoUsd: number | null;
}
