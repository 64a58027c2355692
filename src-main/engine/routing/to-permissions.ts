import type { AppSettings } from '../../../src-shared/settings.ts';
import type { AppPermissions } from './decision.ts';

const NANO_USD = 1e9;

/** What an app may do, as decisions read it. */
export function toPermissions(app: AppSettings): AppPermissions {
  const cap = app.maxCostPerRequestUsd;
  return {
    tracks: app.tracks,
    models: app.models,
    private: app.private,
    maxCostPerRequestNanoUsd: cap === null ? null : Math.round(cap * NANO_USD),
  };
}
