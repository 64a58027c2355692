import type { ProviderState, ProviderStatus } from '../../../src-shared/control.ts';
import type { Tone } from '../../components/tone.ts';
import { t } from '../../strings/t.ts';

export const STATE_TONES: Readonly<Record<ProviderState, Tone>> = {
  unknown: 'plain',
  healthy: 'good',
  degraded: 'warn',
  down: 'bad',
  rate_limited: 'warn',
  misconfigured: 'bad',
  offline: 'plain',
};

/** Where a provider's key comes from, in words. */
export function keyWords({ key, keyVariable }: ProviderStatus): string {
  const words = t.models.keys;
  if (key === 'environment') return words.environment(keyVariable);
  if (key === 'stored') return words.stored;
  return key === 'missing' ? words.missing : words.none;
}
