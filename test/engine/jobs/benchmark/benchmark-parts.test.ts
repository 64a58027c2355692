import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StoredBenchmark } from '../../../../src-main/engine/jobs/benchmark/benchmark-parts.ts';
import { chooseModels } from '../../../../src-main/engine/jobs/benchmark/choose-models.ts';
import { compareBenchmarks } from '../../../../src-main/engine/jobs/benchmark/compare-benchmarks.ts';
import {
  describeChanges,
  resolvedKeys,
  toFindings,
} from '../../../../src-main/engine/jobs/benchmark/describe-changes.ts';
import {
  judgeCondition,
  worstCondition,
  type ConditionFacts,
} from '../../../../src-main/engine/jobs/benchmark/judge-condition.ts';
import { makePrompt } from '../../../../src-main/engine/jobs/benchmark/make-prompt.ts';
import { OUTPUT_TOKENS, planContexts } from '../../../../src-main/engine/jobs/benchmark/plan-contexts.ts';
import { toMeasuredSpeed } from '../../../../src-main/engine/jobs/benchmark/to-measured-speed.ts';
import { createSeededRandom } from '../../../../src-main/demo/seeded-random.ts';
import { makeEndpoint } from '../../../support/make-endpoint.ts';

const ID = 'ollama/m';

function makeRun(changes: Partial<StoredBenchmark> = {}, rate = 50): StoredBenchmark {
  return {
    ...{ endpoint: ID, takenAtMs: 0, digest: 'a', serverVersion: '1', condition: 'calm', coldLoadMs: 3_000 },
    ...{ loadMs: 2_500, memoryBytes: 100, vramBytes: 100, joulesPer1000Tokens: null },
    contexts: [
      { promptTokens: 500, promptTokensPerSecond: 1_000, outputTokensPerSecond: rate, firstTokenMs: 700 },
      { promptTokens: 4_000, promptTokensPerSecond: 1_000, outputTokensPerSecond: rate, firstTokenMs: 4_200 },
    ],
    spreads: [1, 2].map(() => ({ prompt: { low: 990, high: 1_010 }, output: { low: rate - 1, high: rate + 1 } })),
    ...changes,
  };
}

const whats = (before: StoredBenchmark, now: StoredBenchmark) =>
  compareBenchmarks(before, now).map(({ what, severity }) => [what, severity]);

describe('two runs of a model', () => {
  test.each([
    [50, 43, []],
    [50, 42, [['writing', 'medium']]],
    [50, 29, [['writing', 'high']]],
    [50, 58, [['writing', 'info']]],
  ])('at %d and %d tokens a second differ by %j', (from, to, expected) => {
    expect(whats(makeRun({}, from), makeRun({}, to))).toEqual(expected);
  });

  test('whose repetitions overlap do not differ, however far their middles are apart', () => {
    const noisy = [1, 2].map(() => ({ prompt: null, output: { low: 20, high: 60 } }));
    expect(whats(makeRun({}, 50), makeRun({ spreads: noisy }, 30))).toEqual([]);
  });

  test('differ by digest, loading, window, graphics memory and server', () => {
    const now = makeRun({
      ...{ digest: 'b', coldLoadMs: 6_000, vramBytes: 60, serverVersion: '2' },
      contexts: makeRun().contexts.slice(0, 1),
    });
    expect(whats(makeRun(), now)).toEqual([
      ['digest', 'low'],
      ['loading', 'low'],
      ['context', 'medium'],
      ['graphics', 'medium'],
      ['server', 'info'],
    ]);
  });

  test('of which one does not know a figure do not differ by it', () => {
    const unknown = makeRun({ digest: null, coldLoadMs: null, vramBytes: null, serverVersion: null });
    expect([whats(makeRun(), unknown), whats(unknown, makeRun())]).toEqual([[], []]);
  });

  test('that are the same never differ', () => {
    const rate = fc.double({ min: 0.1, max: 1e4, noNaN: true });
    fc.assert(fc.property(rate, (value) => whats(makeRun({}, value), makeRun({}, value)).length === 0));
  });

  test('are told in one sentence, with a finding for what is for the worse only', () => {
    const changes = compareBenchmarks(makeRun({}, 50), makeRun({ digest: 'b' }, 60));
    expect(describeChanges(ID, changes)).toBe(
      'ollama/m is another model under the same name (a became b) and writes 20 % faster (50 became 60 tokens a second).',
    );
    expect(toFindings(ID, changes).map(({ key }) => key)).toEqual(['ollama/m digest']);
    expect(resolvedKeys(ID, changes)).toEqual(['ollama/m digest', 'ollama/m writing']);
    expect(describeChanges(ID, [])).toBeNull();
  });
});

