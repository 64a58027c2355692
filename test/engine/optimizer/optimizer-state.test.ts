import { beforeAll, describe, expect, test } from 'vitest';
import { MemoryKeeper, optimizerForTest, type OptimizerForTest } from './make-optimizer.ts';
import { CLOUD, LOCAL } from './make-result.ts';

const PROMPT = 'prove the lemma about primes';
const SETTINGS = { optimizer: { strategy: 'cost_focused' } };
const PARTS = ['quality-learner', 'task-kinds', 'endpoint-models', 'exploration'];

function start(keeper: MemoryKeeper): OptimizerForTest {
  const bench = optimizerForTest({ state: keeper, settings: SETTINGS });
  bench.optimizer.start();
  return bench;
}

/** Forty answers of each: the local ones bad, those of the cloud good. */
async function teach({ optimizer, clock, serve }: OptimizerForTest, prompts = [PROMPT]): Promise<void> {
  for (let round = 0; round < 40; round += 1) {
    for (const [by, quality] of [
      [LOCAL, 0],
      [CLOUD, 1],
    ] as const) {
      serve(`${by.id} ${round}`, prompts[round % prompts.length] ?? PROMPT, { by });
      optimizer.giveFeedback({ requestId: `${by.id} ${round}`, quality });
    }
    await clock.advance(70_000);
  }
}

const taught = new MemoryKeeper();
beforeAll(async () => {
  const bench = start(taught);
  await teach(bench);
  bench.optimizer.stop();
});

/** Another keeper of what was taught, with one state replaced. */
function keeperWith(name: string, state: { version: number; bytes: Uint8Array }): MemoryKeeper {
  const keeper = new MemoryKeeper();
  for (const [part, kept] of taught.states) keeper.states.set(part, kept);
  keeper.states.set(name, state);
  return keeper;
}

function dryRun({ optimizer }: OptimizerForTest) {
  return optimizer.getOptimizationRecommendations(PROMPT, { dryRun: true }).decision;
}

describe('what was learned', () => {
  test.each([
    ['of prompts that differ', [PROMPT, 'write a short letter', 'repair the broken test', 'name three rivers']],
    // Their words stand in every prompt there was, as the words of a template do.
    ['of prompts that are all alike', [PROMPT]],
  ])('%s survives a restart: the same is decided, figure by figure', async (_name, prompts) => {
    const keeper = new MemoryKeeper();
    const first = start(keeper);
    const untaught = dryRun(first).candidates[0]?.endpoint;
    await teach(first, prompts);
    const before = dryRun(first);
    first.optimizer.stop();
    expect([untaught, before.candidates[0]?.endpoint]).toEqual([LOCAL, CLOUD]);
    expect([...keeper.states.keys()].sort()).toEqual([...PARTS].sort());

    const second = start(keeper);
    const after = dryRun(second);
    expect(after.candidates.map(({ endpoint }) => endpoint)).toEqual(before.candidates.map(({ endpoint }) => endpoint));
    after.candidates.forEach(({ score, prediction }, place) => {
      // Some of it is kept in short forms.
      expect(prediction.quality.mean).toBeCloseTo(before.candidates[place]?.prediction.quality.mean ?? NaN, 2);
      expect(prediction.firstTokenMs.mean).toBeCloseTo(
        before.candidates[place]?.prediction.firstTokenMs.mean ?? NaN,
        5,
      );
      expect(Math.abs(score - (before.candidates[place]?.score ?? NaN))).toBeLessThan(100_000);
    });
    expect(second.optimizer.getOptimizationStatus()).toMatchObject({
      degraded: [],
      learning: first.optimizer.getOptimizationStatus().learning,
    });
    second.optimizer.stop();
  });

  test('is saved ten seconds after the first lesson, not with every one, and not at all while nothing is learned', async () => {
    const keeper = new MemoryKeeper();
    const { optimizer, clock, serve } = start(keeper);
    await clock.advance(60_000);
    expect(keeper.saved).toEqual([]);
    for (let count = 0; count < 90; count += 1) {
      serve(`r${count}`, `question ${count}`);
      await clock.advance(100);
    }
    expect(keeper.saved).toEqual([]);
    await clock.advance(1_200);
    expect([...keeper.saved].sort()).toEqual([...PARTS].sort());
    await clock.advance(60_000);
    expect(keeper.saved).toHaveLength(PARTS.length);
    optimizer.stop();
    expect(keeper.saved).toHaveLength(PARTS.length);
    expect(clock.pendingTimers).toBe(0);
  });

  test('holds speeds too, also of models that were only ever named exactly', async () => {
    const keeper = new MemoryKeeper();
    const bench = start(keeper);
    const { optimizer, clock } = bench;
    for (let count = 0; count < 20; count += 1) {
      optimizer.observeCalls(() => [
        {
          endpoint: LOCAL,
          wasLoaded: true,
          outcome: 'ok',
          failureCode: null,
          wasSent: true,
          streamed: true,
          queueMs: 0,
          firstTokenMs: 4_000,
          durationMs: 9_000,
          tokensPerSecond: 3,
          inputTokens: 20,
          cachedInputTokens: null,
          outputTokens: 15,
          costNanoUsd: 0,
        },
      ]);
      await clock.advance(20);
    }
    await clock.advance(11_000);
    const firstTokenMs = (bench: OptimizerForTest) =>
      dryRun(bench).candidates.find(({ endpoint }) => endpoint === LOCAL)?.prediction.firstTokenMs.mean ?? NaN;
    const learned = firstTokenMs(bench);
    optimizer.stop();
    const again = start(keeper);
    expect(firstTokenMs(again)).toBeCloseTo(learned, 5);
    expect(learned).toBeGreaterThan(3 * firstTokenMs(start(new MemoryKeeper())));
    again.optimizer.stop();
  });

  test('waits to be learned when it ends, and is learned and kept then', () => {
    const keeper = new MemoryKeeper();
    const { optimizer, serve } = start(keeper);
    serve('one', PROMPT);
    optimizer.stop();
    expect(keeper.states.size).toBe(PARTS.length);
  });
});

