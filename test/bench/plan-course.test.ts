import { describe, expect, test } from 'vitest';
import { planCourse, type Course } from '../../bench/simulation/plan-course.ts';
import { chanceOf } from '../../bench/simulation/simulated-model.ts';
import { KNOWN_MODELS } from '../../bench/simulation/known-models.ts';
import { createSeededRandom } from '../../src-main/demo/seeded-random.ts';
import { makeModel, makeTask } from './make-site.ts';

const MODEL = makeModel({ skill: 0.5, firstTokenSpread: 0.4, failureShare: 0.1 });
const DRAWS = 20_000;

function drawMany(task = makeTask(), quality = 1): Course[] {
  const uniform = createSeededRandom('courses');
  return Array.from({ length: DRAWS }, () => planCourse({ model: MODEL, task, quality, uniform }));
}

const shareOf = (courses: readonly Course[], holds: (course: Course) => boolean) =>
  courses.filter(holds).length / courses.length;

describe('the truth about answers', () => {
  test('a task as hard as the model is skilled is answered well about every second time', () => {
    expect(chanceOf(MODEL, makeTask())).toBeCloseTo(0.4925);
    expect(shareOf(drawMany(), ({ isGood }) => isGood)).toBeCloseTo(0.4925, 1.5);
  });

  test('the chance falls with difficulty and rises with a talent, and stays a probability', () => {
    const chances = [0, 0.3, 0.6, 0.9, 1.2].map((difficulty) => chanceOf(MODEL, makeTask({ difficulty })));
    expect([...chances].sort((one, other) => other - one)).toEqual(chances);
    expect(chanceOf({ ...MODEL, talents: { chat: 0.2 } }, makeTask())).toBeGreaterThan(chanceOf(MODEL, makeTask()));
    for (const model of KNOWN_MODELS) expect(chanceOf(model, makeTask({ difficulty: 0 }))).toBeLessThan(1);
  });

  test('an endpoint that has become worse by a factor is worse by that factor', () => {
    expect(shareOf(drawMany(makeTask(), 0.5), ({ isGood }) => isGood)).toBeCloseTo(0.246, 1.5);
  });

  test('signs are likelier on bad answers than on good ones, and most bad answers show none', () => {
    const courses = drawMany();
    const bad = courses.filter(({ isGood }) => !isGood);
    const good = courses.filter(({ isGood }) => isGood);
    const shows = ({ signs }: Course) => signs.empty || signs.truncated || signs.refusal === true;
    expect(shareOf(bad, shows)).toBeGreaterThan(10 * shareOf(good, shows));
    expect(shareOf(bad, shows)).toBeLessThan(0.2);
  });

  test('JSON is judged only where JSON was asked for, tool calls only where there are tools', () => {
    const [plain] = drawMany();
    expect(plain?.signs).toMatchObject({ invalidJson: null, invalidToolCall: null });
    const request = { ...makeTask().request, output: { type: 'json' as const }, tools: [{ name: 'look' }] };
    const [strict] = drawMany(makeTask({ request }));
    expect([typeof strict?.signs.invalidJson, typeof strict?.signs.invalidToolCall]).toEqual(['boolean', 'boolean']);
  });
});

test('as many calls fail as the model is said to fail', () => {
  expect(shareOf(drawMany(), ({ failure }) => failure !== null)).toBeCloseTo(0.1, 1.7);
});

test('times are log-normal around their medians', () => {
  const starts = drawMany().map(({ startMs }) => startMs);
  const sorted = [...starts].sort((one, other) => one - other);
  expect((sorted[DRAWS / 2] ?? 0) / MODEL.firstTokenMs).toBeCloseTo(1, 1.5);
  expect((sorted[DRAWS * 0.95] ?? 0) / MODEL.firstTokenMs).toBeCloseTo(Math.exp(1.645 * 0.4), 0.9);
});

test('an answer is no longer than the request allows', () => {
  const request = { ...makeTask().request, maxOutputTokens: 60 };
  for (const { outputTokens } of drawMany(makeTask({ request })).slice(0, 200))
    expect(outputTokens).toBeLessThanOrEqual(60);
});
