import { describe, expect, test } from 'vitest';
import { judge } from '../../bench/change/demands.ts';
import {
  isFoundInTime,
  isLeftInTime,
  medianOf,
  toFigures,
  worstOf,
  type ChangeFigures,
} from '../../bench/change/figures.ts';
import { AFTER, BEFORE, DURING } from '../../bench/change/play-change.ts';
import { CHANGED, MODELS, SCENARIOS } from '../../bench/change/scenarios.ts';
import { chanceOf, idOf } from '../../bench/simulation/simulated-model.ts';
import { DIFFICULTY } from '../../bench/change/scenarios.ts';

/** Goes to `good` but for the places that `isElsewhere` names. */
function answers(isElsewhere: (place: number) => boolean): string[] {
  return Array.from({ length: BEFORE + DURING + AFTER }, (_, place) => (isElsewhere(place) ? 'other' : 'good'));
}
const RECOVERED = BEFORE + DURING;

describe('the figures of a run', () => {
  test('of an endpoint that is left after 30 requests and found again 120 after it recovered', () => {
    const figures = toFigures(
      answers((place) => place >= BEFORE + 30 && place < RECOVERED + 120),
      'good',
    );
    expect(figures).toEqual({
      shareBefore: 1,
      shareBad: 0,
      leftAfter: 20, // ten more, a fifth of the fifty that follow
      foundAfter: 150, // thirty of fifty
      shareEnd: 1,
    });
    expect([isLeftInTime(figures), isFoundInTime(figures)]).toEqual([true, true]);
  });

  test('of one that is never left, and of one that is never found again', () => {
    const kept = toFigures(
      answers(() => false),
      'good',
    );
    expect(kept).toMatchObject({ shareBad: 1, leftAfter: null, foundAfter: 50 });
    expect(isLeftInTime(kept)).toBe(false);
    const lost = toFigures(
      answers((place) => place >= BEFORE),
      'good',
    );
    expect(lost).toMatchObject({ leftAfter: 0, foundAfter: null, shareEnd: 0 });
    expect(isFoundInTime(lost)).toBe(false);
  });

  test('count what goes back there in the bad time, and measure the way back by the share before', () => {
    const figures = toFigures(
      answers((place) => (place >= BEFORE && place < RECOVERED ? place % 10 !== 0 : place % 2 === 0)),
      'good',
    );
    expect(figures.shareBefore).toBe(0.5);
    expect(figures.shareBad).toBeCloseTo(0.1, 12);
    expect(figures.foundAfter).toBe(50);
  });
});

test('never is later than every number', () => {
  expect(medianOf([3, null, 1])).toBe(3);
  expect(medianOf([null, null, 1])).toBeNull();
  expect(worstOf([3, 1])).toBe(3);
  expect(worstOf([3, null])).toBeNull();
});

describe('the demands on a scenario', () => {
  const good: ChangeFigures = { shareBefore: 1, shareBad: 0.1, leftAfter: 20, foundAfter: 100, shareEnd: 1 };
  const [scenario] = SCENARIOS;
  if (scenario === undefined) throw new Error('there is no scenario');
  const missed = (changed: number, changes: Partial<ChangeFigures>) => {
    const figures = Array.from({ length: 20 }, (_, place) => (place < changed ? { ...good, ...changes } : good));
    return judge(scenario, figures).filter(({ verdict }) => verdict === 'MISS').length;
  };

  test('bear two of twenty runs without luck, and not three', () => {
    expect(missed(2, { leftAfter: 90, foundAfter: null })).toBe(0);
    expect(missed(3, { leftAfter: 90 })).toBe(1);
    expect(missed(3, { foundAfter: null })).toBe(1);
  });

  test('hold for the median as well', () => {
    expect(missed(20, { leftAfter: null, shareBad: 0.5, foundAfter: null })).toBe(5);
  });
});

test('the favourite is good in nine of ten cases and the next in eight', () => {
  const chances = MODELS.map((model) => chanceOf(model, { kind: 'chat', difficulty: DIFFICULTY }));
  expect(MODELS.map(idOf)[0]).toBe(CHANGED);
  expect(chances[0]).toBeCloseTo(0.9, 2);
  expect(chances[1]).toBeCloseTo(0.8, 2);
  expect(chances[2]).toBeCloseTo(0.7, 2);
});
