import { describe, expect, test } from 'vitest';
import { optimizerStatus } from '../../../src-shared/optimizer.ts';
import type { ChatRequest } from '../../../src-main/engine/protocols/chat-request.ts';
import { UNKNOWN_MACHINE } from '../../../src-main/engine/routing/machine-state.ts';
import { optimizerForTest, type OptimizerForTest } from './make-optimizer.ts';
import { CLOUD, LOCAL, makeCall, makeResult } from './make-result.ts';

const QUESTION = 'What is the capital of France?';
const FIVE_MINUTES_MS = 300_000;

function decide({ optimizer }: OptimizerForTest) {
  return optimizer.getOptimizationRecommendations(QUESTION).decision;
}

/** As it goes over the wire: no NaN, nothing missing. */
function statusOf({ optimizer }: OptimizerForTest) {
  return optimizerStatus.parse(optimizer.getOptimizationStatus());
}

describe('predictions that fail every time', () => {
  function failing() {
    const state = { isBroken: true };
    const bench = optimizerForTest({
      situationOf: () => {
        if (state.isBroken) throw new Error('no lanes');
        return { active: 0, queued: 0, concurrency: 4 };
      },
    });
    return { ...bench, state };
  }

  test('leave a decision for every request, and the status says what is degraded', () => {
    const bench = failing();
    for (let count = 0; count < 10; count += 1) {
      const decision = decide(bench);
      expect(decision.candidates.map(({ endpoint }) => endpoint)).toEqual([LOCAL, CLOUD]);
      expect(decision.reason).toContain('the optimizer is off');
    }
    const status = statusOf(bench);
    expect(status.degraded).toEqual([expect.stringContaining('failed repeatedly (decision: no lanes)')]);
    expect(status.suspendedUntilMs).toBe(bench.clock.nowMs() + FIVE_MINUTES_MS);
  });

  test('are tried again after five minutes, and then it is as if nothing had been', async () => {
    const bench = failing();
    for (let count = 0; count < 3; count += 1) decide(bench);
    bench.state.isBroken = false;
    await bench.clock.advance(FIVE_MINUTES_MS - 1);
    expect(decide(bench).reason).toContain('the optimizer is off');
    await bench.clock.advance(1);
    expect(decide(bench).reason).not.toContain('the optimizer is off');
    expect(statusOf(bench)).toMatchObject({ degraded: [], suspendedUntilMs: null });
  });

  test('do not stop requests from being served and told', () => {
    const bench = failing();
    for (let count = 0; count < 10; count += 1) {
      bench.optimizer.recordRequestStart(`r${count}`, QUESTION);
      bench.optimizer.recordRequestCompletion(`r${count}`, 'local', makeResult(), true);
      bench.optimizer.giveFeedback({ requestId: `r${count}`, quality: 1, answeredBy: LOCAL.id });
    }
    expect(decide(bench).candidates).toHaveLength(2);
  });
});

describe('lessons that fail', () => {
  test('now and then do not switch anything off', async () => {
    let draws = 0;
    // The draw that decides how much of weak evidence counts.
    const bench = optimizerForTest({
      random: () => {
        draws += 1;
        if (draws % 10 === 0) throw new Error('no luck');
        return 0.5;
      },
      settings: { optimizer: { exploration: { enabled: false } } },
    });
    for (let count = 0; count < 100; count += 1) {
      bench.serve(`r${count}`, `question number ${count}`);
      await bench.clock.advance(1_000);
    }
    expect(bench.log.lines.filter(({ level }) => level === 'error').length).toBeGreaterThan(5);
    expect(statusOf(bench).suspendedUntilMs).toBeNull();
  });
});

describe('a request that cannot be read', () => {
  test('is decided all the same: what it needs is known from elsewhere', () => {
    const bench = optimizerForTest();
    const cursed: ChatRequest = {
      model: 'auto',
      mode: 'chat',
      get messages(): ChatRequest['messages'] {
        throw new Error('cursed');
      },
      stream: true,
    };
    const needs = { capabilities: ['text'], promptTokens: 40 } as const;
    const { decision, profile } = bench.optimizer.getOptimizationRecommendations(cursed, { needs });
    expect(decision.candidates).toHaveLength(2);
    expect(profile.promptTokens).toBe(40);
    expect(statusOf(bench).degraded).toEqual(['A part of the optimizer failed just now (reading: cursed).']);
    decide(bench);
    expect(statusOf(bench).degraded).toEqual([]);
  });
});

