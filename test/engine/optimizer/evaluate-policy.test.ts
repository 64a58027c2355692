import { describe, expect, test } from 'vitest';
import type { CandidateView } from '../../../src-shared/decisions.ts';
import { evaluation } from '../../../src-shared/optimizer.ts';
import { evaluateLog } from '../../../src-main/engine/optimizer/evaluate-policy.ts';
import { REWARD } from '../../../src-main/engine/learning/reward.ts';
import type { Track } from '../../../src-main/engine/routing/endpoint.ts';
import type { LoggedDecision } from '../../../src-main/engine/store/logged-decisions.ts';

const LOCAL = 'ollama/small';
const CLOUD = 'cloud/big';
const TRACKS = new Map<string, Track>([
  [LOCAL, 'local'],
  [CLOUD, 'cloud'],
]);

function candidate(endpointId: string, changes: Partial<CandidateView> = {}): CandidateView {
  const parts = { quality: 0, latency: 0, cost: 0, energy: 0, pressure: 0, preference: 0 };
  return {
    endpointId,
    score: 0,
    parts,
    propensity: 0.5,
    firstTokenMs: 200,
    tokensPerSecond: 50,
    quality: 0.5,
    qualitySd: 0.1,
    costNanoUsd: 0,
    energyJoules: 0,
    ...changes,
  };
}

/** One decision between both, in which the local model scored higher. */
function decision(chosen: string, reward: number | null, changes: Partial<LoggedDecision> = {}): LoggedDecision {
  return {
    requestId: 'r',
    startedAtMs: 0,
    chosen,
    propensity: 0.5,
    feedback: [],
    strategy: 'balanced',
    actsAs: 'balanced',
    kind: 'chat',
    path: 'single',
    explored: false,
    escalated: false,
    keptPrivate: null,
    answeredBy: chosen,
    reward,
    signal: null,
    candidates: [candidate(LOCAL, { score: 2 }), candidate(CLOUD, { score: 1 })],
    refusals: [],
    omittedCandidates: 0,
    omittedRefusals: 0,
    ...changes,
  };
}

async function* inPortions(...portions: LoggedDecision[][]) {
  for (const portion of portions) yield await Promise.resolve(portion);
}

function evaluate(policy: string, ...portions: LoggedDecision[][]) {
  const trackOf = (id: string) => TRACKS.get(id) ?? null;
  return evaluateLog(inPortions(...portions), { policy, trackOf, definition: REWARD });
}

/** Chosen by the toss of a coin: local earned 0.4, the cloud 0.8. Worked out by hand below. */
const EVEN = Array.from({ length: 200 }, (_each, place) =>
  place % 2 === 0 ? decision(LOCAL, 0.4) : decision(CLOUD, 0.8),
);

describe('what another policy would have earned', () => {
  test.each([
    ['always-local', 0.4, 'worse than'],
    ['always-cloud', 0.8, 'better than'],
    // The best by score is the local one.
    ['greedy', 0.4, 'worse than'],
    [CLOUD, 0.8, 'better than'],
    [LOCAL, 0.4, 'worse than'],
  ])('%s: %f', async (policy, earned, verdict) => {
    const found = evaluation.parse(await evaluate(policy, EVEN));
    expect(found).toMatchObject({ policy, decisions: 200, refused: 0, enough: true });
    expect(found.logged).toBeCloseTo(0.6, 12);
    // Half of the rows speak of the policy, each for two.
    expect(found.ips?.mean).toBeCloseTo(earned, 12);
    expect(found.snips?.mean).toBeCloseTo(earned, 12);
    expect(found.doublyRobust?.mean).toBeCloseTo(earned, 12);
    expect(found.effectiveSampleSize).toBeCloseTo(100, 9);
    expect(found.sentence).toContain(`would have been ${verdict} what was done`);
  });

  test('is the same in portions as in one piece', async () => {
    const whole = await evaluate('always-cloud', EVEN);
    expect(await evaluate('always-cloud', EVEN.slice(0, 1), [], EVEN.slice(1))).toEqual(whole);
  });

  test('a policy whose choice was no candidate takes the best by score', async () => {
    const gone = await evaluate('gone/model', EVEN);
    expect(gone.ips?.mean).toBeCloseTo(0.4, 12);
    const localOnly = EVEN.map((each) => ({ ...each, candidates: each.candidates.slice(0, 1), chosen: LOCAL }));
    expect((await evaluate('always-cloud', localOnly)).decisions).toBe(200);
  });

  test('a person’s word replaces what was guessed at the end of the request, the last one counts', async () => {
    const said = (value: number) => ({ atMs: 1, kind: 'user_rating', source: 'user', value, note: null }) as const;
    const log = EVEN.map((each) => (each.chosen === LOCAL ? { ...each, feedback: [said(0.1), said(0.9)] } : each));
    // Quality 0.9 by weight 0.5, and once more as feedback (0.8 of -1 to 1) by 0.1; latency and cost as predicted: 1 each.
    expect((await evaluate('always-local', log)).snips?.mean).toBeCloseTo(0.5 * 0.9 + 0.2 + 0.2 + 0.1 * 0.9, 12);
  });

  test('decisions of which nothing is known are left out, and counted', async () => {
    const unknown = [decision(LOCAL, null), decision('ollama/gone', 0.5)];
    const found = await evaluate('always-local', EVEN, unknown);
    expect(found).toMatchObject({ decisions: 202, refused: 2 });
    expect(found.ips?.mean).toBeCloseTo(0.4, 12);
  });

  test('a candidate without a prediction leaves the doubly robust estimate out, and the others stand', async () => {
    const blind = [candidate(LOCAL, { score: 2, quality: null, firstTokenMs: null, costNanoUsd: null })];
    const log = EVEN.map((each) => ({ ...each, candidates: [...blind, ...each.candidates.slice(1)] }));
    const found = await evaluate('always-local', log);
    expect(found.doublyRobust).toBeNull();
    expect(found.snips?.mean).toBeCloseTo(0.4, 12);
  });

  test('without a log there is nothing to judge by, and it says so', async () => {
    const found = evaluation.parse(await evaluate('greedy'));
    expect(found).toMatchObject({ decisions: 0, refused: 0, logged: null, ips: null, snips: null, enough: false });
    expect(found.sentence).toContain('no routed requests yet');
  });

  test('too few decisions prove nothing', async () => {
    const found = await evaluate('always-cloud', EVEN.slice(0, 40));
    expect(found.enough).toBe(false);
    expect(found.sentence).toContain('only 20 of 40 decisions speak of it');
  });

  test('what never had a chance is not judged', async () => {
    const greedyLog = Array.from({ length: 300 }, () => decision(LOCAL, 0.4, { propensity: 1 }));
    const found = await evaluate('always-cloud', greedyLog);
    expect(found.enough).toBe(false);
    expect(found.sentence).toContain('too often its choice was never tried');
  });
});
