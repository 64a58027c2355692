import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CONDITION_NAMES, CONDITIONS } from '../../../src-main/engine/optimizer/adaptation-conditions.ts';
import type { AdaptationEvidence } from '../../../src-main/engine/optimizer/adaptation-evidence.ts';
import {
  NO_MEMORY,
  planAdaptation,
  type AdaptationInput,
  type AdaptationPlan,
} from '../../../src-main/engine/optimizer/adaptation-plan.ts';
import {
  BOUNDS,
  FIELDS,
  MOVES,
  type AdaptedField,
  type AdaptedValues,
} from '../../../src-main/engine/optimizer/adaptation-rules.ts';
import { STRATEGIES, preferences, type Preferences, type Strategy } from '../../../src-shared/strategy.ts';

const START = preferences.parse({});

/** Nothing is the matter. */
const CALM: AdaptationEvidence = {
  requests: 100,
  firstTokenP95Ms: 1_000,
  targetLatencyMs: 2_000,
  localFirstTokenMs: 500,
  cloudFirstTokenMs: 500,
  quality: 0.85,
  wantedQuality: 0.8,
  budgetPace: 0.8,
  onBattery: false,
  batteryPercent: 80,
  batteryLimitPercent: 20,
  thermal: 'nominal',
  speedLimitPercent: 100,
  cpuPercent: 20,
  cpuLimitPercent: 80,
  memoryUsedShare: 0.5,
};
const LATE: Partial<AdaptationEvidence> = { firstTokenP95Ms: 4_000 };
const LOCAL_FASTER: Partial<AdaptationEvidence> = { localFirstTokenMs: 200, cloudFirstTokenMs: 900 };
const CLOUD_FASTER: Partial<AdaptationEvidence> = { localFirstTokenMs: 900, cloudFirstTokenMs: 200 };
const POOR: Partial<AdaptationEvidence> = { quality: 0.6 };
const OVERSPENT: Partial<AdaptationEvidence> = { budgetPace: 1.5 };
const STRAINED: Partial<AdaptationEvidence> = { cpuPercent: 95 };
const ON_BATTERY: Partial<AdaptationEvidence> = { onBattery: true };
const LOW_BATTERY: Partial<AdaptationEvidence> = { onBattery: true, batteryPercent: 15 };
const HOT: Partial<AdaptationEvidence> = { thermal: 'serious' };

interface Walk {
  strategy?: Strategy;
  start?: Preferences;
  mayMove?: boolean;
}

/** Goes through these readings one by one and gives every step. */
function walk(
  readings: readonly Partial<AdaptationEvidence>[],
  { strategy = 'balanced', start = START, mayMove = true }: Walk = {},
) {
  const steps: AdaptationPlan[] = [];
  let values: AdaptedValues = { ...start, pressureFactor: 1 };
  let memory = NO_MEMORY;
  for (const reading of readings) {
    const input: AdaptationInput = { values, start, evidence: { ...CALM, ...reading }, strategy, memory, mayMove };
    const step = planAdaptation(input);
    ({ next: values, memory } = step);
    steps.push(step);
  }
  return steps;
}

const times = (count: number, reading: Partial<AdaptationEvidence>) => Array.from({ length: count }, () => reading);
const lastOf = (steps: AdaptationPlan[]) => {
  const last = steps.at(-1);
  if (last === undefined) throw new Error('there was no step');
  return last;
};

