import { describe, expect, test } from 'vitest';
import type { AdaptationView } from '../../../src-shared/optimizer.ts';
import { adaptationView } from '../../../src-shared/optimizer.ts';
import { settings as settingsSchema, type Settings } from '../../../src-shared/settings.ts';
import { preferences } from '../../../src-shared/strategy.ts';
import type { AdaptationReading } from '../../../src-main/engine/optimizer/adaptation-evidence.ts';
import { planAdaptation } from '../../../src-main/engine/optimizer/adaptation-plan.ts';
import {
  AdaptiveOptimizer,
  type AdaptiveOptimizerOptions,
} from '../../../src-main/engine/optimizer/adaptive-optimizer.ts';
import { MetricsCollector } from '../../../src-main/engine/optimizer/metrics-collector.ts';
import { UNKNOWN_MACHINE } from '../../../src-main/engine/routing/machine-state.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { SilentLog } from '../../support/silent-log.ts';

type OptimizerSettings = Partial<Settings['optimizer']>;

const INTERVAL_MS = 30_000;
const FIVE_MINUTES_MS = 300_000;
const DEFAULTS = preferences.parse({});

/** An optimizer whose spending runs ahead, or whatever `reading` says. */
function createForTest(
  options: { optimizer?: OptimizerSettings; reading?: Partial<AdaptationReading> } & Pick<
    Partial<AdaptiveOptimizerOptions>,
    'plan'
  > = {},
) {
  const clock = new ManualClock();
  const log = new SilentLog();
  const metrics = new MetricsCollector({ clock, windowsMs: [1e9] });
  for (let count = 0; count < 50; count += 1) {
    metrics.record({
      path: 'cloud',
      track: 'cloud',
      strategy: 'cost_focused',
      succeeded: true,
      firstTokenMs: 500,
      totalMs: 900,
      tokensPerSecond: 50,
      costNanoUsd: 1_000,
      quality: 0.9,
      energyJoules: 0,
      hedges: 0,
      wastedNanoUsd: 0,
    });
  }
  const base = settingsSchema.parse({});
  const state = {
    settings: {
      ...base,
      optimizer: { ...base.optimizer, strategy: 'cost_focused' as const, ...options.optimizer },
    } as Settings,
    broken: false,
    reading: { machine: UNKNOWN_MACHINE, budgetPace: 1.5, ...options.reading },
  };
  const adaptive = new AdaptiveOptimizer({
    clock,
    log,
    settings: () => state.settings,
    evidence: () => {
      if (state.broken) throw new Error('the windows are gone');
      return { metrics: metrics.read(), ...state.reading };
    },
    ...(options.plan === undefined ? {} : { plan: options.plan }),
  });
  const heard: AdaptationView[] = [];
  adaptive.onAdapted((adaptation) => heard.push(adaptation));
  const change = (optimizer: OptimizerSettings) => {
    state.settings = { ...state.settings, optimizer: { ...state.settings.optimizer, ...optimizer } };
  };
  return { adaptive, clock, log, state, heard, change };
}

