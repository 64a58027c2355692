import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GATE_CONDITIONS } from '../../../src-shared/machine.ts';
import type { GateInput } from '../../../src-main/engine/resources/gate-conditions.ts';
import { newGateState, stepGate, type GateState } from '../../../src-main/engine/resources/step-gate.ts';
import { IDLE, LIMITS, LONG_HOLD, SPOILERS } from './gate-inputs.ts';

/** Closed, and the CPU quiet for just as long as is asked. */
const READY: GateState = { ...newGateState(0), cpuQuietSinceMs: IDLE.monotonicMs - LIMITS.cpuWindowMs };
const OPEN = stepGate(READY, IDLE, LIMITS);

function inOrder(names: Iterable<string>): string[] {
  const wanted = new Set(names);
  return GATE_CONDITIONS.filter((name) => wanted.has(name));
}

test('it opens when all conditions hold, and says since when', () => {
  expect(OPEN).toMatchObject({ open: true, closedBy: [], sinceMs: IDLE.nowMs });
  expect(OPEN.conditions.map(({ name, met }) => [name, met])).toEqual(GATE_CONDITIONS.map((name) => [name, true]));
});

describe('truth table', () => {
  test('every condition has a way to fail, and to be unknown where its value can be', () => {
    expect(inOrder(SPOILERS.map(({ condition }) => condition))).toEqual(GATE_CONDITIONS);
    const unknown = SPOILERS.filter(({ met }) => met === null).map(({ condition }) => condition);
    expect(inOrder(unknown)).toEqual(['power', 'battery', 'heat', 'user_away', 'cpu']);
  });

  test.each(SPOILERS)('one: $what ($condition) keeps it closed, and is named', ({ condition, change, met }) => {
    const state = stepGate(READY, { ...IDLE, ...change }, LONG_HOLD);
    expect(state).toMatchObject({ open: false, closedBy: [condition] });
    expect(state.conditions.find(({ name }) => name === condition)?.met).toBe(met);
  });

  test.each(SPOILERS.filter(({ what }) => what !== 'CPU at the limit for opening'))(
    'one: $what ($condition) closes it in the same step, and is named',
    ({ condition, change }) => {
      const moment = { ...IDLE, ...change, nowMs: IDLE.nowMs + 1_000 };
      const state = stepGate(OPEN, moment, LONG_HOLD);
      expect(state).toMatchObject({ open: false, closedBy: [condition], sinceMs: moment.nowMs });
    },
  );

  const pairs = SPOILERS.flatMap((first, index) =>
    SPOILERS.slice(index + 1)
      .filter((second) => second.condition !== first.condition)
      .map((second) => ({ first, second, name: `${first.what} and ${second.what}` })),
  );

  test.each(pairs)('two: $name keep it closed, and both are named', ({ first, second }) => {
    const state = stepGate(READY, { ...IDLE, ...first.change, ...second.change }, LONG_HOLD);
    expect(state.open).toBe(false);
    expect(state.closedBy).toEqual(inOrder([first.condition, second.condition]));
  });
});

describe('what need not hold', () => {
  test.each<[string, Partial<GateInput>, Partial<typeof LIMITS>]>([
    ['mains, where they are not required', { source: 'battery' }, { requireAc: false }],
    ['knowing the feed, where mains are not required', { source: null }, { requireAc: false }],
    ['a percentage, on a machine without a battery', { hasBattery: false, batteryPercent: null }, {}],
    ['having slept', { resumedAtMs: null }, {}],
    ['input, where the person says that nobody sits here', { userIdleMs: null }, { headless: true }],
    ['input, where the machine looks so', { userIdleMs: null, headless: true }, { headless: null }],
    ['a speed limit that can be read', { speedLimitPercent: null, heldBack: null }, {}],
    ['heat that can be read, where the person says so', { thermal: null }, { allowUnknownHeat: true }],
    ['a cool machine: fair is enough', { thermal: 'fair' }, {}],
  ])('%s', (_name, change, limits) => {
    expect(stepGate(READY, { ...IDLE, ...change }, { ...LIMITS, ...limits }).open).toBe(true);
  });

  test.each<[string, Partial<GateInput>, Partial<typeof LIMITS>]>([
    ['a person who says that somebody sits here', { userIdleMs: null, headless: true }, { headless: false }],
    ['heat that is told', { thermal: 'serious' }, { allowUnknownHeat: true }],
    ['a speed limit that is told', { thermal: null, speedLimitPercent: 50 }, { allowUnknownHeat: true }],
  ])('but it does need to: %s', (_name, change, limits) => {
    expect(stepGate(READY, { ...IDLE, ...change }, { ...LIMITS, ...limits }).open).toBe(false);
  });
});