describe('what a strategy does about what is the matter', () => {
  const far = 60;
  test.each<[Strategy, string, Partial<AdaptationEvidence>, Partial<AdaptedValues>]>([
    ['latency_focused', 'the local track is faster', LOCAL_FASTER, { localBias: 0.9 }],
    ['latency_focused', 'the cloud track is faster', CLOUD_FASTER, { localBias: 0.1 }],
    ['latency_focused', 'the latency target is missed', LATE, { parallelThreshold: 0.3, timeoutMultiplier: 0.7 }],
    ['latency_focused', 'spending runs ahead', OVERSPENT, {}],
    ['resource_efficient', 'the machine is strained', STRAINED, { parallelThreshold: 1, pressureFactor: 4 }],
    ['resource_efficient', 'memory is full', { memoryUsedShare: 0.99 }, { parallelThreshold: 1, pressureFactor: 4 }],
    ['resource_efficient', 'the machine is on battery', ON_BATTERY, { parallelThreshold: 1 }],
    ['resource_efficient', 'the battery is low', LOW_BATTERY, { parallelThreshold: 1, pressureFactor: 4 }],
    ['resource_efficient', 'the machine is hot', HOT, { parallelThreshold: 1, pressureFactor: 4 }],
    [
      'resource_efficient',
      'the processor is held back',
      { speedLimitPercent: 60 },
      { parallelThreshold: 1, pressureFactor: 4 },
    ],
    ['resource_efficient', 'the latency target is missed', LATE, {}],
    ['quality_focused', 'quality is low', POOR, { qualityThreshold: 0.95, timeoutMultiplier: 3 }],
    ['quality_focused', 'spending runs ahead', OVERSPENT, {}],
    ['cost_focused', 'spending runs ahead', OVERSPENT, { localBias: 1, parallelThreshold: 1 }],
    ['cost_focused', 'quality is low', POOR, {}],
    ['balanced', 'the local track is faster', LOCAL_FASTER, { localBias: 0.7 }],
    ['balanced', 'the cloud track is faster', CLOUD_FASTER, { localBias: 0.3 }],
    ['balanced', 'the latency target is missed', LATE, { parallelThreshold: 0.5 }],
    ['balanced', 'quality is low', POOR, { qualityThreshold: 0.9, timeoutMultiplier: 1.5 }],
    ['balanced', 'spending runs ahead', OVERSPENT, { localBias: 0.8, parallelThreshold: 0.95 }],
    ['balanced', 'the machine is strained', STRAINED, { parallelThreshold: 0.95, pressureFactor: 2 }],
    ['balanced', 'nothing is the matter', {}, {}],
    ['adaptive', 'the battery is low', LOW_BATTERY, { parallelThreshold: 1, pressureFactor: 4 }],
    ['adaptive', 'spending runs ahead', OVERSPENT, { localBias: 1, parallelThreshold: 1 }],
    ['adaptive', 'the latency target is missed', LATE, { parallelThreshold: 0.3, timeoutMultiplier: 0.7 }],
    ['adaptive', 'quality is low', POOR, { qualityThreshold: 0.95, timeoutMultiplier: 3 }],
    ['adaptive', 'nothing is the matter', {}, {}],
  ])('%s, when %s for long, ends where its table says and no further', (strategy, _, reading, expected) => {
    expect(lastOf(walk(times(far, reading), { strategy })).next).toEqual({ ...START, pressureFactor: 1, ...expected });
  });

  test('goes step by step, with the figures as the reason', () => {
    const steps = walk(times(5, LATE), { strategy: 'latency_focused' });
    expect(steps.map(({ next }) => next.parallelThreshold)).toEqual([0.7, 0.7, 0.65, 0.65, 0.6]);
    expect(steps[2]?.changes).toEqual([
      {
        field: 'parallelThreshold',
        before: 0.7,
        after: 0.65,
        reason: '95 of 100 first tokens within 4.0 s (wanted 2.0 s)',
      },
      {
        field: 'timeoutMultiplier',
        before: 1,
        after: 0.9,
        reason: '95 of 100 first tokens within 4.0 s (wanted 2.0 s)',
      },
    ]);
  });

  test('lets the first move of a field win where two want opposite things', () => {
    const { next } = lastOf(walk(times(30, { ...OVERSPENT, ...CLOUD_FASTER, ...LATE })));
    expect(next).toMatchObject({ localBias: 0.8, parallelThreshold: 0.95 });
  });

  test('does not pull back what the person set beyond the limit of a move', () => {
    const start = { ...START, localBias: 0.98 };
    expect(lastOf(walk(times(30, LOCAL_FASTER), { strategy: 'latency_focused', start })).next.localBias).toBe(0.98);
  });

  test('is not pushed on by its own doing: quality is measured against the threshold of the person', () => {
    const { next } = lastOf(walk(times(60, { quality: 0.79 }), { strategy: 'quality_focused' }));
    expect(next.qualityThreshold).toBe(0.8);
  });
});

