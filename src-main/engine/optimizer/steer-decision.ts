import type { Decision } from '../routing/decision.ts';
import type { Track } from '../routing/endpoint.ts';

/**
 * The same decision with the best of this track in front, because the person wants a share of the requests to go there.
 * The others stay behind it, in their order, for when it fails; no race and no trial spends a call on the other track.
 */
export function steerDecision(decision: Decision, wish: { track: Track; cloudShare: number }): Decision {
  const { track, cloudShare } = wish;
  const { candidates, limits } = decision;
  const place = candidates.findIndex(({ endpoint }) => endpoint.track === track);
  if (place === -1) return decision;
  const order = [place, ...[...candidates.keys()].filter((each) => each !== place)];
  return {
    ...decision,
    path: 'single',
    candidates: order.flatMap((from, to) => {
      const candidate = candidates[from];
      return candidate === undefined ? [] : [{ ...candidate, propensity: to === 0 ? 1 : 0 }];
    }),
    limits: order.flatMap((from) => limits[from] ?? []),
    hedgeAfterMs: null,
    warm: null,
    explored: false,
    reason: `${track}: keeps to the share of ${Math.round(cloudShare * 100)} % that you want in the cloud`,
  };
}