describe('the adaptive optimizer', () => {
  test('serves the preferences of the person until something moves', () => {
    const own = { ...DEFAULTS, localBias: 0.3 };
    const { adaptive } = createForTest({ optimizer: { preferences: own } });
    expect([adaptive.preferences, adaptive.actsAs, adaptive.pressureFactor]).toEqual([own, 'cost_focused', 1]);
  });

  test('takes a step every thirty seconds', async () => {
    const { adaptive, clock } = createForTest();
    adaptive.start();
    await clock.advance(3 * INTERVAL_MS - 1);
    expect(adaptive.preferences.localBias).toBe(0.5);
    await clock.advance(1);
    expect(adaptive.preferences.localBias).toBe(0.6);
    await clock.advance(2 * INTERVAL_MS);
    expect(adaptive.preferences.localBias).toBe(0.7);
  });

  test('keeps to another interval from the next step on', async () => {
    const { adaptive, clock, change } = createForTest();
    adaptive.start();
    change({ adaptationIntervalSeconds: 1 });
    await clock.advance(INTERVAL_MS);
    expect(clock.nextTimerMs).toBe(1_000);
  });

  test('does not notice that the wall clock jumps', async () => {
    const { adaptive, clock, heard } = createForTest();
    adaptive.start();
    clock.jump(-3_600_000);
    await clock.advance(3 * INTERVAL_MS);
    expect(heard).toHaveLength(1);
    expect(heard[0]?.atMs).toBe(clock.nowMs());
  });

  test('starts once, and leaves no timer when it stops', async () => {
    const { adaptive, clock } = createForTest();
    adaptive.start();
    adaptive.start();
    expect(clock.pendingTimers).toBe(1);
    await clock.advance(INTERVAL_MS);
    adaptive.stop();
    adaptive.stop();
    expect(clock.pendingTimers).toBe(0);
  });

  test('may be stopped by who listens', async () => {
    const { adaptive, clock } = createForTest();
    adaptive.onAdapted(() => adaptive.stop());
    adaptive.start();
    await clock.advance(3 * INTERVAL_MS);
    expect(clock.pendingTimers).toBe(0);
  });

  test('tells each adaptation with reason, before and after, as the control API has it', async () => {
    const { adaptive, clock, heard } = createForTest();
    adaptive.start();
    await clock.advance(3 * INTERVAL_MS);
    const cause = "spending at 150 % of the budget's pace";
    expect(heard).toEqual([
      {
        atMs: clock.nowMs(),
        strategy: 'cost_focused',
        actsAs: 'cost_focused',
        reason: `local bias 0.5 → 0.6: ${cause}; parallel threshold 0.7 → 0.8: ${cause}`,
        before: DEFAULTS,
        after: { ...DEFAULTS, localBias: 0.6, parallelThreshold: 0.8 },
      },
    ]);
    expect(adaptationView.parse(heard[0])).toEqual(heard[0]);
    expect(adaptive.history()).toEqual(heard);
  });

  test('remembers the last fifty adaptations, latest first', async () => {
    let turn = 0;
    const plan: typeof planAdaptation = (input) => ({
      ...planAdaptation(input),
      next: { ...input.values, localBias: (turn += 0.01) % 1 },
    });
    const { adaptive, clock, heard } = createForTest({ plan });
    adaptive.start();
    await clock.advance(60 * INTERVAL_MS);
    expect(adaptive.history()).toEqual(heard.slice(-50).reverse());
  });

  test('gives the same preferences object until something moves', async () => {
    const { adaptive, clock } = createForTest();
    const before = adaptive.preferences;
    adaptive.start();
    await clock.advance(2 * INTERVAL_MS);
    expect(adaptive.preferences).toBe(before);
  });

  test('weighs the load on the machine more while the machine is strained', async () => {
    const machine = { ...UNKNOWN_MACHINE, cpuPercent: 99 };
    const { adaptive, clock } = createForTest({ optimizer: { strategy: 'resource_efficient' }, reading: { machine } });
    adaptive.start();
    await clock.advance(3 * INTERVAL_MS);
    expect(adaptive.pressureFactor).toBe(1.5);
  });

  test('no longer tells who has ended listening, and survives a listener that throws', async () => {
    const { adaptive, clock, heard, log } = createForTest();
    const end = adaptive.onAdapted(() => {
      throw new Error('deaf');
    });
    adaptive.start();
    await clock.advance(3 * INTERVAL_MS);
    end();
    await clock.advance(2 * INTERVAL_MS);
    expect(heard).toHaveLength(2);
    expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    expect(adaptive.problems()).toEqual([]);
  });
});

describe('a change of the settings', () => {
  test('of the strategy holds at once', () => {
    const { adaptive, change } = createForTest();
    change({ strategy: 'quality_focused' });
    expect(adaptive.actsAs).toBe('quality_focused');
    change({ strategy: 'adaptive' });
    expect(adaptive.actsAs).toBe('balanced');
  });

  test('to adaptive lets it choose by what is the matter, and tells so', async () => {
    const { adaptive, clock, heard } = createForTest({
      optimizer: { strategy: 'adaptive' },
      reading: { machine: { ...UNKNOWN_MACHINE, onBattery: true } },
    });
    adaptive.start();
    await clock.advance(INTERVAL_MS);
    expect(adaptive.actsAs).toBe('resource_efficient');
    expect(heard).toMatchObject([
      {
        actsAs: 'resource_efficient',
        reason: 'acts as resource_efficient: on battery; parallel threshold 0.7 → 0.8: on battery',
      },
    ]);
  });

  test('of the preferences holds at once, and adaptation goes on from there', async () => {
    const { adaptive, clock, change, heard } = createForTest();
    adaptive.start();
    await clock.advance(3 * INTERVAL_MS);
    change({ preferences: { ...DEFAULTS, localBias: 0.2 } });
    expect(adaptive.preferences).toEqual({ ...DEFAULTS, localBias: 0.2 });
    expect(heard.at(-1)?.reason).toBe('the preferences were set anew');
    await clock.advance(INTERVAL_MS);
    expect(adaptive.preferences.localBias).toBe(0.3);
  });

  test('that leaves the preferences what they are leaves the adapted ones too', async () => {
    const { adaptive, clock, change } = createForTest();
    adaptive.start();
    await clock.advance(3 * INTERVAL_MS);
    change({ preferences: { ...DEFAULTS } });
    expect(adaptive.preferences.localBias).toBe(0.6);
  });

  test('that switches adaptation off brings the own preferences back', async () => {
    const { adaptive, clock, change, heard } = createForTest();
    adaptive.start();
    await clock.advance(3 * INTERVAL_MS);
    change({ adaptation: false });
    await clock.advance(5 * INTERVAL_MS);
    expect(adaptive.preferences).toEqual(DEFAULTS);
    expect(heard.at(-1)?.reason).toBe('adaptation was switched off');
    expect(heard).toHaveLength(2);
  });

  test('that switches the optimizer off lets everything stand', async () => {
    const { adaptive, clock, change, heard } = createForTest();
    adaptive.start();
    change({ enabled: false });
    await clock.advance(10 * INTERVAL_MS);
    expect(heard).toEqual([]);
  });
});

