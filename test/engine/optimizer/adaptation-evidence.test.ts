import { expect, test } from 'vitest';
import { toAdaptationEvidence } from '../../../src-main/engine/optimizer/adaptation-evidence.ts';
import { MetricsCollector } from '../../../src-main/engine/optimizer/metrics-collector.ts';
import { UNKNOWN_MACHINE } from '../../../src-main/engine/routing/machine-state.ts';
import { settings as settingsSchema } from '../../../src-shared/settings.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const SETTINGS = settingsSchema.parse({});

function evidenceOf(samples: { track: 'local' | 'cloud'; firstTokenMs: number; quality: number | null }[]) {
  const collector = new MetricsCollector({ clock: new ManualClock() });
  for (const sample of samples) {
    collector.record({
      ...sample,
      path: sample.track,
      strategy: 'balanced',
      succeeded: true,
      totalMs: null,
      tokensPerSecond: null,
      costNanoUsd: null,
      energyJoules: null,
      hedges: 0,
      wastedNanoUsd: null,
    });
  }
  return toAdaptationEvidence({ metrics: collector.read(), machine: UNKNOWN_MACHINE, budgetPace: null }, SETTINGS);
}

const times = (count: number, track: 'local' | 'cloud', firstTokenMs: number, quality: number | null = null) =>
  Array.from({ length: count }, () => ({ track, firstTokenMs, quality }));

test('tracks are compared by their medians in the shortest window', () => {
  const evidence = evidenceOf([...times(5, 'local', 300), ...times(6, 'cloud', 700)]);
  expect(evidence).toMatchObject({
    requests: 11,
    localFirstTokenMs: 300,
    cloudFirstTokenMs: 700,
    firstTokenP95Ms: 700,
  });
});

test('five minutes with few requests give way to the hour, if that has enough', () => {
  const window = (requests: number, p95: number) => {
    const collector = new MetricsCollector({ clock: new ManualClock() });
    const empty = collector.readWindow(1);
    return {
      ...empty,
      total: { ...empty.total, requests, firstTokenMs: { count: requests, mean: p95, p50: p95, p95, p99: p95 } },
    };
  };
  const read = (minutes: number, hour: number) => {
    const metrics = { windows: [window(minutes, 100), window(hour, 200)], rejected: 0 };
    const { requests, firstTokenP95Ms } = toAdaptationEvidence(
      { metrics, machine: UNKNOWN_MACHINE, budgetPace: null },
      SETTINGS,
    );
    return [requests, firstTokenP95Ms];
  };
  expect([read(20, 90), read(19, 90), read(3, 19)]).toEqual([
    [20, 100],
    [90, 200],
    [3, 100],
  ]);
});

test('a track or a quality that was seen less than five times tells nothing', () => {
  const evidence = evidenceOf([...times(4, 'local', 300, 0.9), ...times(5, 'cloud', 700)]);
  expect(evidence).toMatchObject({ localFirstTokenMs: null, quality: null });
  expect(evidenceOf(times(5, 'local', 300, 0.9)).quality).toBeCloseTo(0.9);
});

test('limits are those of the settings', () => {
  expect(evidenceOf([])).toMatchObject({
    requests: 0,
    targetLatencyMs: 2_000,
    wantedQuality: 0.8,
    batteryLimitPercent: 20,
    cpuLimitPercent: 80,
  });
});

test('memory is told as the share in use, where it is known', () => {
  const read = (memoryFreeBytes: number | null, memoryTotalBytes: number | null) =>
    toAdaptationEvidence(
      {
        metrics: { windows: [], rejected: 0 },
        machine: { ...UNKNOWN_MACHINE, memoryFreeBytes, memoryTotalBytes },
        budgetPace: null,
      },
      SETTINGS,
    ).memoryUsedShare;
  expect([read(4e9, 16e9), read(null, 16e9), read(4e9, null), read(0, 0)]).toEqual([0.75, null, null, null]);
});