describe('the condition', () => {
  const CALM: ConditionFacts = {
    machine: { onBattery: false, thermal: 'nominal', speedLimitPercent: 100 },
    ...{ hasSettled: true, isHeldBack: null, othersCpuPercent: 5, busyPercent: 20, personsCalls: 0 },
  };
  test.each([
    ['calm', {}],
    ['calm', { othersCpuPercent: null, hasSettled: null }],
    ['just_resumed', { hasSettled: false, machine: { ...CALM.machine, onBattery: true } }],
    ['battery', { machine: { ...CALM.machine, onBattery: true, thermal: 'critical' } }],
    ['hot', { machine: { ...CALM.machine, thermal: 'serious' }, othersCpuPercent: 99 }],
    ['hot', { machine: { ...CALM.machine, speedLimitPercent: 70 } }],
    ['hot', { isHeldBack: true }],
    ['calm', { machine: { ...CALM.machine, thermal: 'fair' } }],
    ['busy', { othersCpuPercent: 20 }],
    ['busy', { personsCalls: 1 }],
  ] satisfies [string, Partial<ConditionFacts>][])('is %s for %j', (condition, changes) => {
    expect(judgeCondition({ ...CALM, ...changes })).toBe(condition);
  });

  test('of a while is the worst that was seen', () => {
    expect(worstCondition(['calm', 'busy', 'battery', 'calm'])).toBe('battery');
    expect(worstCondition([])).toBe('calm');
  });
});

describe('the prompts', () => {
  test('are a short and a long one where there is room, within the window always', () => {
    expect(planContexts(null)).toEqual({ promptTokens: [512, 4_096], windowTokens: 5_216 });
    expect(planContexts(2_048).promptTokens).toEqual([512, 1_561]);
    expect(planContexts(1_024).promptTokens).toEqual([512]);
    const property = fc.property(fc.integer({ min: 256, max: 200_000 }), (window) => {
      const { promptTokens, windowTokens } = planContexts(window);
      for (const tokens of promptTokens) expect(tokens + OUTPUT_TOKENS).toBeLessThanOrEqual(windowTokens);
      expect(windowTokens).toBeLessThanOrEqual(window);
    });
    fc.assert(property);
  });

  test('have about as many words as tokens are wanted, and begin otherwise each time', () => {
    const draw = (seed: number) => makePrompt(512, createSeededRandom(seed));
    expect(draw(1).split(/\s+/u)).toHaveLength(512);
    expect(draw(1)).toBe(draw(1));
    const beginnings = new Set(Array.from({ length: 20 }, (_, seed) => draw(seed).split(' ').slice(0, 4).join(' ')));
    expect(beginnings.size).toBe(20);
  });
});

describe('the models', () => {
  const model = (name: string, changes: Parameters<typeof makeEndpoint>[0] = {}) =>
    makeEndpoint({ providerId: 'ollama', model: name, track: 'local', protocol: 'ollama', ...changes });
  const capabilities = model('x').capabilities;
  const ROOMY = { memoryTotalBytes: 100, gpuMemoryTotalBytes: null };

  test('are the local ones that write texts, the lightest first, of unknown weight last', () => {
    const all = [
      model('heavy', { sizeBytes: 50 }),
      model('unknown'),
      model('light', { sizeBytes: 5 }),
      model('vectors', { capabilities: { ...capabilities, text: false, embeddings: true } }),
      model('cloud', { track: 'cloud' }),
    ];
    expect(chooseModels(all, ROOMY).map((each) => each.model)).toEqual(['light', 'heavy', 'unknown']);
  });

  test('are only those that fit into memory and graphics card together', () => {
    const huge = [model('huge', { sizeBytes: 90 })];
    expect(chooseModels(huge, ROOMY)).toEqual([]);
    expect(chooseModels(huge, { ...ROOMY, gpuMemoryTotalBytes: 24 })).toHaveLength(1);
    expect(chooseModels(huge, { ...ROOMY, memoryTotalBytes: null })).toHaveLength(1);
  });
});

describe('a run as predictions take it', () => {
  test('is a line over the length of the prompt', () => {
    expect(toMeasuredSpeed(makeRun())).toEqual({
      ...{ endpointId: ID, takenAtMs: 0, onBattery: false, firstTokenMs: 200, msPerPromptToken: 1 },
      ...{ tokensPerSecond: 50, loadMs: 2_500 },
    });
  });

  test('never starts below zero, and leaves open what was not measured', () => {
    const contexts = [{ promptTokens: 900, promptTokensPerSecond: null, outputTokensPerSecond: null, firstTokenMs: 0 }];
    expect(toMeasuredSpeed(makeRun({ contexts, loadMs: null }))).toMatchObject({
      ...{ firstTokenMs: null, msPerPromptToken: null, tokensPerSecond: null, loadMs: null },
    });
    const slow = [{ promptTokens: 900, promptTokensPerSecond: 100, outputTokensPerSecond: 9, firstTokenMs: 1_000 }];
    expect(toMeasuredSpeed(makeRun({ contexts: slow }))?.firstTokenMs).toBe(50);
  });

  test('is none when it was taken hot, busy or just after sleep', () => {
    for (const condition of ['hot', 'busy', 'just_resumed'] as const) {
      expect(toMeasuredSpeed(makeRun({ condition }))).toBeNull();
    }
    expect(toMeasuredSpeed(makeRun({ condition: 'battery' }))?.onBattery).toBe(true);
  });
});
