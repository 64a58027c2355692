import { LoadConnection, type Exchange } from '../load-connection.ts';
import { loadJob, type LoadJob, type LoadResult } from '../load-messages.ts';
import { quantilesOf } from '../quantiles.ts';

/** Process of its own: takes a LoadJob from the parent, answers with a LoadResult, and so on until the parent goes. */
process.on('message', (message) => void run(loadJob.parse(message)).then((result) => process.send?.(result)));
process.on('disconnect', () => process.exit(0));
process.send?.({ port: 0 });

async function run(job: LoadJob): Promise<LoadResult> {
  const connections = await Promise.all(
    Array.from({ length: job.connections }, () => LoadConnection.open(job.port, job.watchContent)),
  );
  const tally = new Tally();
  const startedAtMs = performance.now();
  const budget = { left: job.maxRequests, untilMs: startedAtMs + job.forMs };
  await Promise.all(connections.map((connection) => drive({ connection, job, tally, budget })));
  const wallMs = performance.now() - startedAtMs;
  for (const connection of connections) connection.close();
  return tally.toResult(wallMs);
}

interface Drive {
  connection: LoadConnection;
  job: LoadJob;
  tally: Tally;
  budget: { left: number; untilMs: number };
}

/** Sends request after request on one connection; a failure ends it, since the connection's state is unknown then. */
function drive({ connection, job, tally, budget }: Drive): Promise<void> {
  return new Promise((resolve) => {
    const next = (): void => {
      if (budget.left <= 0 || performance.now() >= budget.untilMs) {
        resolve();
        return;
      }
      budget.left -= 1;
      connection.send(job.request, (exchange) => {
        tally.add(exchange);
        if (exchange.failure === null) next();
        else resolve();
      });
    };
    next();
  });
}

class Tally {
  readonly #latenciesUs: number[] = [];
  readonly #firstContentsUs: number[] = [];
  #contentPieces = 0;
  #failures = 0;
  #firstFailure: string | null = null;

  add(exchange: Exchange): void {
    if (exchange.failure !== null) {
      this.#failures += 1;
      this.#firstFailure ??= exchange.failure;
      return;
    }
    this.#latenciesUs.push(exchange.latencyUs);
    if (exchange.contentPieces > 0) this.#firstContentsUs.push(exchange.firstContentUs);
    this.#contentPieces += exchange.contentPieces;
  }

  toResult(wallMs: number): LoadResult {
    return {
      requests: this.#latenciesUs.length,
      failures: this.#failures,
      firstFailure: this.#firstFailure,
      wallMs,
      latencyUs: quantilesOf(this.#latenciesUs),
      firstContentUs: quantilesOf(this.#firstContentsUs),
      contentPieces: this.#contentPieces,
    };
  }
}
