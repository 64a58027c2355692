import { describe, expect, test } from 'vitest';
import { rewardOfRequest } from '../../../src-main/engine/optimizer/reward-of-request.ts';
import { makeCall, makeResult } from './make-result.ts';

const CONSTRAINTS = {
  memoryBytes: null,
  gpuMemoryBytes: null,
  cpuPercent: 80,
  targetLatencyMs: 2_000,
  maxCostPerRequestNanoUsd: 10_000_000,
  batteryPercent: 20,
};
const GOOD = { quality: 0.8, weight: 1, signal: 'feedback' };

function reward(changes: Partial<Parameters<typeof rewardOfRequest>[0]> = {}): number | null {
  return rewardOfRequest({
    result: makeResult(),
    success: true,
    evidence: GOOD,
    constraints: CONSTRAINTS,
    ...changes,
  });
}

describe('the reward of a request, worked out by hand', () => {
  test('weighs quality 0.5, latency 0.2 and cost 0.2', () => {
    // Latency at the target of 2 s is half-way between 0.2 and 20 s by the logarithm: 0.5. A free call: 1.
    const result = makeResult({ firstTokenMs: 2_000 });
    expect(reward({ result })).toBeCloseTo((0.5 * 0.8 + 0.2 * 0.5 + 0.2 * 1) / 0.9, 12);
  });

  test('measures cost by the cap: 1 at a hundredth of it, 0 at ten times, by the logarithm between', () => {
    const at = (costNanoUsd: number) =>
      reward({ result: makeResult({ firstTokenMs: 100, calls: [makeCall({ costNanoUsd })] }) });
    expect(at(100_000)).toBeCloseTo((0.4 + 0.2 + 0.2) / 0.9, 12);
    // The cap itself: two of three decades.
    expect(at(10_000_000)).toBeCloseTo((0.4 + 0.2 + 0.2 / 3) / 0.9, 12);
    expect(at(100_000_000)).toBeCloseTo((0.4 + 0.2) / 0.9, 12);
  });

  test('adds up all calls: the loser of a race costs too', () => {
    const calls = [makeCall({ costNanoUsd: 4_000_000, outcome: 'cancelled' }), makeCall({ costNanoUsd: 6_000_000 })];
    expect(reward({ result: makeResult({ firstTokenMs: 100, calls }) })).toBeCloseTo((0.4 + 0.2 + 0.2 / 3) / 0.9, 12);
  });

  test('leaves out what is unknown', () => {
    const result = makeResult({ firstTokenMs: null, calls: [makeCall({ costNanoUsd: null }), makeCall()] });
    expect(reward({ result })).toBeCloseTo(0.8, 12);
    expect(reward({ result, evidence: null })).toBeNull();
  });

  test('is 0 for a failure and for rubbish, however fast and cheap', () => {
    expect(reward({ success: false })).toBe(0);
    expect(reward({ evidence: { ...GOOD, quality: 0.1 } })).toBe(0);
  });

  test.each([null, 0])('a cap of %s leaves the usual anchors of cost', (maxCostPerRequestNanoUsd) => {
    const constraints = { ...CONSTRAINTS, maxCostPerRequestNanoUsd };
    const result = makeResult({ firstTokenMs: 100, calls: [makeCall({ costNanoUsd: 10_000_000 })] });
    expect(reward({ result, constraints })).toBeCloseTo((0.4 + 0.2 + 0.2 / 3) / 0.9, 12);
  });
});
