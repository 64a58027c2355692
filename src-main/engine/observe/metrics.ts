import Counter from 'prom-client/lib/counter.js';
import Gauge from 'prom-client/lib/gauge.js';
import Registry from 'prom-client/lib/registry.js';
import type { RequestRecord } from '../store/records.ts';
import { addProcessMetrics } from './process-metrics.ts';
import { RequestSums, type EndpointSums } from './request-sums.ts';
import { TallyHistogram } from './tally-histogram.ts';

const NANO_USD = 1e9;
const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120];

export interface Metrics {
  /** Counts one finished request. Cheap: sums are kept here and handed to the registry when it is read. */
  count(record: RequestRecord): void;
  refused(): void;
  read(): Promise<{ contentType: string; text: string }>;
}

/**
 * Prometheus metrics, with the names of the OpenTelemetry GenAI conventions where they have one. `activeRequests` is read
 * when somebody looks.
 */
export function createMetrics(options: { activeRequests: () => number; startedAtMs: number }): Metrics {
  const registry = new Registry();
  addProcessMetrics(registry, options.startedAtMs);
  const sums = new RequestSums();
  let refusals = 0;

  const duration = new TallyHistogram({
    name: 'gen_ai_server_request_duration_seconds',
    help: 'From arrival to the last byte, by operation.',
    label: 'operation',
    bounds: SECONDS,
    in: registry,
  });
  const firstContent = new TallyHistogram({
    name: 'gen_ai_server_time_to_first_token_seconds',
    help: 'From arrival to the first content, by operation.',
    label: 'operation',
    bounds: SECONDS,
    in: registry,
  });
  const overhead = new TallyHistogram({
    name: 'pointsman_overhead_seconds',
    help: 'What the gateway itself added before the first byte.',
    label: null,
    bounds: [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05],
    in: registry,
  });

  fromSums(registry, sums.endpoints);
  new Counter({
    name: 'pointsman_requests_total',
    help: 'Finished requests by operation and outcome.',
    labelNames: ['operation', 'outcome'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { labels, requests } of sums.outcomes) this.inc(labels, requests);
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
      sums.add(record);
      duration.add(record.operation, record.durationMs / 1000);
      if (record.firstContentMs !== null) firstContent.add(record.operation, record.firstContentMs / 1000);
      overhead.add('', record.overheadMs / 1000);
    },
    refused() {
      refusals += 1;
    },
    async read() {
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}

/** The counters by endpoint, filled from the sums whenever they are read. */
function fromSums(registry: Registry, sums: readonly EndpointSums[]): void {
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
        for (const sum of sums) this.inc(sum.labels, read(sum));
      },
    });
  }
}
