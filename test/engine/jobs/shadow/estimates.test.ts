import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeDemoWeek } from '../../../../bench/simulation/shadow/demo-week.ts';
import { measureCoverage } from '../../../../bench/simulation/shadow/measure-coverage.ts';
import { composeWeek } from '../../../../bench/simulation/shadow/simulated-week.ts';
import { choosePrompts } from '../../../../src-main/engine/jobs/shadow/choose-prompts.ts';
import { estimateShare, type SharePoint } from '../../../../src-main/engine/jobs/shadow/estimate/estimate-share.ts';
import { wilsonOfShare } from '../../../../src-main/engine/stats/wilson-interval.ts';
import type { SeenRecord } from '../../../../src-main/engine/jobs/shadow/records.ts';

describe('the share of answers that are as good', () => {
  it('has the interval of Wilson where everything is plain (200 of 2,000; R, prop.test without correction)', () => {
    const { low, high } = wilsonOfShare(0.1, 2_000);
    expect(low).toBeCloseTo(0.0876092, 6);
    expect(high).toBeCloseTo(0.1139244, 6);
    const plain = estimate(points({ a: [20, 200] }), { a: 5_000 });
    expect(plain?.low).toBeCloseTo(wilsonOfShare(0.1, 200).low, 9);
    expect(plain?.high).toBeCloseTo(wilsonOfShare(0.1, 200).high, 9);
  });

  it('counts each answer for as many requests as it was drawn for', () => {
    // 9 of 10 in a stratum of 900, 1 of 10 in one of 100: 0.9 × 0.9 + 0.1 × 0.1.
    const found = estimate(points({ a: [9, 10], b: [1, 10] }), { a: 900, b: 100 });
    expect(found?.mean).toBeCloseTo(0.82, 9);
  });

  it('is the same in whatever order the answers were judged', () => {
    const drawn = points({ a: [4, 9], b: [2, 5], c: [1, 1] });
    fc.assert(
      fc.property(fc.shuffledSubarray(drawn, { minLength: drawn.length }), (shuffled) => {
        const [one, other] = [estimate(drawn, { a: 50, b: 20, c: 5 }), estimate(shuffled, { a: 50, b: 20, c: 5 })];
        expect(other?.mean).toBeCloseTo(one?.mean ?? Number.NaN, 9);
        expect(other?.low).toBeCloseTo(one?.low ?? Number.NaN, 9);
      }),
    );
  });

  it('is never outside of [0, 1], nor the mean outside of its interval', () => {
    const value = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: -0.6, max: 1.6, noNaN: true }));
    const point = fc.record({
      stratum: fc.constantFrom('a', 'b', 'c'),
      size: fc.double({ min: 0, max: 9, noNaN: true }),
      value,
      judge: fc.constantFrom(null, 'j'),
    });
    fc.assert(
      fc.property(fc.array(point, { minLength: 8, maxLength: 60 }), (drawn) => {
        const rates = new Map([
          ['j', { ofGood: { mean: 0.85, variance: 0.004 }, ofBad: { mean: 0.2, variance: 0.005 } }],
        ]);
        const strata = new Map([
          ['a', 40],
          ['b', 10],
          ['c', 1],
        ]);
        const found = estimateShare({ points: drawn, strata, missing: new Map(), rates });
        if (found === null) return;
        expect(found.low).toBeGreaterThanOrEqual(0);
        expect(found.high).toBeLessThanOrEqual(1 + 1e-12);
        expect(found.low).toBeLessThanOrEqual(found.mean + 1e-9);
        expect(found.high).toBeGreaterThanOrEqual(found.mean - 1e-9);
      }),
    );
  });

  it('is wider by what could not be judged, which may be anything', () => {
    const drawn = points({ a: [80, 100], b: [8, 10] });
    const strata = new Map([
      ['a', 100],
      ['b', 100],
    ]);
    const whole = estimateShare({ points: drawn, strata, missing: new Map(), rates: new Map() });
    const part = estimateShare({ points: drawn, strata, missing: new Map([['b', 10]]), rates: new Map() });
    expect(part?.mean).toBe(whole?.mean);
    expect((part?.high ?? 0) - (part?.low ?? 0)).toBeGreaterThan((whole?.high ?? 0) - (whole?.low ?? 0) + 0.15);
  });

  it('is wider by what is not known of the judge', () => {
    const judged = points({ a: [80, 100] }).map((point) => ({ ...point, judge: 'j' }));
    const width = (variance: number) => {
      const rate = { ofGood: { mean: 0.9, variance }, ofBad: { mean: 0.1, variance } };
      const found = estimateShare({
        points: judged,
        strata: new Map([['a', 1]]),
        missing: new Map(),
        rates: new Map([['j', rate]]),
      });
      return (found?.high ?? 0) - (found?.low ?? 0);
    };
    expect(width(0.004)).toBeGreaterThan(width(0));
  });

  it('is not told from a handful of answers', () => {
    expect(estimate(points({ a: [5, 7] }), { a: 100 })).toBeNull();
  });
});

