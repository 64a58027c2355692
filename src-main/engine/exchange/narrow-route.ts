import type { Endpoint } from '../routing/endpoint.ts';
import type { RoutePlan } from './job.ts';

/**
 * The same route with some of its candidates only; each keeps its own limits. Without its first candidate it has lost what
 * it began with: the others are tried in turn.
 */
export function narrowRoute(plan: RoutePlan, candidates: readonly Endpoint[]): RoutePlan {
  if (candidates.length === plan.candidates.length) return plan;
  const limits = plan.limits?.filter((_limits, place) => {
    const candidate = plan.candidates[place];
    return candidate !== undefined && candidates.includes(candidate);
  });
  const path = candidates[0] === plan.candidates[0] ? plan.path : 'single';
  return { ...plan, path, candidates, limits: limits ?? null };
}