describe('numbers that are none', () => {
  const NUMBERS = [NaN, Infinity, -1];

  test.each(NUMBERS)('(%s) in a report are not believed: decisions and status stay sound', async (number) => {
    const bench = optimizerForTest();
    const before = decide(bench).candidates.map(({ score }) => score);
    for (let count = 0; count < 20; count += 1) {
      bench.optimizer.recordRequestStart(`r${count}`, `${QUESTION} ${count}`);
      const call = makeCall({
        endpoint: count % 2 === 0 ? LOCAL : CLOUD,
        queueMs: number,
        firstTokenMs: number,
        durationMs: number,
        tokensPerSecond: number,
        inputTokens: number,
        cachedInputTokens: number,
        outputTokens: number,
        costNanoUsd: number,
      });
      const result = makeResult({ calls: [call], firstTokenMs: number, durationMs: number, energyJoules: number });
      const record = bench.optimizer.recordRequestCompletion(`r${count}`, 'local', result, true);
      expect(record?.reward === null || (record !== null && record.reward >= 0 && record.reward <= 1)).toBe(true);
      await bench.clock.advance(70_000);
    }
    const { candidates } = decide(bench);
    expect(candidates).toHaveLength(2);
    for (const { score, propensity, prediction } of candidates) {
      expect(Number.isFinite(score)).toBe(true);
      expect(Number.isFinite(propensity)).toBe(true);
      expect(Number.isFinite(prediction.firstTokenMs.mean)).toBe(true);
      expect(Number.isFinite(prediction.tokensPerSecond.mean)).toBe(true);
    }
    expect(before.every((score) => Number.isFinite(score))).toBe(true);
    expect(statusOf(bench).suspendedUntilMs).toBeNull();
  });

  test.each(NUMBERS)('(%s) in what is known of the machine leave a sound decision', (number) => {
    const bench = optimizerForTest();
    bench.around.machine = {
      ...UNKNOWN_MACHINE,
      onBattery: true,
      batteryPercent: number,
      speedLimitPercent: number,
      cpuPercent: number,
      memoryFreeBytes: number,
      memoryTotalBytes: number,
      gpuMemoryFreeBytes: number,
      gpuMemoryTotalBytes: number,
    };
    const { candidates } = decide(bench);
    expect(candidates.length).toBeGreaterThan(0);
    for (const { score } of candidates) expect(Number.isFinite(score)).toBe(true);
    expect(statusOf(bench).degraded).toEqual([]);
  });

  test.each(NUMBERS)('(%s) as watts, throttling or pace of spending do no harm', async (number) => {
    const bench = optimizerForTest({
      localWatts: () => number,
      throttledRatio: () => number,
      budgetPace: () => number,
      settings: { optimizer: { strategy: 'adaptive' } },
    });
    bench.optimizer.start();
    for (let count = 0; count < 20; count += 1) {
      bench.serve(`r${count}`, `${QUESTION} ${count}`);
      await bench.clock.advance(31_000);
    }
    for (const { score } of decide(bench).candidates) expect(Number.isFinite(score)).toBe(true);
    statusOf(bench);
    bench.optimizer.stop();
  });
});

describe('the wall clock', () => {
  test('may jump back an hour, and forward a day, without anybody noticing', async () => {
    const bench = optimizerForTest({ random: () => 0.001 });
    bench.optimizer.start();
    for (const jumpMs of [0, -3_600_000, 86_400_000, -7_200_000]) {
      bench.clock.jump(jumpMs);
      for (let count = 0; count < 10; count += 1) {
        bench.serve(`${jumpMs} ${count}`, `${QUESTION} ${count}`);
        await bench.clock.advance(5_000);
      }
      expect(decide(bench).candidates).toHaveLength(2);
      expect(statusOf(bench).degraded).toEqual([]);
    }
    expect(statusOf(bench).windows.find(({ name }) => name === '1 h')?.total.requests).toBe(40);
    bench.optimizer.stop();
    expect(bench.clock.pendingTimers).toBe(0);
  });
});

describe('adaptation that fails every time', () => {
  test('leaves the preferences as they are, then safe ones for a while; requests go on', async () => {
    const bench = optimizerForTest({
      budgetPace: () => {
        throw new Error('no ledger');
      },
      settings: { optimizer: { preferences: { localBias: 0.9 } } },
    });
    bench.optimizer.start();
    await bench.clock.advance(31_000);
    expect(statusOf(bench)).toMatchObject({ preferences: { localBias: 0.9 }, suspendedUntilMs: null });
    expect(statusOf(bench).degraded).toEqual([expect.stringContaining('Adaptation failed just now (no ledger)')]);
    await bench.clock.advance(60_000);
    expect(statusOf(bench).degraded).toEqual([expect.stringContaining('Adaptation failed (no ledger) and is off')]);
    expect(statusOf(bench).preferences.localBias).toBe(0.5);
    expect(statusOf(bench).suspendedUntilMs).not.toBeNull();
    // Only adaptation is off: decisions are still made by the figures.
    expect(decide(bench).reason).not.toContain('the optimizer is off');
    bench.optimizer.stop();
    expect(bench.clock.pendingTimers).toBe(0);
  });
});
