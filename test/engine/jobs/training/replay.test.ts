import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settings as settingsSchema } from '../../../../src-shared/settings.ts';
import { featuresOfKind, Replay } from '../../../../src-main/engine/jobs/training/replay.ts';
import { toReplayRow, type ReplayRow } from '../../../../src-main/engine/jobs/training/replay-row.ts';
import { STRATEGY_WEIGHTS } from '../../../../src-main/engine/routing/strategies.ts';
import type { LoggedDecision } from '../../../../src-main/engine/store/logged-decisions.ts';
import { plant } from './training-bench.ts';

const world = plant('nothing changes', { requests: 3 });
const [LOCAL, CLOUD] = world.endpoints.map(({ id }) => id);
const AROUND = { isKnown: () => true, qualityThreshold: 0.8 };

function logged(changes: Partial<LoggedDecision> = {}): LoggedDecision {
  const [first] = world.log;
  if (first === undefined || LOCAL === undefined) throw new Error('the world is empty');
  const candidates = first.candidates.toSorted((one) => (one.endpointId === LOCAL ? -1 : 1));
  return { ...first, candidates, chosen: LOCAL, answeredBy: LOCAL, signal: 'unremarkable', feedback: [], ...changes };
}

function rated(value: number, atMs: number): LoggedDecision['feedback'][number] {
  return { atMs, kind: 'quality_score', source: 'agent', value, note: null };
}

describe('a row of the log', () => {
  it('gives back how likely an endpoint was to answer at all, by every strategy', () => {
    const strategies = Object.keys(STRATEGY_WEIGHTS) as (keyof typeof STRATEGY_WEIGHTS)[];
    const chance = fc.double({ min: 0.2, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom(...strategies), chance, chance, (actsAs, quality, success) => {
        const { answerUsd, knee } = STRATEGY_WEIGHTS[actsAs];
        const probability = quality * success;
        const part = answerUsd * 1e9 * (probability - knee * Math.max(0, 0.8 - probability));
        const decision = logged({ actsAs });
        const [candidate] = decision.candidates;
        if (candidate === undefined) throw new Error('no candidate');
        const parts = { ...candidate.parts, quality: part };
        const row = toReplayRow(
          { ...decision, candidates: [{ ...candidate, quality, qualitySd: 0, parts, score: part - 7 }] },
          AROUND,
        );
        expect(row?.arms[0]?.success).toBeCloseTo(success, 9);
        expect(row?.arms[0]?.otherwise).toBeCloseTo(-7, 6);
      }),
    );
  });

  it('teaches what the record says of the answer, and what was said of it later', () => {
    const decision = logged({ signal: 'refusal' });
    const laterMs = decision.startedAtMs + 60_000;
    const row = toReplayRow({ ...decision, feedback: [rated(0.75, laterMs)] }, AROUND);
    expect(row?.lessons).toEqual([
      { endpointId: LOCAL, quality: 0.2, weight: 0.5, atMs: decision.startedAtMs },
      { endpointId: LOCAL, quality: 0.75, weight: 1, atMs: laterMs },
    ]);
    expect(row?.outcome).toMatchObject({ quality: 0.75, weight: 1 });
  });

  it('knows that a first answer was thrown away when another one was given in its place', () => {
    const row = toReplayRow(logged({ path: 'cascade', answeredBy: CLOUD ?? null, signal: 'well_formed' }), AROUND);
    expect(row?.lessons.map(({ endpointId, quality }) => [endpointId, quality])).toEqual([
      [LOCAL, 0],
      [CLOUD, 0.9],
    ]);
    expect(row?.outcome).toMatchObject({ quality: 0, weight: 1 });
  });

  it('has no outcome when somebody else answered', () => {
    expect(toReplayRow(logged({ answeredBy: CLOUD ?? null }), AROUND)?.outcome).toBeNull();
    expect(toReplayRow(logged({ answeredBy: null }), AROUND)).toMatchObject({ outcome: null, lessons: [] });
  });

  it('has no choice that had no chance', () => {
    const decision = logged();
    const candidates = decision.candidates.map((each) => ({ ...each, propensity: each.endpointId === LOCAL ? 1 : 0 }));
    expect(toReplayRow({ ...decision, candidates }, AROUND)?.arms).toHaveLength(1);
  });

  it('cannot be decided again when the chosen one is not known any more, or without numbers', () => {
    expect(toReplayRow(logged(), { ...AROUND, isKnown: (id) => id !== LOCAL })).toBeNull();
    const candidates = logged().candidates.map((each) => ({ ...each, quality: null }));
    expect(toReplayRow(logged({ candidates }), AROUND)).toBeNull();
    expect(toReplayRow(logged({ kind: 'of another version' }), AROUND)).toBeNull();
  });
});

describe('the replay of a row', () => {
  const begin = () =>
    new Replay({
      settings: settingsSchema.parse({}),
      tuning: settingsSchema.parse({}).optimizer.learner,
      endpoints: world.endpoints,
      outputPriceOf: world.outputPriceOf,
    });
  const expected = (replay: Replay, row: ReplayRow) =>
    replay.predict(row, featuresOfKind(row.kind), LOCAL ?? '')?.mean ?? NaN;
  const rowOf = (decision: LoggedDecision): ReplayRow => {
    const row = toReplayRow(decision, AROUND);
    if (row === null) throw new Error('not a row');
    return row;
  };

  it('learns what was said of an answer when it was said, not before', () => {
    const replay = begin();
    const decision = logged({ signal: null });
    const saidAtMs = decision.startedAtMs + 60_000;
    const row = rowOf({ ...decision, feedback: [rated(0, saidAtMs)] });
    const atFirst = expected(replay, row);
    replay.note(row, featuresOfKind(row.kind));
    replay.arriveAt(saidAtMs);
    expect(expected(replay, row)).toBe(atFirst);
    replay.arriveAt(saidAtMs + 1);
    expect(expected(replay, row)).toBeLessThan(atFirst);
  });

  it('is the same in every replay, weak evidence included', () => {
    const decisions = Array.from({ length: 50 }, (_, place) =>
      logged({
        requestId: `q${place}`,
        startedAtMs: 1_000 * place,
        signal: place % 3 === 0 ? 'truncated' : 'unremarkable',
      }),
    );
    const play = () => {
      const replay = begin();
      return decisions.map((decision) => {
        const row = rowOf(decision);
        replay.arriveAt(row.startedAtMs);
        const mean = expected(replay, row);
        replay.note(row, featuresOfKind(row.kind));
        return mean;
      });
    };
    expect(play()).toEqual(play());
    expect(new Set(play()).size).toBeGreaterThan(10);
  });

  it('knows nothing of endpoints that are not there', () => {
    expect(begin().predict({ kind: 'chat' }, featuresOfKind('chat'), 'gone/model')).toBeNull();
  });
});
