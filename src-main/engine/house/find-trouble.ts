import type { ProviderState, ProviderStatus } from '../../../src-shared/control.ts';

/** Answers are to be had, or nobody knows yet. */
const HOPEFUL: ReadonlySet<ProviderState> = new Set(['healthy', 'degraded', 'rate_limited', 'unknown']);

/**
 * What stands in the way, in sentences, most pressing first; empty when requests are answered and recorded and every key
 * is taken. Milder warnings are told elsewhere.
 */
export function findTrouble(parts: {
  providers: readonly ProviderStatus[];
  /** The cloud track is closed: what is there helps nobody. */
  localOnly: boolean;
  store: readonly string[];
}): string[] {
  const { localOnly, store } = parts;
  const providers = parts.providers.filter(({ enabled, track }) => enabled && (track === 'local' || !localOnly));
  const refused = providers.filter(({ state, key }) => state === 'misconfigured' && key !== 'missing');
  const told = refused.map(({ sentence }) => sentence);
  return [...nobodyAnswers(providers), ...store, ...told].filter((text, place, all) => all.indexOf(text) === place);
}

function nobodyAnswers(providers: readonly ProviderStatus[]): string[] {
  const [first] = providers;
  if (first === undefined) return ['No provider is switched on: nobody can answer a request.'];
  return providers.some(({ state }) => HOPEFUL.has(state)) ? [] : [first.sentence];
}
