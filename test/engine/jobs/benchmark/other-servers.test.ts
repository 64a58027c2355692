import { expect, onTestFinished, test } from 'vitest';
import { loadModel, measureOnce } from '../../../../src-main/engine/jobs/benchmark/measure-model.ts';
import type { BenchmarkParts } from '../../../../src-main/engine/jobs/benchmark/benchmark-parts.ts';
import { summariseSamples } from '../../../../src-main/engine/jobs/benchmark/summarise-samples.ts';
import { inspectServer } from '../../../../src-main/engine/jobs/benchmark/inspect-server.ts';
import type { JobWork } from '../../../../src-main/engine/jobs/job-kind.ts';
import { UNKNOWN_MACHINE } from '../../../../src-main/engine/routing/machine-state.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { answer } from '../../../support/upstreams/answer-script.ts';
import { startUpstream } from '../../../support/upstreams/start-upstream.ts';
import { startCalling } from '../calls/calling-bench.ts';

test('a local server that tells no timings, memory or digest is measured as far as it can be', async () => {
  const upstream = await startUpstream({ kind: 'openai', models: [{ name: 'm' }] });
  onTestFinished(() => upstream.stop());
  upstream.script(answer({ text: ['Once', ' upon', ' a time'], usage: { input: 500, output: 3 } }));
  const provider = { id: 'own', name: 'Own', kind: 'openai', track: 'local', baseUrl: upstream.url, auth: 'none' };
  const clock = new ManualClock();
  const bench = await startCalling({ clock, settings: { providers: [provider] } });
  const endpoint = bench.endpoint('own/m');
  const parts: BenchmarkParts = {
    clock,
    endpoints: () => [endpoint],
    blocked: () => null,
    machine: () => UNKNOWN_MACHINE,
    inspect: (of, signal) => inspectServer({ clock, access: bench.registry.access('own'), endpoint: of, signal }),
    watch: () => () => 'calm',
    measureEnergy: () => Promise.resolve(() => Promise.resolve(6)),
    earlier: () => [],
    onMeasured: () => undefined,
  };
  const work: JobWork = {
    ...{ signal: bench.unit.signal, clock, log: bench.log, random: () => 0.5, models: bench.caller },
    run: { id: 'run', job: 'model-benchmark', trigger: 'schedule', createdAtMs: 0 },
    breathe: () => Promise.resolve(),
    doing: () => undefined,
  };
  const loaded = await loadModel(parts, endpoint, work);
  if (!loaded.ok) throw new Error(loaded.sentence);
  expect(loaded.value).toMatchObject({ isOurs: false, coldLoadMs: null, digest: null, serverVersion: null });
  const measured = await measureOnce(parts, { endpoint, model: loaded.value, context: 0 }, work);
  if (!measured.ok) throw new Error(measured.sentence);
  const run = summariseSamples(measured.value, 7);
  expect(run).toMatchObject({ memoryBytes: null, vramBytes: null, loadMs: null, joulesPer1000Tokens: 2_000 });
  // No time passes here: a speed that cannot be told is none.
  expect(run.contexts[0]).toEqual({
    ...{ promptTokens: 500, promptTokensPerSecond: null, outputTokensPerSecond: null, firstTokenMs: 0 },
  });
  expect(upstream.calls.every(({ body }) => body.num_ctx === undefined && body.keep_alive === undefined)).toBe(true);
});