describe('the CPU’s window', () => {
  const play = (samples: readonly (number | null)[], from: GateState = newGateState(0)) =>
    samples.reduce<GateState>(
      (state, othersCpuPercent, index) =>
        stepGate(state, { ...IDLE, othersCpuPercent, monotonicMs: IDLE.monotonicMs + index * 60_000 }, LIMITS),
      from,
    );

  test('it opens with the sample that completes ten minutes, not before', () => {
    expect(play(Array(10).fill(5) as number[]).open).toBe(false);
    expect(play(Array(11).fill(5) as number[]).open).toBe(true);
  });

  test.each([20, 90, null])('one sample of %s begins it anew', (spike) => {
    expect(play([...(Array(9).fill(5) as number[]), spike, ...(Array(10).fill(5) as number[])]).open).toBe(false);
    expect(play([...(Array(9).fill(5) as number[]), spike, ...(Array(11).fill(5) as number[])]).open).toBe(true);
  });

  test('while it is open the CPU may rise to the limit for closing', () => {
    expect(play([20, 34.9, 25, 5], OPEN).open).toBe(true);
  });

  test('once closed by the CPU, ten quiet minutes must pass again', () => {
    expect(play([35, ...(Array(10).fill(5) as number[])], OPEN).open).toBe(false);
    expect(play([35, ...(Array(11).fill(5) as number[])], OPEN).open).toBe(true);
  });

  test('closed by something else while the CPU was up, ten quiet minutes must pass again', () => {
    const closed = stepGate(OPEN, { ...IDLE, othersCpuPercent: 30, userIdleMs: 0 }, LIMITS);
    expect(play([5], closed)).toMatchObject({ open: false, closedBy: ['cpu'] });
  });

  test('closed by something else with the CPU quiet, it opens as soon as that is over', () => {
    const closed = stepGate(OPEN, { ...IDLE, activeRequests: 1 }, LIMITS);
    expect(play([5], closed).open).toBe(true);
  });

  test('quiet before the machine slept does not count after it', () => {
    const woken = { ...IDLE, resumedAtMs: IDLE.monotonicMs - 300_000 };
    const before = { ...READY, cpuQuietSinceMs: woken.resumedAtMs - 600_000 };
    expect(stepGate(before, woken, LIMITS)).toMatchObject({ closedBy: ['cpu'], cpuQuietSinceMs: IDLE.monotonicMs });
  });
});

