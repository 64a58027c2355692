import type { Registry } from 'prom-client';
import Counter from 'prom-client/lib/counter.js';
import Gauge from 'prom-client/lib/gauge.js';

const MICROSECONDS = 1e6;

/**
 * The figures of the process under their usual names, measured when somebody looks. The library's own set also watches the
 * event loop with a timer a hundred times a second and every garbage collection, which is most of what an idle engine costs.
 */
export function addProcessMetrics(registry: Registry, startedAtMs: number): void {
  const gauge = (name: string, help: string, measure: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(measure());
      },
    });
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'CPU time in user code and in the system.',
    registers: [registry],
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / MICROSECONDS);
    },
  });
  gauge('process_start_time_seconds', 'Unix time of the start.', () => startedAtMs / 1000);
  gauge('process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss());
  gauge('nodejs_heap_size_total_bytes', 'JavaScript heap.', () => process.memoryUsage().heapTotal);
  gauge('nodejs_heap_size_used_bytes', 'JavaScript heap in use.', () => process.memoryUsage().heapUsed);
  gauge('nodejs_external_memory_bytes', 'Memory outside the JavaScript heap.', () => process.memoryUsage().external);
}
