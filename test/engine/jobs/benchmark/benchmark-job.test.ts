import { describe, expect, test } from 'vitest';
import type { BenchmarkView } from '../../../../src-shared/jobs.ts';
import { LLAMA, QWEN, startBenchmark, type BenchmarkBench } from './benchmark-bench.ts';

async function viewOf(bench: BenchmarkBench, endpoint: string): Promise<BenchmarkView> {
  const { benchmarks } = await bench.benchmarks.handlers['benchmarks.list']({});
  const found = benchmarks.find((each) => each.endpoint === endpoint);
  if (found === undefined) throw new Error(`nothing was measured of ${endpoint}`);
  return found;
}

describe('a measured model', () => {
  test('has its load time, its speeds at two prompt lengths, its memory, digest and server', async () => {
    const bench = await startBenchmark();
    await bench.freeMemory();
    expect(await bench.run()).toEqual({ found: '2 models were measured.', units: 14 });
    const { latest, previous, change, history } = await viewOf(bench, QWEN);
    expect(latest).toMatchObject({
      condition: 'calm',
      digest: expect.stringMatching(/^[0-9a-f]{64}$/u) as string,
      serverVersion: '0.0.0-simulated',
      memoryBytes: 5 * 2 ** 30,
      vramBytes: 5 * 2 ** 30,
      joulesPer1000Tokens: null,
    });
    // Loading takes 3,500 ms, the first token 600 ms, and a prompt of some 30 tokens 15 ms.
    expect(latest?.coldLoadMs).toBeGreaterThan(4_100);
    expect(latest?.coldLoadMs).toBeLessThan(4_150);
    expect(latest?.contexts).toHaveLength(2);
    for (const context of latest?.contexts ?? []) {
      // 35 tokens a second: of n tokens the first is there when the time begins.
      expect(context.outputTokensPerSecond).toBeGreaterThan(35);
      expect(context.outputTokensPerSecond).toBeLessThan(38);
      expect(context.firstTokenMs).toBeCloseTo(600 + context.promptTokens / 2, -1);
    }
    expect(latest?.contexts[0]?.promptTokens).toBeGreaterThan(450);
    expect(latest?.contexts[0]?.promptTokens).toBeLessThan(800);
    expect(latest?.contexts[1]?.promptTokens).toBeGreaterThan(3_500);
    expect([previous, change, history.length]).toEqual([null, null, 1]);
  });

  test('that the person has in memory stays there, and its loading is not measured', async () => {
    const bench = await startBenchmark();
    await bench.run();
    const { latest } = await viewOf(bench, LLAMA);
    expect(latest).toMatchObject({ coldLoadMs: null, condition: 'calm' });
    expect(latest?.contexts[0]?.outputTokensPerSecond).toBeGreaterThan(60);
    await bench.registry.refresh();
    expect([bench.endpoint(LLAMA).loaded, bench.endpoint(QWEN).loaded]).toEqual([true, false]);
  });

  test('makes room for the next one when it is done', async () => {
    const bench = await startBenchmark();
    await bench.freeMemory();
    let atSecond: boolean | null = null;
    await bench.run({
      async before(unit) {
        if (unit !== 8) return;
        await bench.registry.refresh();
        atSecond = bench.endpoint(LLAMA).loaded;
      },
    });
    expect(atSecond).toBe(false);
  });

  test('is told of to whoever watches, and to the predictions', async () => {
    const bench = await startBenchmark();
    await bench.freeMemory();
    await bench.run();
    expect(bench.events).toEqual(['changed {"what":"benchmarks"}', 'changed {"what":"benchmarks"}']);
    expect(bench.adopted.map(({ endpointId, onBattery, loadMs }) => [endpointId, onBattery, loadMs])).toEqual([
      [LLAMA, false, 900],
      [QWEN, false, 3_500],
    ]);
    expect(bench.adopted[1]?.firstTokenMs).toBeGreaterThan(500);
    expect(bench.adopted[1]?.firstTokenMs).toBeLessThan(700);
    const again = bench.adopted.splice(0);
    bench.benchmarks.start();
    expect(bench.adopted).toEqual(again);
  });

  test('counts once, however often its units are lost and done again', async () => {
    const bench = await startBenchmark();
    await bench.freeMemory();
    await bench.run({ lost: [1, 3, 7, 9, 10, 16, 17] });
    expect(bench.kept.results.size).toBe(2);
    expect((await viewOf(bench, QWEN)).latest?.contexts[1]?.outputTokensPerSecond).toBeGreaterThan(35);
  });
});