describe('properties', () => {
  /** Mostly as the gate wants it: of inputs that are all at random hardly any would open it. */
  const mostly = <Value>(good: Value, others: fc.Arbitrary<Value | null>) =>
    fc.oneof({ weight: 8, arbitrary: fc.constant(good) }, { weight: 1, arbitrary: others }, fc.constant(null));
  const number = fc.oneof(fc.double({ min: 0, max: 100 }), fc.constantFrom(Number.NaN, Infinity, -1, 20, 20.1, 35));
  const near = fc.integer({ min: IDLE.monotonicMs - 900_000, max: IDLE.monotonicMs });
  const input: fc.Arbitrary<GateInput> = fc.record({
    nowMs: fc.constant(IDLE.nowMs),
    monotonicMs: fc.constant(IDLE.monotonicMs),
    othersCpuPercent: mostly<number>(5, number),
    source: mostly<GateInput['source']>('ac', fc.constant('battery')),
    batteryPercent: mostly<number>(80, number),
    hasBattery: fc.constantFrom(true, false, null),
    thermal: mostly<GateInput['thermal']>('fair', fc.constantFrom('nominal', 'serious', 'critical')),
    speedLimitPercent: mostly<number>(100, number),
    heldBack: mostly<boolean>(false, fc.constant(true)),
    userIdleMs: mostly<number>(700_000, fc.oneof(fc.integer({ min: -1, max: 1_200_000 }), fc.constant(Number.NaN))),
    headless: mostly<boolean>(false, fc.constant(true)),
    lastRequestAtMs: fc.oneof(fc.constant(0), near),
    activeRequests: fc.constantFrom(0, 0, 0, 2),
    asleep: fc.constantFrom(false, false, false, true),
    resumedAtMs: mostly<number>(IDLE.monotonicMs - 900_000, near),
    paused: fc.constantFrom(null, null, null, { untilMs: null }),
  });

  test('unknown never opens it, and never keeps it open', () => {
    const knowable = ['othersCpuPercent', 'source', 'batteryPercent', 'thermal', 'userIdleMs'] as const;
    fc.assert(
      fc.property(input, fc.constantFrom(...knowable), fc.boolean(), (some, field, wasOpen) => {
        const moment = { ...some, hasBattery: true, headless: false, [field]: null };
        expect(stepGate(wasOpen ? OPEN : READY, moment, { ...LIMITS, headless: null }).open).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  test('it is open exactly when every condition is met, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(input, { minLength: 1, maxLength: 20 }), (inputs) => {
        let state = READY;
        for (const moment of inputs) {
          state = stepGate(state, moment, LIMITS);
          const unmet = state.conditions.filter(({ met }) => met !== true).map(({ name }) => name);
          expect(state.closedBy).toEqual(unmet);
          expect(state.open).toBe(unmet.length === 0);
        }
      }),
    );
  });

  test('an open gate implies every limit, checked apart from the rules', () => {
    let opened = 0;
    fc.assert(
      fc.property(input, (moment) => {
        if (!stepGate(READY, moment, LIMITS).open) return;
        opened++;
        expect(moment).toMatchObject({ source: 'ac', asleep: false, paused: null, activeRequests: 0 });
        expect(moment.othersCpuPercent).toBeLessThan(20);
        expect(moment.hasBattery === false || (moment.batteryPercent ?? 0) > 20).toBe(true);
        expect(['nominal', 'fair']).toContain(moment.thermal);
        expect(moment.heldBack).not.toBe(true);
        expect(moment.userIdleMs).toBeGreaterThanOrEqual(600_000);
        expect(moment.lastRequestAtMs).toBeLessThanOrEqual(IDLE.monotonicMs - 120_000);
      }),
      { numRuns: 5_000 },
    );
    expect(opened).toBeGreaterThan(100);
  });
});

test('each condition tells its measured value and its limit', () => {
  const state = stepGate(
    READY,
    {
      ...IDLE,
      asleep: true,
      paused: { untilMs: IDLE.nowMs + 3_900_000 },
      resumedAtMs: IDLE.monotonicMs - 30_000,
      source: 'battery',
      batteryPercent: 17.46,
      thermal: 'serious',
      speedLimitPercent: 60,
      activeRequests: 2,
      userIdleMs: 95_000,
      othersCpuPercent: 47.2,
    },
    LIMITS,
  );
  expect(state.conditions.map(({ sentence }) => sentence)).toEqual([
    'Machine: going to sleep (needed: awake).',
    'Pause: for another 1 h 5 min (needed: none).',
    'After waking: awake for 30 s (needed: awake for 2 min).',
    'Power: on battery (needed: on mains).',
    'Battery: 17.4 % (needed: above 20 %).',
    'Heat: serious, held to 60 % speed (needed: nominal or fair, at full speed).',
    'Requests: 2 under way (needed: none for 2 min).',
    'Keyboard and pointer: untouched for 1 min 35 s (needed: untouched for 10 min).',
    'CPU of other programs: 47 % (needed: under 20 % for 10 min, then under 35 %).',
  ]);
});

test('what is unknown is told as unknown', () => {
  const unknown = { source: null, batteryPercent: null, thermal: null, userIdleMs: null, othersCpuPercent: null };
  const state = stepGate(READY, { ...IDLE, ...unknown, speedLimitPercent: null }, LIMITS);
  expect(state.conditions.filter(({ met }) => met === null).map(({ value, sentence }) => [value, sentence])).toEqual([
    [null, 'Power: unknown (needed: on mains).'],
    [null, 'Battery: unknown (needed: above 20 %).'],
    [null, 'Heat: unknown (needed: nominal or fair, at full speed).'],
    [null, 'Keyboard and pointer: unknown (needed: untouched for 10 min).'],
    [null, 'CPU of other programs: unknown (needed: under 20 % for 10 min, then under 35 %).'],
  ]);
});

test('while the CPU is quiet it tells for how long', () => {
  const state = stepGate({ ...READY, cpuQuietSinceMs: IDLE.monotonicMs - 200_000 }, IDLE, LIMITS);
  expect(state.conditions.at(-1)).toMatchObject({ met: false, value: '5 %, under 20 % for 3 min 20 s' });
});
