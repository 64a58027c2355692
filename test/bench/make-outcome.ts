import type { Outcome } from '../../bench/simulation/simulation.ts';
import { makeTask } from './make-site.ts';

/** A good streamed answer of the cloud after half a second for a thousandth of a dollar. */
export function makeOutcome(
  changes: Partial<Omit<Outcome, 'ending'>> & {
    isGood?: boolean | null;
    firstTokenMs?: number;
    durationMs?: number;
    stream?: boolean;
  } = {},
): Outcome {
  const { isGood = true, firstTokenMs = 500, durationMs = 2_000, stream = true, ...rest } = changes;
  const answeredBy = isGood === null ? null : 'far/m';
  return {
    task: makeTask(),
    isRepeat: false,
    atMs: 0,
    foreseen: null,
    decision: null,
    costNanoUsd: 1_000_000,
    track: isGood === null ? null : 'cloud',
    ...rest,
    ending: {
      path: 'cloud',
      result: {
        calls: [],
        answeredBy,
        firstTokenMs: isGood === null ? null : firstTokenMs,
        durationMs,
        stream,
        signs: null,
        energyJoules: 0,
      },
      success: isGood !== null,
      errorType: isGood === null ? 'upstream_error' : null,
      isGood,
    },
  };
}
