import type { ProviderState } from '../../../src-shared/control.ts';

/** How a provider is, wherever it is shown. */
export const providerStates = {
  unknown: 'Not looked at yet',
  healthy: 'Healthy',
  degraded: 'Degraded',
  down: 'Down',
  rate_limited: 'Rate-limited',
  misconfigured: 'Needs attention',
  offline: 'Offline',
} as const satisfies Record<ProviderState, string>;
