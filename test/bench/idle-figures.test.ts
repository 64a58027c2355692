import { expect, test } from 'vitest';
import { judge } from '../../bench/idle/demands.ts';
import { toFigures, type IdleSample } from '../../bench/idle/figures.ts';
import { readSample } from '../../bench/idle/read-sample.ts';
import { CAN_MEASURE_PROCESSES } from '../../bench/gateway/process-usage.ts';

const MB = 1024 * 1024;
const FIRST: IdleSample = { atMs: 1_000, cpuUs: 500_000, rssBytes: 80 * MB, loopWakeups: 100, wakeups: 400 };

test('the cost of being there is what was added between the first look and the last, and the most memory of all', () => {
  const figures = toFigures([
    FIRST,
    { ...FIRST, atMs: 51_000, rssBytes: 91 * MB },
    { atMs: 101_000, cpuUs: 900_000, rssBytes: 85 * MB, loopWakeups: 400, wakeups: 1_400 },
  ]);
  expect(figures).toEqual({
    seconds: 100,
    cpuPercent: 0.4,
    rssMb: 91,
    loopWakeupsPerSecond: 3,
    wakeupsPerSecond: 10,
  });
});

test('one look says nothing', () => {
  expect(() => toFigures([FIRST])).toThrow(TypeError);
});

test('each figure is judged by its own limit', () => {
  const good = { seconds: 270, cpuPercent: 0.49, rssMb: 129, loopWakeupsPerSecond: 4, wakeupsPerSecond: 20 };
  const verdicts = (figures: typeof good) => judge('serve', figures).map(({ verdict }) => verdict);
  expect(verdicts(good)).toEqual(['pass', 'pass', 'pass']);
  expect(verdicts({ ...good, cpuPercent: 0.51 })).toEqual(['MISS', 'pass', 'pass']);
  expect(verdicts({ ...good, rssMb: 131 })).toEqual(['pass', 'MISS', 'pass']);
  expect(verdicts({ ...good, loopWakeupsPerSecond: 98 })).toEqual(['pass', 'pass', 'MISS']);
});

test.runIf(CAN_MEASURE_PROCESSES)('a look at a running process finds time, memory and wakeups', () => {
  const sample = readSample(process.pid);
  expect(sample.cpuUs).toBeGreaterThan(0);
  expect(sample.rssBytes).toBeGreaterThan(10 * MB);
  expect(sample.wakeups).toBeGreaterThanOrEqual(sample.loopWakeups);
});
