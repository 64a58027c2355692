import type { Settings } from '../../src-shared/settings.ts';
import type { OperationHandlers } from './gateway/control/operation-handlers.ts';
import type { JobKind, JobResults } from './jobs/job-kind.ts';
import type { KeptPrompts } from './jobs/kept/kept-prompts.ts';
import { createShadowJob } from './jobs/shadow/create-shadow-job.ts';
import { readShadow } from './jobs/shadow/read-shadow.ts';
import { ShadowBook } from './jobs/shadow/shadow-book.ts';
import type { ShadowLearner, ShadowParts } from './jobs/shadow/shadow-parts.ts';
import type { Clock } from './ports.ts';
import type { Endpoint } from './routing/endpoint.ts';

/** What could have stayed local: the job that finds out, and what it says. */
export interface Shadow {
  kinds: JobKind[];
  handlers: Pick<OperationHandlers, 'shadow.read'>;
  stop(): void;
}

export function composeShadow(parts: {
  clock: Clock;
  settings: () => Settings;
  endpoints: () => readonly Endpoint[];
  /** Why an endpoint cannot be called now; null: it can. */
  blocked: (endpoint: Endpoint) => string | null;
  kept: KeptPrompts;
  results: JobResults;
  optimizer: ShadowLearner;
}): Shadow {
  const { clock, settings, endpoints, blocked, kept, results, optimizer } = parts;
  const book = new ShadowBook(results);
  const shadow: ShadowParts = { clock, settings, endpoints, blocked, kept, book, learner: optimizer };
  const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));
  const unlisten = kept.onErased((requestId) => book.erase(requestId));
  return {
    kinds: [createShadowJob(shadow)],
    handlers: { 'shadow.read': () => readShadow(shadow, breathe) },
    stop: unlisten,
  };
}
