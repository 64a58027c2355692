import { describe, expect, it } from 'vitest';
import { answer } from '../../support/upstreams/answer-script.ts';
import { problem } from '../../support/upstreams/problem.ts';
import { ask, start } from './control-client.ts';

describe('GET /metrics', () => {
  it('is Prometheus text that agrees with the requests made', async () => {
    const gateway = await start();
    for (let count = 0; count < 3; count += 1) await ask(gateway);
    await (await ask(gateway, 'gpt-4o', { stream: true })).text();
    gateway.upstream.script(problem({ status: 500 }));
    await ask(gateway, 'gpt-4o-mini');
    gateway.upstream.script(answer({ text: ['x'], usage: { input: 1000, output: 100 } }));
    await ask(gateway, 'gpt-4o-mini');
    await ask(gateway, 'no-such-model');
    await fetch(`${gateway.url}/v1/models`, { headers: { origin: 'https://evil.example' } });
    const records = await gateway.recorded(7);
    const reply = await gateway.control('/metrics');
    expect(reply.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const samples = parsePrometheus(await reply.text());
    const sum = (name: string, labels: Record<string, string> = {}) => sumOf(samples, name, labels);

    expect(sum('pointsman_requests_total')).toBe(7);
    expect(sum('pointsman_requests_total', { operation: 'openai-chat', outcome: 'ok' })).toBe(5);
    expect(sum('pointsman_requests_total', { outcome: 'failed' })).toBe(2);
    expect(sum('pointsman_attempts_total', { model: 'gpt-4o', outcome: 'ok' })).toBe(4);
    expect(sum('pointsman_attempts_total', { model: 'gpt-4o-mini', outcome: 'failed' })).toBe(1);
    expect(sum('gen_ai_client_input_tokens_total')).toBe(4 * 11 + 1000);
    expect(sum('gen_ai_client_output_tokens_total')).toBe(4 * 7 + 100);
    const nanoUsd = records.reduce((total, { costNanoUsd }) => total + (costNanoUsd ?? 0), 0);
    expect(nanoUsd).toBe(4 * 97_500 + 150_000 + 60_000);
    expect(sum('pointsman_cost_usd_total') * 1e9).toBeCloseTo(nanoUsd, 3);
    expect(sum('pointsman_refused_callers_total')).toBe(1);
    expect(sum('pointsman_active_requests')).toBe(0);
    expect(sum('gen_ai_server_request_duration_seconds_count')).toBe(7);
    for (const name of ['process_resident_memory_bytes', 'process_cpu_seconds_total', 'nodejs_heap_size_used_bytes'])
      expect(sum(name)).toBeGreaterThan(0);
  });
});

interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** Reads the text format as Prometheus does: every line is a comment or a sample of a family that was announced. */
function parsePrometheus(text: string): Sample[] {
  const families = new Set<string>();
  const samples: Sample[] = [];
  for (const line of text.split('\n')) {
    const type = /^# TYPE (\S+) (counter|gauge|histogram|summary|untyped)$/.exec(line);
    if (type?.[1] !== undefined) families.add(type[1]);
    if (line === '' || line.startsWith('#')) continue;
    const parts = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (parts === null) throw new Error(`not a sample: ${line}`);
    const [, name = '', labelText = '', value = ''] = parts;
    const family = name.replace(/_(bucket|sum|count)$/, '');
    expect(families.has(name) || families.has(family)).toBe(true);
    const labels = Object.fromEntries(
      [...labelText.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)].map(([, key = '', text = '']) => [key, text]),
    );
    const number = value === '+Inf' ? Infinity : Number(value);
    expect(Number.isNaN(number) && value !== 'Nan').toBe(false);
    samples.push({ name, labels, value: number });
  }
  return samples;
}

function sumOf(samples: readonly Sample[], name: string, labels: Record<string, string>): number {
  return samples
    .filter(
      (sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
    )
    .reduce((total, { value }) => total + value, 0);
}
