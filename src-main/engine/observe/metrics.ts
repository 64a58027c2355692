import Counter from 'prom-client/lib/counter.js';
import Gauge from 'prom-client/lib/gauge.js';
import Histogram from 'prom-client/lib/histogram.js';
import Registry from 'prom-client/lib/registry.js';
import type { RequestRecord } from '../store/records.ts';
import { addProcessMetrics } from './process-metrics.ts';

const NANO_USD = 1e9;
const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120];

export interface Metrics {
  /** Counts one finished request. Cheap: sums are kept here and handed to the registry when it is read. */
  count(record: RequestRecord): void;
  refused(): void;
  read(): Promise<{ contentType: string; text: string }>;
}

interface EndpointSums {
  labels: { provider: string; model: string; track: string; outcome: string };
  attempts: number;
  inputTokens: number;
  outputTokens: number;
  costNanoUsd: number;
  unknownCosts: number;
}

/**
 * Prometheus metrics, with the names of the OpenTelemetry GenAI conventions where they have one. `activeRequests` is read
 * when somebody looks.
 */
export function createMetrics(options: { activeRequests: () => number; startedAtMs: number }): Metrics {
  const registry = new Registry();
  addProcessMetrics(registry, options.startedAtMs);
  const sums = new Map<string, EndpointSums>();
  const requests = new Map<string, number>();
  let refusals = 0;

  const duration = new Histogram({
    name: 'gen_ai_server_request_duration_seconds',
    help: 'From arrival to the last byte, by operation.',
    labelNames: ['operation'],
    buckets: SECONDS,
    registers: [registry],
  });
  const firstContent = new Histogram({
    name: 'gen_ai_server_time_to_first_token_seconds',
    help: 'From arrival to the first content, by operation.',
    labelNames: ['operation'],
    buckets: SECONDS,
    registers: [registry],
  });
  const overhead = new Histogram({
    name: 'pointsman_overhead_seconds',
    help: 'What the gateway itself added before the first byte.',
    buckets: [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05],
    registers: [registry],
  });
  const observers = new Map<string, { duration: Observer; firstContent: Observer }>();
  const observersOf = (operation: string) => {
    let found = observers.get(operation);
    if (found === undefined) {
      found = { duration: duration.labels(operation), firstContent: firstContent.labels(operation) };
      observers.set(operation, found);
    }
    return found;
  };

  fromSums(registry, sums);
  new Counter({
    name: 'pointsman_requests_total',
    help: 'Finished requests by operation and outcome.',
    labelNames: ['operation', 'outcome'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [key, value] of requests) {
        const [operation = '', outcome = ''] = key.split(' ');
        this.inc({ operation, outcome }, value);
      }
    },
  });
  new Counter({
    name: 'pointsman_refused_callers_total',
    help: 'Calls turned away for their Host or Origin.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(refusals);
    },
  });
  new Gauge({
    name: 'pointsman_active_requests',
    help: 'Requests under way.',
    registers: [registry],
    collect() {
      this.set(options.activeRequests());
    },
  });

  return {
    count(record) {
      const key = `${record.operation} ${record.outcome}`;
      requests.set(key, (requests.get(key) ?? 0) + 1);
      const observer = observersOf(record.operation);
      observer.duration.observe(record.durationMs / 1000);
      if (record.firstContentMs !== null) observer.firstContent.observe(record.firstContentMs / 1000);
      overhead.observe(record.overheadMs / 1000);
      addAttempts(sums, record);
    },
    refused() {
      refusals += 1;
    },
    async read() {
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}

interface Observer {
  observe(value: number): void;
}

function addAttempts(sums: Map<string, EndpointSums>, record: RequestRecord): void {
  for (const attempt of record.attempts) {
    const key = `${attempt.providerId}/${attempt.model} ${attempt.outcome}`;
    let sum = sums.get(key);
    if (sum === undefined) {
      const labels = {
        provider: attempt.providerId,
        model: attempt.model,
        track: attempt.track,
        outcome: attempt.outcome,
      };
      sum = { labels, attempts: 0, inputTokens: 0, outputTokens: 0, costNanoUsd: 0, unknownCosts: 0 };
      sums.set(key, sum);
    }
    sum.attempts += 1;
    sum.inputTokens += attempt.usage.inputTokens ?? 0;
    sum.outputTokens += attempt.usage.outputTokens ?? 0;
    if (attempt.costNanoUsd === null) sum.unknownCosts += 1;
    else sum.costNanoUsd += attempt.costNanoUsd;
  }
}

/** The counters by endpoint, filled from the sums whenever they are read. */
function fromSums(registry: Registry, sums: ReadonlyMap<string, EndpointSums>): void {
  const columns: readonly (readonly [string, string, (sum: EndpointSums) => number])[] = [
    ['pointsman_attempts_total', 'Calls to endpoints by outcome.', (sum) => sum.attempts],
    ['gen_ai_client_input_tokens_total', 'Prompt tokens, cached ones included.', (sum) => sum.inputTokens],
    ['gen_ai_client_output_tokens_total', 'Generated tokens, reasoning included.', (sum) => sum.outputTokens],
    ['pointsman_cost_usd_total', 'Known cost in US dollars.', (sum) => sum.costNanoUsd / NANO_USD],
    ['pointsman_unknown_costs_total', 'Calls whose cost is not known.', (sum) => sum.unknownCosts],
  ];
  for (const [name, help, read] of columns) {
    new Counter({
      name,
      help,
      labelNames: ['provider', 'model', 'track', 'outcome'],
      registers: [registry],
      collect() {
        this.reset();
        for (const sum of sums.values()) this.inc(sum.labels, read(sum));
      },
    });
  }
}