describe('a run compared with the calm one before', () => {
  test('without a change tells nothing', async () => {
    const bench = await startBenchmark();
    await bench.freeMemory();
    await bench.run();
    const { found } = await bench.run();
    expect(found).toBe('2 models were measured.');
    expect(bench.kept.findings.size).toBe(0);
    expect((await viewOf(bench, QWEN)).change).toBeNull();
  });

  test('tells of a model that became slower, and takes it back when it is fast again', async () => {
    const bench = await startBenchmark();
    await bench.freeMemory();
    await bench.run();
    bench.engines.local.changeModel('sim-qwen:8b', { tokensPerSecond: 24 });
    const slow = await bench.run();
    expect(slow.found).toMatch(
      /^2 models were measured\. ollama\/sim-qwen:8b writes 3\d % slower \(\d+ became 2\d tokens a second\)\.$/u,
    );
    expect(bench.kept.findings.get(`${QWEN} writing`)).toMatchObject({
      severity: 'medium',
      action: { view: 'machine' },
    });
    expect((await viewOf(bench, QWEN)).change).toContain('slower');
    await bench.run();
    expect(bench.kept.findings.size).toBe(1);
    bench.engines.local.changeModel('sim-qwen:8b', { tokensPerSecond: 35 });
    await bench.run();
    expect(bench.kept.findings.size).toBe(0);
  });

  test('tells of another digest under the same name', async () => {
    const bench = await startBenchmark();
    await bench.freeMemory();
    await bench.run();
    bench.engines.local.changeModel('sim-llama:3b', { digest: 'f'.repeat(64) });
    await bench.run();
    expect((await viewOf(bench, LLAMA)).change).toMatch(
      /^ollama\/sim-llama:3b is another model under the same name \([0-9a-f]{12} became f{12}\)\.$/u,
    );
    expect([...bench.kept.findings.keys()]).toEqual([`${LLAMA} digest`]);
    await bench.run();
    expect(bench.kept.findings.size).toBe(0);
  });

  test('tells of slower loading, shorter prompts and another server', async () => {
    const bench = await startBenchmark();
    await bench.freeMemory();
    await bench.run();
    bench.engines.local.changeModel('sim-qwen:8b', { loadMs: 9_000, contextTokens: 2_048, digest: '0'.repeat(64) });
    bench.engines.local.setVersion('0.0.1-simulated');
    await bench.registry.refresh();
    await bench.run();
    const { change } = await viewOf(bench, QWEN);
    expect(change).toContain('loads slower (4.1 s became 9.6 s)');
    expect(change).toContain('takes shorter prompts');
    expect(change).toContain('runs on another version of its server (0.0.0-simulated became 0.0.1-simulated)');
  });
});