describe('the truth of simulated weeks', () => {
  it(
    'lies in the interval in at least 90 of 100 weeks of mixed work, judged by a model that errs',
    { timeout: 120_000 },
    async () => {
      const figures = await measureCoverage({
        weeks: 100,
        compose: (seed) => composeWeek(seed, 120),
        promptsPerRun: 60,
      });
      expect(figures.quality).toBeGreaterThanOrEqual(0.9);
      expect(figures.money).toBeGreaterThanOrEqual(0.9);
      expect(figures.best).toBeGreaterThanOrEqual(0.9);
      expect(Math.abs(figures.bias)).toBeLessThan(0.04);
      expect(figures.width).toBeLessThan(0.5);
    },
  );

  it('lies in the interval in at least 90 of 100 weeks of the demo engines', { timeout: 120_000 }, async () => {
    const figures = await measureCoverage({
      weeks: 100,
      compose: (seed) => composeDemoWeek(seed, 120),
      promptsPerRun: 60,
    });
    expect(figures.quality).toBeGreaterThanOrEqual(0.9);
    expect(figures.money).toBeGreaterThanOrEqual(0.9);
    expect(Math.abs(figures.bias)).toBeLessThan(0.03);
  });
});

describe('which prompts are answered again', () => {
  it('draws from every kind of task, and the same ones every time', () => {
    const prompts = [...many('chat', 900), ...many('code', 50), ...many('math', 50)];
    const chosen = choose(prompts, 60);
    expect(choose(prompts.toReversed(), 60).toSorted()).toEqual(chosen.toSorted());
    const kinds = chosen.map((id) => id.split(' ')[0]);
    for (const kind of ['chat', 'code', 'math'])
      expect(kinds.filter((each) => each === kind).length).toBeGreaterThanOrEqual(2);
  });

  it('goes where the money is', () => {
    const prompts = [...many('chat', 100, 1_000), ...many('code', 100, 90_000_000)];
    const kinds = choose(prompts, 40).map((id) => id.split(' ')[0]);
    expect(kinds.filter((kind) => kind === 'code').length).toBeGreaterThan(20);
  });

  it('leaves out what is done and what is no measure, and asks about local answers last', () => {
    const prompts = [
      ...many('chat', 3),
      { ...one('code', 0), noMeasure: 'it said nothing' },
      { ...one('math', 0), track: 'local' as const },
    ];
    expect(choose(prompts, 10, (prompt) => prompt.requestId === 'chat 1')).toEqual([
      expect.stringContaining('chat'),
      expect.stringContaining('chat'),
      'math 0',
    ]);
  });
});

function points(strata: Record<string, readonly [good: number, all: number]>): SharePoint[] {
  return Object.entries(strata).flatMap(([stratum, [good, all]]) =>
    Array.from({ length: all }, (_, at) => ({ stratum, size: 1, value: at < good ? 1 : 0, judge: null })),
  );
}

function estimate(drawn: readonly SharePoint[], strata: Record<string, number>) {
  return estimateShare({
    points: drawn,
    strata: new Map(Object.entries(strata)),
    missing: new Map(),
    rates: new Map(),
  });
}

function one(kind: string, place: number, costNanoUsd = 5_000): SeenRecord {
  return {
    requestId: `${kind} ${place}`,
    atMs: place,
    endpoint: 'up/big',
    track: 'cloud',
    kind,
    costNanoUsd,
    mayLeave: true,
    noMeasure: null,
  };
}

function many(kind: string, count: number, costNanoUsd?: number): SeenRecord[] {
  return Array.from({ length: count }, (_, place) => one(kind, place, costNanoUsd));
}

function choose(
  seen: readonly SeenRecord[],
  most: number,
  isDone: (prompt: SeenRecord) => boolean = () => false,
): string[] {
  return choosePrompts({ seen, isDone, known: new Map(), most });
}