describe('when adaptation fails', () => {
  test('the preferences stay, and the status says so', async () => {
    const { adaptive, clock, state } = createForTest();
    adaptive.start();
    await clock.advance(3 * INTERVAL_MS);
    state.broken = true;
    await clock.advance(INTERVAL_MS);
    expect(adaptive.preferences.localBias).toBe(0.6);
    expect([adaptive.failures, adaptive.suspendedForMs]).toEqual([1, null]);
    expect(adaptive.problems()).toEqual([
      'Adaptation failed just now (the windows are gone); the preferences stay as they are.',
    ]);
  });

  test('a step that works clears it', async () => {
    const { adaptive, clock, state } = createForTest();
    adaptive.start();
    state.broken = true;
    await clock.advance(2 * INTERVAL_MS);
    state.broken = false;
    await clock.advance(INTERVAL_MS);
    expect(adaptive.problems()).toEqual([]);
    state.broken = true;
    await clock.advance(2 * INTERVAL_MS);
    expect(adaptive.suspendedForMs).toBeNull();
  });

  test('three times in a row, safe defaults serve for five minutes, and then it is tried again', async () => {
    const own = { ...DEFAULTS, localBias: 0.9, timeoutMultiplier: 3 };
    const { adaptive, clock, state, heard } = createForTest({ optimizer: { preferences: own } });
    adaptive.start();
    state.broken = true;
    await clock.advance(3 * INTERVAL_MS);
    expect(adaptive.preferences).toEqual(DEFAULTS);
    expect(adaptive.suspendedForMs).toBe(FIVE_MINUTES_MS);
    expect(adaptive.problems()).toEqual([
      'Adaptation failed (the windows are gone) and is off for 300 s; safe defaults serve meanwhile.',
    ]);
    state.broken = false;
    await clock.advance(FIVE_MINUTES_MS - 1);
    expect(adaptive.preferences).toEqual(DEFAULTS);
    await clock.advance(1);
    expect(adaptive.preferences).toEqual(own);
    expect(adaptive.problems()).toEqual([]);
    expect(heard.map(({ reason }) => reason)).toEqual([
      'adaptation failed (the windows are gone): safe defaults for five minutes',
      'adaptation is tried again',
    ]);
  });

  test('every time, safe defaults serve for good, and nothing throws', async () => {
    const { adaptive, clock, state } = createForTest({ optimizer: { preferences: { ...DEFAULTS, localBias: 0.9 } } });
    adaptive.start();
    state.broken = true;
    await clock.advance(3 * INTERVAL_MS);
    for (let minute = 0; minute < 60; minute += 1) {
      await clock.advance(60_000);
      expect(adaptive.preferences).toEqual(DEFAULTS);
      expect(adaptive.actsAs).toBe('cost_focused');
      expect(adaptive.problems()).toHaveLength(adaptive.failures % 3 === 0 && adaptive.suspendedForMs === null ? 0 : 1);
    }
    expect(adaptive.failures).toBeGreaterThan(20);
  });

  test.each<[string, typeof planAdaptation]>([
    [
      'throws',
      () => {
        throw new TypeError('a defect');
      },
    ],
    ['leaves its bounds', (input) => ({ ...planAdaptation(input), next: { ...input.values, localBias: 1.2 } })],
    ['makes NaN', (input) => ({ ...planAdaptation(input), next: { ...input.values, timeoutMultiplier: NaN } })],
  ])('because the plan %s, safe defaults serve at once', async (_, plan) => {
    const { adaptive, clock } = createForTest({ plan, optimizer: { preferences: { ...DEFAULTS, localBias: 0.9 } } });
    adaptive.start();
    await clock.advance(INTERVAL_MS);
    expect(adaptive.preferences).toEqual(DEFAULTS);
    expect(adaptive.pressureFactor).toBe(1);
    expect(adaptive.suspendedForMs).toBe(FIVE_MINUTES_MS);
  });

  test('new preferences of the person wait until it is tried again', async () => {
    const { adaptive, clock, state, change } = createForTest();
    adaptive.start();
    state.broken = true;
    await clock.advance(3 * INTERVAL_MS);
    change({ preferences: { ...DEFAULTS, localBias: 0.1 } });
    expect(adaptive.preferences).toEqual(DEFAULTS);
    state.broken = false;
    await clock.advance(FIVE_MINUTES_MS);
    expect(adaptive.preferences.localBias).toBe(0.1);
  });

  test('because settings cannot be read at a step, it counts as a failed step and the next one comes', async () => {
    const settings = settingsSchema.parse({});
    let isBroken = false;
    const clock = new ManualClock();
    const adaptive = new AdaptiveOptimizer({
      clock,
      log: new SilentLog(),
      settings: () => {
        if (isBroken) throw new Error('no settings');
        return settings;
      },
      evidence: () => ({ metrics: { windows: [], rejected: 0 }, machine: UNKNOWN_MACHINE, budgetPace: null }),
    });
    adaptive.start();
    isBroken = true;
    await clock.advance(2 * INTERVAL_MS);
    isBroken = false;
    expect([adaptive.failures, clock.pendingTimers]).toEqual([2, 1]);
  });
});
