import type { Endpoint } from '../../routing/endpoint.ts';
import { isThisMachine } from './is-this-machine.ts';

/**
 * Why a text must not go to this endpoint; null: it may. Stricter than the rule for requests, where the person's word
 * "local track" is enough: nobody chose where a job sends a text, so what must stay goes to servers on this very machine
 * only. A local provider on another host of the network counts as leaving.
 */
export function whyMustStay(
  endpoint: Endpoint,
  facts: { origin: string; mayLeave: boolean; localOnly: boolean; ownAddresses: ReadonlySet<string> },
): string | null {
  if (facts.mayLeave && !facts.localOnly) return null;
  const why = facts.mayLeave ? '"local only" is on' : 'the text must stay on this machine';
  if (endpoint.track === 'cloud') return `${endpoint.id} was not asked: it runs in the cloud, and ${why}.`;
  if (isThisMachine(facts.origin, facts.ownAddresses)) return null;
  return `${endpoint.id} was not asked: it runs on another machine, and ${why}.`;
}
