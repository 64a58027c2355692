import { once } from 'node:events';
import type { Contestant } from './contestants/contestant.ts';
import { loadResult, type LoadJob, type LoadResult } from './load-messages.ts';
import { toHttp } from './requests.ts';
import { readCpuUs } from './process-usage.ts';
import { startScript, type Server } from './servers.ts';

/** What one stretch of load on one contestant gave. */
export interface Load extends LoadResult {
  /** User and system time of the gateway's processes in the meantime; 0 where there is no gateway. */
  cpuUs: number;
}

export type LoadShape = Pick<LoadJob, 'connections' | 'forMs' | 'maxRequests'> & {
  /** Pieces of content for each streamed answer; null: not streamed. */
  pieces: number | null;
};

const UNBOUNDED_REQUESTS = 1_000_000;
/** For what is under way when the time is over: a stream, or a queue in front of a slow gateway. */
const GRACE_MS = 30_000;

/** Runs load through the generator process, one stretch at a time. */
export class LoadDriver {
  readonly #generator: Server;

  private constructor(generator: Server) {
    this.#generator = generator;
  }

  static async start(): Promise<LoadDriver> {
    return new LoadDriver(await startScript('load-generator.ts'));
  }

  /** Throws when a reply was not a complete 200: figures of failing requests mean nothing. */
  async run(contestant: Contestant, shape: Partial<LoadShape>): Promise<Load> {
    const { connections = 32, forMs = 60_000, maxRequests = UNBOUNDED_REQUESTS, pieces = null } = shape;
    const body = pieces === null ? contestant.form.plainBody : contestant.form.streamBody(pieces);
    const request = toHttp(contestant.form, { port: contestant.port, body });
    const job = { port: contestant.port, request, connections, forMs, maxRequests, watchContent: pieces !== null };
    const cpuBeforeUs = cpuOf(contestant);
    const result = await this.#ask(job);
    const cpuUs = cpuOf(contestant) - cpuBeforeUs;
    if (result.failures > 0) {
      throw new Error(
        `${contestant.name}: ${result.failures} requests failed, the first: ${result.firstFailure ?? ''}`,
      );
    }
    if (pieces !== null && result.contentPieces < result.requests * pieces * 0.99) {
      throw new Error(`${contestant.name}: ${result.contentPieces} of ${result.requests * pieces} chunks arrived`);
    }
    return { ...result, cpuUs };
  }

  stop(): Promise<void> {
    return this.#generator.stop();
  }

  async #ask(job: LoadJob): Promise<LoadResult> {
    const reply = once(this.#generator.process, 'message', {
      signal: AbortSignal.timeout(Math.ceil(job.forMs) + GRACE_MS),
    });
    this.#generator.process.send(job);
    return loadResult.parse((await reply)[0]);
  }
}

function cpuOf(contestant: Contestant): number {
  return contestant.server === null ? 0 : readCpuUs(contestant.server.pid);
}
