import type { RequestRecord } from '../store/records.ts';

export interface OutcomeCount {
  labels: { operation: string; outcome: string };
  requests: number;
}

export interface EndpointSums {
  labels: { provider: string; model: string; track: string; outcome: string };
  attempts: number;
  inputTokens: number;
  outputTokens: number;
  costNanoUsd: number;
  unknownCosts: number;
}

type Attempt = RequestRecord['attempts'][number];

/**
 * Sums of all finished requests. A row is found by one of its words and then among the few that share it, so that no key is
 * put together for each request.
 */
export class RequestSums {
  /** In the order in which they were first met, both. */
  readonly outcomes: OutcomeCount[] = [];
  readonly endpoints: EndpointSums[] = [];
  readonly #byOperation = new Map<string, OutcomeCount[]>();
  readonly #byModel = new Map<string, EndpointSums[]>();

  add(record: RequestRecord): void {
    this.#outcomeOf(record).requests += 1;
    for (const attempt of record.attempts) {
      const sum = this.#endpointOf(attempt);
      sum.attempts += 1;
      sum.inputTokens += attempt.usage.inputTokens ?? 0;
      sum.outputTokens += attempt.usage.outputTokens ?? 0;
      if (attempt.costNanoUsd === null) sum.unknownCosts += 1;
      else sum.costNanoUsd += attempt.costNanoUsd;
    }
  }

  #outcomeOf({ operation, outcome }: RequestRecord): OutcomeCount {
    const rows = this.#byOperation.get(operation) ?? openRows(this.#byOperation, operation);
    for (const row of rows) if (row.labels.outcome === outcome) return row;
    const row = { labels: { operation, outcome }, requests: 0 };
    rows.push(row);
    this.outcomes.push(row);
    return row;
  }

  #endpointOf({ providerId: provider, model, track, outcome }: Attempt): EndpointSums {
    const rows = this.#byModel.get(model) ?? openRows(this.#byModel, model);
    for (const row of rows) if (row.labels.outcome === outcome && row.labels.provider === provider) return row;
    const labels = { provider, model, track, outcome };
    const row = { labels, attempts: 0, inputTokens: 0, outputTokens: 0, costNanoUsd: 0, unknownCosts: 0 };
    rows.push(row);
    this.endpoints.push(row);
    return row;
  }
}

function openRows<Row>(rowsBy: Map<string, Row[]>, key: string): Row[] {
  const rows: Row[] = [];
  rowsBy.set(key, rows);
  return rows;
}
