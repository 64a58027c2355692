import type { Endpoint } from '../routing/endpoint.ts';
import type { ExchangeContext } from './context.ts';
import type { ExchangeOutcome, RouteTicket, Settlement } from './job.ts';

/** What a record holds of a request that nobody chose an endpoint for. */
export const UNROUTED: Settlement = { decision: null, referenceNanoUsd: null, energyJoules: null };

/**
 * Why the chooser does not want this endpoint called now; null when it may be. A chooser that stumbles costs no request:
 * calls on this machine go on, and those that cost money wait until somebody can say that there is some.
 */
export function askAdmission(context: ExchangeContext, ticket: RouteTicket, endpoint: Endpoint): string | null {
  try {
    return ticket.admit(endpoint);
  } catch (error) {
    context.log.error({ endpoint: endpoint.id, error }, 'whether a call may be made could not be found out');
    return endpoint.track === 'local' ? null : 'whether there is money for it could not be found out';
  }
}

/** Tells the chooser how its request went; gives what it adds to the record. */
export function settleTicket(context: ExchangeContext, ticket: RouteTicket, outcome: ExchangeOutcome): Settlement {
  try {
    return ticket.settled(outcome);
  } catch (error) {
    context.log.error({ requestId: outcome.record.id, error }, 'a routed request could not be learned from');
    return UNROUTED;
  }
}
