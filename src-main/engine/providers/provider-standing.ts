import type { ProviderState } from '../../../src-shared/control.ts';
import type { ProviderSettings } from '../../../src-shared/settings.ts';
import type { ProviderReport } from './provider-watch.ts';

/** What calls and network say of a provider, besides its own reports. */
export interface Standing {
  /** There is no network, and the provider is beyond it. */
  offline: boolean;
  /** Status with which a call was refused for key, account or payment. */
  refusedStatus: number | null;
  /** The provider asked for a pause of so long from now; 0: it did not. */
  pauseLeftMs: number;
}

/** State and sentence for the person: the weightiest of what is known. */
export function describeStanding(
  settings: Pick<ProviderSettings, 'id' | 'name' | 'enabled'>,
  report: ProviderReport | null,
  standing: Standing,
): { state: ProviderState; sentence: string } {
  const { name } = settings;
  if (!settings.enabled || report === null) return { state: 'unknown', sentence: `${name} is switched off.` };
  if (standing.offline) {
    return { state: 'offline', sentence: `There is no network; ${name} is asked again when it is back.` };
  }
  if (standing.refusedStatus !== null) {
    return { state: 'misconfigured', sentence: describeRefusal(settings, standing.refusedStatus) };
  }
  if (standing.pauseLeftMs > 0) {
    const seconds = Math.ceil(standing.pauseLeftMs / 1000);
    return { state: 'rate_limited', sentence: `${name} asked for a pause; it is used again in ${seconds} s.` };
  }
  return { state: report.state, sentence: report.sentence };
}

function describeRefusal(settings: Pick<ProviderSettings, 'id' | 'name'>, status: number): string {
  const { id, name } = settings;
  const again = `then run "pointsman providers test ${id}"`;
  if (status === 402) return `${name} wants payment first (402): look at the account's balance and plan, ${again}.`;
  return `${name} refused the key (${status}): replace it, or check what the account may do, ${again}.`;
}