describe('numbers that were taken under other conditions', () => {
  const cases: [string, Parameters<BenchmarkBench['monitor']['sample']>[0]][] = [
    ['battery', { power: { source: 'battery', batteryPercent: 80 } }],
    ['hot', { power: { source: 'ac', thermal: 'serious' } }],
    ['hot', { power: { source: 'ac', speedLimitPercent: 60 } }],
    ['busy', { power: { source: 'ac' }, othersPercent: 60 }],
  ];
  test.each(cases)('(%s) are kept apart, even if it was for one sample in the middle', async (condition, seen) => {
    const bench = await startBenchmark();
    await bench.freeMemory();
    await bench.run();
    bench.engines.local.changeModel('sim-qwen:8b', { tokensPerSecond: 10 });
    const calm = { power: { source: 'ac', thermal: 'nominal' }, othersPercent: 3 } as const;
    await bench.run({
      before(unit) {
        bench.monitor.sample(unit === 10 ? seen : calm);
      },
    });
    const { latest, history, change } = await viewOf(bench, QWEN);
    expect(history.map((run) => run.condition)).toEqual([condition, 'calm']);
    expect([latest?.condition, change, bench.kept.findings.size]).toEqual(['calm', null, 0]);
    const own = bench.adopted.filter(({ endpointId }) => endpointId === QWEN);
    expect(own.map(({ onBattery }) => onBattery)).toEqual(condition === 'battery' ? [false, true] : [false]);
  });

  test('(just resumed) are kept apart, too', async () => {
    const bench = await startBenchmark();
    bench.monitor.sleep('suspend');
    bench.monitor.sleep('resume');
    bench.monitor.sample({ power: { source: 'ac', thermal: 'nominal' }, othersPercent: 3 });
    await bench.run();
    expect((await viewOf(bench, LLAMA)).latest?.condition).toBe('just_resumed');
    expect(bench.adopted).toEqual([]);
  });

  test('(a request of the person’s beside it) are, too', async () => {
    const bench = await startBenchmark();
    bench.lanes.of({ ...bench.endpoint(QWEN), id: 'ollama/other', model: 'other' }).calls.begin();
    await bench.run();
    expect((await viewOf(bench, LLAMA)).latest?.condition).toBe('busy');
  });
});

describe('a model that cannot be measured', () => {
  test('because it vanishes in the middle is left out, and the others are measured', async () => {
    const bench = await startBenchmark();
    await bench.freeMemory();
    const { found } = await bench.run({
      async before(unit) {
        if (unit !== 4) return;
        bench.engines.local.removeModel('sim-llama:3b');
        await bench.registry.refresh();
      },
    });
    expect(found).toBe(`One model was measured. ${LLAMA} was not measured: it is not there any more.`);
    expect(bench.kept.results.size).toBe(1);
  });

  test('because its server has trouble is left out with the reason', async () => {
    const bench = await startBenchmark();
    bench.engines.local.setFailing(true);
    const { found } = await bench.run();
    expect(found).toMatch(/^No model could be measured\. Ollama failed \(status 500\)\./u);
  });

  test('because nobody has one ends the run at once', async () => {
    const bench = await startBenchmark();
    for (const name of ['sim-llama:3b', 'sim-qwen:8b']) bench.engines.local.removeModel(name);
    await bench.registry.refresh();
    expect(await bench.run()).toEqual({ found: 'There is no local model that could be measured.', units: 0 });
  });

  test('is one for embeddings, or one that does not fit into the machine', async () => {
    const bench = await startBenchmark();
    bench.engines.local.changeModel('sim-qwen:8b', { sizeBytes: 2 ** 50 });
    await bench.registry.refresh();
    const plan = bench.benchmarks.kinds[0]?.plan();
    expect(plan).toMatchObject({ kind: 'begin', checkpoint: { waiting: [LLAMA, QWEN] } });
  });
});

describe('asked for by a person', () => {
  test('all models are measured, or the one that is named', async () => {
    const bench = await startBenchmark();
    await bench.freeMemory();
    const run = bench.benchmarks.handlers['benchmarks.run'];
    await run({});
    await run({ model: 'sim-qwen:8b' });
    expect(bench.started).toEqual(['model-benchmark', 'model-benchmark']);
    expect(await bench.run()).toEqual({ found: 'One model was measured.', units: 7 });
    expect(bench.kept.results.size).toBe(1);
    expect((await bench.run()).units).toBe(14);
  });

  test('a model that is not there, is not local or writes no text is refused by name', async () => {
    const bench = await startBenchmark();
    for (const model of ['nobody', 'sim-embed:small']) {
      expect(() => bench.benchmarks.handlers['benchmarks.run']({ model })).toThrow(
        `There is no local model "${model}" that could be measured.`,
      );
    }
  });

  test('one model is refused while a run of all is open', async () => {
    const bench = await startBenchmark({ openRun: true });
    expect(() => bench.benchmarks.handlers['benchmarks.run']({ model: QWEN })).toThrow('A measurement waits');
  });
});
