import { describe, expect, test } from 'vitest';
import { oracleControl, randomControl } from '../../../../bench/routing/controls.ts';
import { toCurveFigures } from '../../../../bench/routing/gain-curve.ts';
import { mulberry32, shuffledOrder } from '../../../../bench/routing/mulberry32.ts';
import { parseOptions } from '../../../../bench/routing/options.ts';
import { readSet, type ReplayRow } from '../../../../bench/routing/read-set.ts';
import { HalfSums, replay } from '../../../../bench/routing/replay.ts';
import { runTask } from '../../../../bench/routing/replay-task.ts';

const FIXED = { weak: 0.6, strong: 0.8 };

/** A third of prompts are hard for the weak arm only, and can be told by their words. */
function plantedRows(count: number): ReplayRow[] {
  const random = mulberry32(77);
  return Array.from({ length: count }, (_, at) => {
    const hard = at % 3 === 0;
    const words = hard ? 'prove the theorem about prime ideals' : 'write a short friendly note';
    return {
      prompt: `${words} ${at % 17}`,
      weak: random() < (hard ? 0.2 : 0.9) ? 1 : 0,
      strong: random() < 0.9 ? 1 : 0,
    };
  });
}

describe('the replay arithmetic', () => {
  test('gives random routing an area of one half and its shares', () => {
    const points = [0.1, 0.5, 0.9].map((share) => ({ share, quality: 0.6 + 0.2 * share }));
    const { apgr, cpt50, cpt80 } = toCurveFigures(points, FIXED);
    expect([apgr, cpt50, cpt80]).toEqual([0.5, 0.5, 0.8].map((value) => expect.closeTo(value, 9) as number));
  });

  test('integrates by trapezoids between the static policies and reads shares linearly', () => {
    // Recovered: 0 at 0, 0.6 at 0.2, 0.9 at 0.5, 1 at 1.
    const points = [
      { share: 0.5, quality: 0.78 },
      { share: 0.2, quality: 0.72 },
    ];
    const { apgr, cpt50, cpt80 } = toCurveFigures(points, FIXED);
    expect(apgr).toBeCloseTo(0.06 + 0.225 + 0.475, 9);
    expect(cpt50).toBeCloseTo((0.2 * 5) / 6, 9);
    expect(cpt80).toBeCloseTo(0.2 + (0.3 * 2) / 3, 9);
  });

  test('takes the first share at which a level is reached when the curve falls again', () => {
    const points = [
      { share: 0.2, quality: 0.72 },
      { share: 0.4, quality: 0.65 },
      { share: 0.6, quality: 0.72 },
    ];
    expect(toCurveFigures(points, FIXED).cpt50).toBeCloseTo(0.2 * (5 / 6), 9);
  });

  test('counts the second half from the middle of the stream', () => {
    const sums = new HalfSums(4);
    for (const strong of [true, false, false, true]) sums.add({ strong, quality: strong ? 1 : 0.5 });
    expect(sums.result()).toEqual({ whole: { share: 0.5, quality: 0.75 }, secondHalf: { share: 0.5, quality: 0.75 } });
  });

  test('draws the published numbers of mulberry32', () => {
    // Reference: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c, as ported at bryc/code, PRNGs.md.
    const random = mulberry32(1);
    expect([random(), random(), random()].map((value) => Math.floor(value * 2 ** 32))).toEqual([
      2693262067, 11749833, 2265367787,
    ]);
  });

  test('orders a stream by Fisher-Yates from the end', () => {
    const random = mulberry32(3);
    const byHand = [0, 1, 2, 3, 4];
    for (let at = 4; at >= 1; at -= 1) {
      const other = Math.floor(random() * (at + 1));
      [byHand[at], byHand[other]] = [byHand[other] ?? -1, byHand[at] ?? -1];
    }
    expect([...shuffledOrder(5, 3)]).toEqual(byHand);
  });
});

describe('the controls', () => {
  const rows = plantedRows(3000);

  test('random comes out at one half', () => {
    const areas = randomControl(rows, 1).map(({ apgr }) => apgr);
    expect(areas.reduce((sum, area) => sum + area, 0) / areas.length).toBeCloseTo(0.5, 1.5);
  });

  test('the oracle is the area of the sorted gains', () => {
    const gains = rows.map(({ weak, strong }) => strong - weak);
    const [won, lost] = [1, -1].map((gain) => gains.filter((one) => one === gain).length / rows.length);
    // Recovered rises linearly to won / (won − lost), stays there, and falls to 1 over the last `lost`.
    const top = (won ?? 0) / ((won ?? 0) - (lost ?? 0));
    const area = top * (1 - (won ?? 0) / 2) - ((top - 1) * (lost ?? 0)) / 2;
    expect(oracleControl(rows).apgr).toBeCloseTo(area, 2);
  });
});

describe('a replay', () => {
  test('meets its budgets and finds what is planted', () => {
    const { whole, points } = runTask({ mode: 'budgets', seed: 1 }, plantedRows(1500));
    points.forEach(({ whole: point }, at) => expect(Math.abs(point.share - (at + 1) / 10)).toBeLessThanOrEqual(0.01));
    expect(whole.apgr).toBeGreaterThan(0.65);
  });

  test('is the same when it is run again', () => {
    const rows = plantedRows(400);
    const run = () => replay({ rows, order: shuffledOrder(400, 2), target: { kind: 'share', share: 0.4 }, seed: 9 });
    expect(run()).toEqual(run());
  });

  test('is valid on a set of 200 rows with fractional outcomes', () => {
    const rows = plantedRows(200).map((row) => ({ ...row, weak: row.weak * 0.7 }));
    const { points } = runTask({ mode: 'budgets', seed: 4 }, rows);
    points.forEach(({ whole }, at) => expect(Math.abs(whole.share - (at + 1) / 10)).toBeLessThanOrEqual(0.01));
  });

  test('learns the weak outcome of strong-routed prompts when that is asked for', () => {
    const rows = plantedRows(600);
    const run = { rows, order: shuffledOrder(600, 2), target: { kind: 'share', share: 0.6 }, seed: 9 } as const;
    expect(replay({ ...run, extra: { shadow: 1 } })).not.toEqual(replay(run));
  });
});

describe('the command line', () => {
  test('asks for a folder when none is named', () => {
    expect(() => parseOptions([], {})).toThrow(/--data DIR/);
  });

  test('takes the folder from the environment, five seeds and mmlu', () => {
    const options = parseOptions([], { POINTSMAN_DATA: '/data' });
    expect(options).toEqual({ folder: '/data/routing', set: 'mmlu', seeds: 5, shadows: [0.2, 1] });
  });

  test.each([
    ['--seeds', '0'],
    ['--seeds', 'x'],
    ['--shadow', '2'],
    ['--set', '../mmlu'],
  ])('refuses %s %s', (...args) => {
    expect(() => parseOptions(['--data', 'd', ...args], {})).toThrow(TypeError);
  });

  test('names the file that is not there', () => {
    expect(() => readSet({ folder: '/nowhere', name: 'mmlu' })).toThrow(/cannot read \/nowhere\/mmlu\.jsonl\.gz/);
  });
});