describe('hysteresis', () => {
  test('nothing moves before it was the case three times in a row', () => {
    expect(lastOf(walk(times(2, LATE))).changes).toEqual([]);
    expect(lastOf(walk([...times(2, LATE), {}, ...times(2, LATE)])).changes).toEqual([]);
    expect(lastOf(walk(times(3, LATE))).changes).not.toEqual([]);
  });

  test('between on and off nothing begins and nothing ends', () => {
    const between = { firstTokenP95Ms: 2_000 };
    expect(lastOf(walk(times(30, between))).next.parallelThreshold).toBe(0.7);
    const pushed = lastOf(walk([...times(40, LATE), ...times(40, between)]));
    expect(pushed.next.parallelThreshold).toBe(0.5);
  });

  test('fields go back to where the person put them, and say so, once the cause is gone', () => {
    const start = { ...START, parallelThreshold: 0.62 };
    const steps = walk([...times(20, LATE), ...times(40, {})], { start });
    expect(lastOf(steps.slice(0, 20)).next.parallelThreshold).toBe(0.5);
    expect(lastOf(steps).next).toEqual({ ...start, pressureFactor: 1 });
    expect(steps.flatMap(({ changes }) => changes).at(-1)?.reason).toBe('the cause is gone');
  });

  test('what becomes unknown is no longer a cause', () => {
    const steps = walk([...times(20, LATE), ...times(40, { firstTokenP95Ms: null })]);
    expect(lastOf(steps).next.parallelThreshold).toBe(0.7);
    const nan = walk([...times(20, OVERSPENT), ...times(60, { budgetPace: NaN })]);
    expect(lastOf(nan).next).toEqual({ ...START, pressureFactor: 1 });
  });

  const anyReading: fc.Arbitrary<Partial<AdaptationEvidence>> = fc.record(
    {
      requests: fc.constantFrom(0, 19, 20, 500),
      firstTokenP95Ms: fc.constantFrom(null, 0, 1_000, 2_100, 9_000, NaN),
      localFirstTokenMs: fc.constantFrom(null, 0, 200, 900),
      cloudFirstTokenMs: fc.constantFrom(null, 0, 200, 900),
      quality: fc.constantFrom(null, 0, 0.5, 0.78, 1, NaN),
      budgetPace: fc.constantFrom(null, 0, 1.05, 3, Infinity, NaN),
      onBattery: fc.constantFrom(null, true, false),
      batteryPercent: fc.constantFrom(null, 5, 22, 90),
      thermal: fc.constantFrom(null, 'nominal', 'critical'),
      cpuPercent: fc.constantFrom(null, 10, 75, 100, NaN),
      memoryUsedShare: fc.constantFrom(null, 0.2, 0.99),
    },
    { requiredKeys: [] },
  );
  const anyStart: fc.Arbitrary<Preferences> = fc.record({
    localBias: fc.double({ min: 0, max: 1, noNaN: true }),
    parallelThreshold: fc.double({ min: 0, max: 1, noNaN: true }),
    timeoutMultiplier: fc.double({ min: 0.5, max: 4, noNaN: true }),
    qualityThreshold: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  const anyWalk = fc.tuple(fc.array(anyReading, { maxLength: 80 }), fc.constantFrom(...STRATEGIES), anyStart);

  test('whatever is read, no value ever leaves its bounds or moves by more than its step', () => {
    const mostOf = (field: AdaptedField) =>
      Math.max(
        BOUNDS[field].back,
        ...Object.values(MOVES).flatMap((moves) =>
          moves.filter((move) => move.field === field).map(({ step }) => Math.abs(step)),
        ),
      );
    fc.assert(
      fc.property(anyWalk, ([readings, strategy, start]) => {
        for (const { next, changes } of walk(readings, { strategy, start })) {
          for (const field of FIELDS) {
            expect(next[field]).toBeGreaterThanOrEqual(BOUNDS[field].min);
            expect(next[field]).toBeLessThanOrEqual(BOUNDS[field].max);
          }
          for (const { field, before, after } of changes) {
            expect(Math.abs(after - before)).toBeLessThanOrEqual(mostOf(field) + 1e-4);
          }
        }
      }),
    );
  });

  test('whatever is read, no field turns round within four readings', () => {
    fc.assert(
      fc.property(anyWalk, ([readings, strategy, start]) => {
        const last = new Map<AdaptedField, { at: number; direction: number }>();
        for (const [at, { changes }] of walk(readings, { strategy, start }).entries()) {
          for (const { field, before, after } of changes) {
            const direction = Math.sign(after - before);
            const earlier = last.get(field);
            if (earlier !== undefined) {
              expect(at - earlier.at).toBeGreaterThanOrEqual(earlier.direction === direction ? 2 : 4);
            }
            last.set(field, { at, direction });
          }
        }
      }),
    );
  });

  test('evidence that says one thing and then the other moves nothing at all', () => {
    const opposites = fc.constantFrom(
      [LATE, {}],
      [LOCAL_FASTER, CLOUD_FASTER],
      [OVERSPENT, {}],
      [POOR, {}],
      [STRAINED, {}],
    );
    fc.assert(
      fc.property(opposites, fc.integer({ min: 1, max: 2 }), fc.constantFrom(...STRATEGIES), (pair, run, strategy) => {
        const readings = Array.from({ length: 40 }, (_, index) => pair[Math.floor(index / run) % 2] ?? {});
        expect(walk(readings, { strategy }).flatMap(({ changes }) => changes)).toEqual([]);
      }),
    );
  });

  test('off is never above on, so that nothing can be and not be the case', () => {
    for (const name of CONDITION_NAMES) expect(CONDITIONS[name].off).toBeLessThanOrEqual(CONDITIONS[name].on);
  });
});

describe('with too few requests', () => {
  test('nothing moves, and what was the case stays so', () => {
    const few = { requests: 19 };
    expect(walk(times(30, { ...LATE, ...OVERSPENT, ...few })).flatMap(({ changes }) => changes)).toEqual([]);
    const steps = walk([...times(10, LATE), ...times(30, few), LATE]);
    expect(lastOf(steps.slice(0, -1)).next).toEqual(steps[9]?.next);
    expect(lastOf(steps).changes).not.toEqual([]);
  });

  test('half an hour later nothing is held to be the matter any more', () => {
    const few = { requests: 19 };
    const actsAs = walk([...times(10, LATE), ...times(60, few)], { strategy: 'adaptive' }).map((step) => step.actsAs);
    expect([actsAs[9], actsAs[68], actsAs[69]]).toEqual(['latency_focused', 'latency_focused', 'balanced']);
  });

  test('adaptive still sees the battery', () => {
    expect(lastOf(walk(times(1, { ...LOW_BATTERY, requests: 0 }), { strategy: 'adaptive' })).actsAs).toBe(
      'resource_efficient',
    );
  });
});

test('nothing moves while moving is switched off, but adaptive still chooses', () => {
  const steps = walk(times(10, OVERSPENT), { strategy: 'adaptive', mayMove: false });
  expect(steps.flatMap(({ changes }) => changes)).toEqual([]);
  expect(lastOf(steps).actsAs).toBe('cost_focused');
});

describe('what adaptive acts as', () => {
  const actsAs = (readings: readonly Partial<AdaptationEvidence>[]) =>
    walk(readings, { strategy: 'adaptive' }).map((step) => step.actsAs);

  test.each([
    ['nothing is the matter', {}, 'balanced'],
    ['on battery', ON_BATTERY, 'resource_efficient'],
    ['the battery is low', LOW_BATTERY, 'resource_efficient'],
    ['hot', HOT, 'resource_efficient'],
    ['strained', STRAINED, 'resource_efficient'],
    ['spending runs ahead', OVERSPENT, 'cost_focused'],
    ['the latency target is missed', LATE, 'latency_focused'],
    ['quality is low', POOR, 'quality_focused'],
    ['on battery, overspent and late', { ...ON_BATTERY, ...OVERSPENT, ...LATE }, 'resource_efficient'],
    ['overspent and late', { ...OVERSPENT, ...LATE }, 'cost_focused'],
    ['late and poor', { ...LATE, ...POOR }, 'latency_focused'],
  ])('when %s', (_, reading, expected) => {
    expect(actsAs(times(3, reading)).at(-1)).toBe(expected);
  });

  test('a budget that is a tenth ahead makes it lean to the local track, not act for cost alone', () => {
    const steps = walk(times(4, { budgetPace: 1.2 }), { strategy: 'adaptive' });
    expect(lastOf(steps)).toMatchObject({ actsAs: 'balanced' });
    expect(lastOf(steps).next.localBias).toBeGreaterThan(START.localBias);
  });

  test('changes at once for something more urgent, and says why', () => {
    const steps = walk([...times(3, POOR), { ...POOR, ...LOW_BATTERY }], { strategy: 'adaptive' });
    expect(steps.map((step) => step.actsAs).slice(2)).toEqual(['quality_focused', 'resource_efficient']);
    expect(lastOf(steps).actsBecause).toBe('battery at 15 % (limit 20 %)');
  });

  test('stays for four readings before it turns to something less urgent', () => {
    expect(actsAs([ON_BATTERY, ...times(5, {})])).toEqual([
      'resource_efficient',
      'resource_efficient',
      'resource_efficient',
      'resource_efficient',
      'balanced',
      'balanced',
    ]);
  });

  test('never turns to something less urgent twice within four readings, whatever is read', () => {
    const readings = fc.array(fc.constantFrom({}, ON_BATTERY, LOW_BATTERY, HOT, OVERSPENT, LATE, POOR), {
      maxLength: 60,
    });
    const urgency = ['balanced', 'quality_focused', 'latency_focused', 'cost_focused', 'resource_efficient'];
    fc.assert(
      fc.property(readings, (sequence) => {
        let since = 0;
        let before = 'balanced';
        for (const [at, now] of actsAs(sequence).entries()) {
          if (now === before) continue;
          if (urgency.indexOf(now) < urgency.indexOf(before)) expect(at - since).toBeGreaterThanOrEqual(4);
          since = at;
          before = now;
        }
      }),
    );
  });

  test('is what any other strategy is, at once', () => {
    for (const strategy of STRATEGIES.filter((each) => each !== 'adaptive')) {
      expect(lastOf(walk([LOW_BATTERY], { strategy })).actsAs).toBe(strategy);
    }
  });
});

describe('the battery', () => {
  test('is low until it has gained three points, so that it does not flicker at the limit', () => {
    const percents = [25, 20, 21, 22, 23, 24];
    const held = walk(percents.map((batteryPercent) => ({ onBattery: true, batteryPercent }))).map(
      ({ memory }) => memory.conditions.battery_low?.holds,
    );
    expect(held).toEqual([false, true, true, true, true, false]);
  });
});

test.each<[keyof typeof CONDITIONS, Partial<AdaptationEvidence>, string]>([
  ['on_battery', ON_BATTERY, 'on battery'],
  ['hot', HOT, 'heat is serious'],
  ['hot', { speedLimitPercent: 70 }, 'the processor is held back to 70 %'],
  ['strained', STRAINED, 'processor at 95 % (limit 80 %)'],
  ['strained', { memoryUsedShare: 0.97 }, 'memory 97 % full'],
  ['spending_ahead', OVERSPENT, "spending at 150 % of the budget's pace"],
  ['quality_low', POOR, 'quality 0.60 (wanted 0.80)'],
  ['local_faster', LOCAL_FASTER, 'first token after 0.20 s locally and 0.90 s in the cloud'],
])('%s is told as a sentence with its figures', (name, reading, sentence) => {
  expect(CONDITIONS[name].say({ ...CALM, ...reading })).toBe(sentence);
});
