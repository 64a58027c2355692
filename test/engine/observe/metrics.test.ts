import { expect, test } from 'vitest';
import { createMetrics } from '../../../src-main/engine/observe/metrics.ts';
import { makeRecord } from '../store/support.ts';

const DURATION = 'gen_ai_server_request_duration_seconds';
const FIRST_TOKEN = 'gen_ai_server_time_to_first_token_seconds';

function create() {
  const metrics = createMetrics({ activeRequests: () => 0, startedAtMs: 0 });
  const lines = async (name: string) => {
    const { text } = await metrics.read();
    return text.split('\n').filter((line) => line.startsWith(`${name}_`));
  };
  return { metrics, lines };
}

test('a histogram counts what is at most as long as each bound, by operation', async () => {
  const { metrics, lines } = create();
  for (const durationMs of [50, 51, 200, 500_000])
    metrics.count(makeRecord({ operation: 'openai-chat', durationMs, firstContentMs: null }));
  metrics.count(makeRecord({ operation: 'embeddings', durationMs: 1000, firstContentMs: 70 }));
  const counts = [1, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3];
  const bounds = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120];
  expect((await lines(DURATION)).slice(0, 14)).toEqual([
    ...bounds.map(
      (bound, at) => `${DURATION}_bucket{le="${String(bound)}",operation="openai-chat"} ${counts[at] ?? 0}`,
    ),
    `${DURATION}_bucket{le="+Inf",operation="openai-chat"} 4`,
    `${DURATION}_sum{operation="openai-chat"} ${String(0.05 + 0.051 + 0.2 + 500)}`,
    `${DURATION}_count{operation="openai-chat"} 4`,
  ]);
  expect((await lines(DURATION)).at(-1)).toBe(`${DURATION}_count{operation="embeddings"} 1`);
});

test('an operation without content has no time to the first one', async () => {
  const { metrics, lines } = create();
  metrics.count(makeRecord({ operation: 'openai-chat', firstContentMs: null }));
  expect(await lines(FIRST_TOKEN)).toEqual([]);
  metrics.count(makeRecord({ operation: 'openai-chat', firstContentMs: 60 }));
  expect(await lines(FIRST_TOKEN)).toContain(`${FIRST_TOKEN}_count{operation="openai-chat"} 1`);
});

test('a histogram without a label is there before anything was counted', async () => {
  const { metrics, lines } = create();
  expect(await lines('pointsman_overhead_seconds')).toContain('pointsman_overhead_seconds_count 0');
  metrics.count(makeRecord({ overheadMs: 0.3 }));
  expect(await lines('pointsman_overhead_seconds')).toContain('pointsman_overhead_seconds_bucket{le="0.0005"} 1');
  expect(await lines('pointsman_overhead_seconds')).toContain('pointsman_overhead_seconds_sum 0.0003');
});

test('reading twice gives the same', async () => {
  const { metrics, lines } = create();
  metrics.count(makeRecord());
  expect(await lines('pointsman_')).toEqual(await lines('pointsman_'));
  expect(await lines(DURATION)).toEqual(await lines(DURATION));
});
