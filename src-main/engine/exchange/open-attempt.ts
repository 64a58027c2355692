import { InvalidRequest, type Failure } from '../protocols/failure.ts';
import type { Endpoint } from '../routing/endpoint.ts';
import { Attempt, type AttemptEvents } from './attempt.ts';
import type { ExchangeContext } from './context.ts';
import type { Job } from './job.ts';
import type { StallLimits } from './stall-watch.ts';

/** Which of a job's candidates is called, and how. */
interface Opening {
  endpoint: Endpoint;
  /** Its place among the candidates. */
  place: number;
  /** Keeps the whole answer back until it was checked. */
  holdsBack: boolean;
  events: AttemptEvents;
}

/** Makes a call ready to start, or says why the request cannot be put to this endpoint. */
export function openAttempt(
  context: ExchangeContext,
  job: Job,
  { endpoint, place, holdsBack, events }: Opening,
): { ok: true; attempt: Attempt } | { ok: false; failure: Failure } {
  const access = context.providers.access(endpoint.providerId);
  try {
    const attempt = new Attempt({
      clock: context.clock,
      log: context.log,
      client: context.client,
      endpoint,
      providerName: access?.name ?? endpoint.providerId,
      authHeaders: access?.authHeaders ?? [],
      lane: context.lanes.of(endpoint),
      plan: job.plan(endpoint, holdsBack || job.route.ticket?.wantsSigns === true),
      timeouts: job.route.limits?.[place] ?? usualLimits(context, endpoint),
      jsonIsUnstreamed: endpoint.protocol !== 'ollama',
      holdsBack,
      events,
    });
    return { ok: true, attempt };
  } catch (error) {
    return { ok: false, failure: error instanceof InvalidRequest ? error.failure : internal(context, job, error) };
  }
}

function usualLimits(context: ExchangeContext, endpoint: Endpoint): StallLimits {
  const { timeouts } = context.settings();
  return {
    firstContentMs: endpoint.track === 'local' ? timeouts.firstContentLocalMs : timeouts.firstContentCloudMs,
    betweenContentMs: timeouts.betweenContentMs,
  };
}

function internal(context: ExchangeContext, job: Job, error: unknown): Failure {
  context.log.error({ requestId: job.id, error }, 'a request could not be put together');
  return { code: 'internal', message: 'Pointsman failed to put this request together. The log has the details.' };
}
