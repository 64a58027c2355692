import { untrack } from 'svelte';
import type { JobName, RunView } from '../../../src-shared/jobs.ts';
import type { OperationOutput } from '../../../src-shared/operations.ts';
import { toClientError, type ClientError } from '../../client/client-error.ts';
import { getEngine, type Engine } from '../../client/engine.svelte.ts';

type RunsPage = OperationOutput<'jobs.runs'>;

/** Runs asked for at once. */
const PAGE = 25;

/** Runs that ended, newest first: new ones come by themselves, older ones when they are wanted. */
export class RunFeed {
  value = $state.raw<readonly RunView[] | null>(null);
  error = $state.raw<ClientError | null>(null);
  isReading = $state(false);
  hasOlder = $state(false);
  readonly #engine: Engine;
  #job: JobName | null = null;
  #run = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Reads the newest ones of a job (all without). What was read of it before stays below, where it follows on. */
  async start(job: JobName | null): Promise<void> {
    if (job !== this.#job) this.value = null;
    this.#job = job;
    const page = await this.#read(null);
    if (page === null) return;
    const before = this.value ?? [];
    const first = page.runs.at(-1);
    const follows = before.findIndex(({ id }) => id === first?.id);
    if (follows === -1) this.hasOlder = page.nextBefore !== null;
    this.value = [...page.runs, ...(follows === -1 ? [] : before.slice(follows + 1))];
  }

  reload(): void {
    void this.start(this.#job);
  }

  async readOlder(): Promise<void> {
    const last = this.value?.at(-1);
    if (last === undefined || this.isReading) return;
    const page = await this.#read(last.id);
    if (page === null) return;
    this.hasOlder = page.nextBefore !== null;
    this.value = [...(this.value ?? []), ...page.runs];
  }

  /** null: it failed, or somebody asked for something else meanwhile. */
  async #read(before: string | null): Promise<RunsPage | null> {
    this.#run += 1;
    const run = this.#run;
    this.isReading = true;
    try {
      const page = await this.#engine.call('jobs.runs', {
        limit: PAGE,
        ...(before === null ? {} : { before }),
        ...(this.#job === null ? {} : { job: this.#job }),
      });
      if (run !== this.#run) return null;
      this.error = null;
      return page;
    } catch (error) {
      if (run === this.#run) this.error = toClientError(error);
      return null;
    } finally {
      if (run === this.#run) this.isReading = false;
    }
  }
}

/** Call it while a component is set up; it reads again whenever what was read may be old. */
export function runFeed(job: () => JobName | null): RunFeed {
  const engine = getEngine();
  const feed = new RunFeed(engine);
  $effect(() => engine.on('changed', ({ what }) => what === 'runs' && feed.reload()));
  $effect(() => {
    const wanted = job();
    if (engine.epoch > 0) untrack(() => void feed.start(wanted));
  });
  return feed;
}