describe('a state from the future', () => {
  test.each(PARTS)('(%s) is refused, told and never overwritten; everything else goes on', async (name) => {
    const keeper = new MemoryKeeper();
    const future = { version: 99, bytes: Uint8Array.from([1, 2, 3]) };
    keeper.states.set(name, future);
    const bench = start(keeper);
    expect(bench.optimizer.getOptimizationStatus().degraded).toEqual([
      expect.stringMatching(new RegExp(`\\(${name}\\) was saved by a newer version`)),
    ]);
    bench.serve('one', PROMPT);
    await bench.clock.advance(11_000);
    bench.serve('two', PROMPT);
    bench.optimizer.stop();
    expect(keeper.states.get(name)).toEqual(future);
    expect(keeper.saved).not.toContain(name);
    expect([...new Set(keeper.saved)].sort()).toEqual(PARTS.filter((part) => part !== name).sort());
    // What it learned meanwhile it knows; it just does not keep it.
    expect(bench.optimizer.getOptimizationStatus().learning.observations).toBeGreaterThan(0);
  });
});

describe('a damaged state', () => {
  const JUNK = [new Uint8Array(), Uint8Array.from([255, 0, 1]), new TextEncoder().encode('{"atMs":"x"}')];

  test.each(PARTS)('(%s) is told, learning begins anew, and the next saving mends it', async (name) => {
    for (const bytes of JUNK) {
      const keeper = keeperWith(name, { version: taught.read(name)?.version ?? 0, bytes });
      const bench = start(keeper);
      expect(bench.optimizer.getOptimizationStatus().degraded).toEqual([
        expect.stringContaining(`(${name}) could not be read`),
      ]);
      bench.serve('one', PROMPT);
      await bench.clock.advance(11_000);
      expect(bench.optimizer.getOptimizationStatus().degraded).toEqual([]);
      bench.optimizer.stop();
      const mended = start(keeper);
      expect(mended.optimizer.getOptimizationStatus().degraded).toEqual([]);
      mended.optimizer.stop();
    }
  });

  test('cut off anywhere never throws, and never leaves a request without a decision', () => {
    for (const [name, { version, bytes }] of taught.states) {
      for (const share of [0.1, 0.5, 0.9, 0.999]) {
        const part = bytes.slice(0, Math.floor(bytes.length * share));
        const bench = start(keeperWith(name, { version, bytes: part }));
        expect(dryRun(bench).candidates).toHaveLength(2);
        bench.optimizer.stop();
      }
    }
  });
});

describe('a keeper that fails', () => {
  test('to read is told, and learning begins anew', () => {
    const bench = optimizerForTest({
      state: {
        read: () => {
          throw new Error('disk gone');
        },
        save: () => undefined,
      },
    });
    bench.optimizer.start();
    const { degraded } = bench.optimizer.getOptimizationStatus();
    expect(degraded).toHaveLength(PARTS.length);
    expect(degraded[0]).toContain('disk gone');
    expect(dryRun(bench).candidates).toHaveLength(2);
    bench.optimizer.stop();
  });

  test('to save is told until it works again', async () => {
    let isBroken = true;
    const bench = optimizerForTest({
      state: {
        read: () => null,
        save: () => {
          if (isBroken) throw new Error('disk full');
        },
      },
    });
    bench.optimizer.start();
    bench.serve('one', PROMPT);
    await bench.clock.advance(11_000);
    expect(bench.optimizer.getOptimizationStatus().degraded).toHaveLength(PARTS.length);
    isBroken = false;
    bench.serve('two', PROMPT);
    await bench.clock.advance(11_000);
    expect(bench.optimizer.getOptimizationStatus().degraded).toEqual([]);
    bench.optimizer.stop();
  });
});
