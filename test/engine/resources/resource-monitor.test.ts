import { expect, onTestFinished, test } from 'vitest';
import { resourceSnapshot, type ResourceSnapshot } from '../../../src-shared/machine.ts';
import { ResourceMonitor } from '../../../src-main/engine/resources/resource-monitor.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { SilentLog } from '../../support/silent-log.ts';
import { CPU, FakePower, fakeSensors } from './fake-sensors.ts';

const MODELS = [{ id: 'ollama/qwen3:8b', memoryBytes: 6e9, vramBytes: 6e9 }];

/** Not started yet; must leave no timer when it is stopped at the end of the test. */
function build() {
  const clock = new ManualClock();
  const log = new SilentLog();
  const sensors = fakeSensors();
  const power = new FakePower();
  const state = { models: (): typeof MODELS | null => MODELS };
  const monitor = new ResourceMonitor({ clock, log, sensors, power: [power], loadedModels: () => state.models() });
  const samples: { atMs: number; snapshot: ResourceSnapshot }[] = [];
  monitor.onSample((snapshot) => samples.push({ atMs: clock.monotonicMs(), snapshot }));
  onTestFinished(() => {
    monitor.stop();
    expect(clock.pendingTimers).toBe(0);
  });
  return { clock, log, sensors, power, state, monitor, samples };
}

async function buildStarted() {
  const built = build();
  built.monitor.start();
  await built.clock.advance(0);
  return built;
}

const times = (samples: { atMs: number }[]) => samples.map(({ atMs }) => atMs);
const never = () => new Promise<never>(() => undefined);

test('before it has measured, everything is unknown', () => {
  const { monitor } = build();
  expect(resourceSnapshot.parse(monitor.latest())).toMatchObject({ cpu: { machinePercent: null }, gpus: null });
  expect(Object.values(monitor.machine()).every((value) => value === null)).toBe(true);
});

test('a sample holds what all sensors tell', async () => {
  const { monitor, power, clock } = build();
  power.reading = { source: 'battery', batteryPercent: 40, thermal: 'fair', speedLimitPercent: 90 };
  monitor.start();
  await clock.advance(0);
  expect(resourceSnapshot.parse(monitor.latest())).toMatchObject({
    sampledAtMs: clock.nowMs(),
    cpu: CPU,
    memory: { totalBytes: 16e9, availableBytes: 9e9, ownBytes: 1e8 },
    loadedModels: MODELS,
    power: { source: 'battery', batteryPercent: 40, online: true, userIdleMs: null },
    headless: false,
  });
  expect(monitor.machine()).toEqual({
    onBattery: true,
    batteryPercent: 40,
    thermal: 'fair',
    speedLimitPercent: 90,
    cpuPercent: 30,
    memoryFreeBytes: 9e9,
    memoryTotalBytes: 16e9,
    gpuMemoryFreeBytes: 9e9,
    gpuMemoryTotalBytes: 12e9,
    online: true,
  });
  expect(monitor.health()).toEqual([]);
});

test('memory of graphics cards is unknown in sum when one of them does not tell', async () => {
  const { monitor, sensors, clock } = build();
  const mute = { name: 'mute', busyPercent: null, memoryTotalBytes: 8e9, memoryUsedBytes: null };
  sensors.gpus.next = () => [mute];
  monitor.start();
  await clock.advance(0);
  expect(monitor.machine()).toMatchObject({ gpuMemoryTotalBytes: 8e9, gpuMemoryFreeBytes: null });
});

test('the last sample is the same object until the next one', async () => {
  const { monitor, clock } = await buildStarted();
  const [snapshot, machine] = [monitor.latest(), monitor.machine()];
  await clock.advance(4_999);
  expect([monitor.latest() === snapshot, monitor.machine() === machine]).toEqual([true, true]);
  await clock.advance(1);
  expect([monitor.latest() === snapshot, monitor.machine() === machine]).toEqual([false, false]);
});

test('it samples each 5 s, and each second for 15 s after somebody looked', async () => {
  const { monitor, clock, samples } = await buildStarted();
  await clock.advance(11_500);
  monitor.attend();
  await clock.advance(28_500);
  const brisk = Array.from({ length: 16 }, (_, index) => 11_500 + index * 1_000);
  expect(times(samples)).toEqual([0, 5_000, 10_000, ...brisk, 31_500, 36_500]);
});

test('somebody who looks right after a sample waits for the next second', async () => {
  const { monitor, clock, samples } = await buildStarted();
  await clock.advance(300);
  for (let look = 0; look < 100; look++) monitor.attend();
  await clock.advance(1_700);
  expect(times(samples)).toEqual([0, 1_000, 2_000]);
});

test('on battery it samples each 5 s, whoever looks', async () => {
  const { monitor, power, clock, samples } = build();
  power.reading = { source: 'battery' };
  monitor.attend();
  monitor.start();
  await clock.advance(10_000);
  expect(times(samples)).toEqual([0, 5_000, 10_000]);
});

test('under load it samples half as often', async () => {
  const { monitor, sensors, clock, samples } = build();
  sensors.cpu.next = () => ({ ...CPU, machinePercent: 90 });
  monitor.attend();
  monitor.start();
  await clock.advance(6_000);
  expect(times(samples)).toEqual([0, 2_000, 4_000, 6_000]);
  expect(monitor.latest().intervalMs).toBe(2_000);
});

test('a source that tells of a change is read at once', async () => {
  const { power, clock, monitor, samples } = await buildStarted();
  await clock.advance(200);
  power.reading = { source: 'battery' };
  power.tell('change');
  await clock.advance(0);
  expect(monitor.machine().onBattery).toBe(true);
  await clock.advance(5_000);
  expect(times(samples)).toEqual([0, 200, 5_200]);
});

test('a change told in the middle of a sample is in the next, which follows at once', async () => {
  const { power, clock, sensors, samples } = build();
  let finish: (value: boolean) => void = () => undefined;
  sensors.network.next = () => new Promise((resolve) => (finish = resolve));
  const monitor = new ResourceMonitor({ clock, log: new SilentLog(), sensors, power: [power], loadedModels: () => [] });
  monitor.onSample((snapshot) => samples.push({ atMs: clock.monotonicMs(), snapshot }));
  monitor.start();
  await clock.advance(10);
  power.reading = { source: 'battery' };
  power.tell('change');
  finish(true);
  await clock.advance(0);
  expect(samples.map(({ snapshot }) => snapshot.power.source)).toEqual([null]);
  finish(true);
  await clock.advance(0);
  expect(samples.map(({ snapshot }) => snapshot.power.source)).toEqual([null, 'battery']);
  monitor.stop();
});

test('no network is certain, whatever another source says; with one, the other source knows better', async () => {
  const { power, sensors, clock, monitor } = await buildStarted();
  power.reading = { online: true };
  sensors.network.next = () => false;
  await monitor.sampleNow();
  expect(monitor.machine().online).toBe(false);
  power.reading = { online: false };
  sensors.network.next = () => true;
  await monitor.sampleNow();
  expect(monitor.machine().online).toBe(false);
  await clock.advance(0);
});

type Built = ReturnType<typeof build>;
const BROKEN: [string, (built: Built) => void, string, string][] = [
  [
    'throws',
    ({ sensors }) =>
      (sensors.memory.next = () => {
        throw new Error('no such device');
      }),
    'memory',
    'no such device',
  ],
  [
    'rejects',
    ({ sensors }) => (sensors.gpus.next = () => Promise.reject(new Error('driver gone'))),
    'graphics card',
    'driver gone',
  ],
  ['hangs', ({ sensors }) => (sensors.network.next = never), 'network', 'no answer within 800 ms'],
  [
    'throws what is no error',
    ({ power }) =>
      (power.read = () => {
        throw 'bus'; // eslint-disable-line @typescript-eslint/only-throw-error
      }),
    'fake power',
    'bus',
  ],
  [
    'cannot tell the loaded models',
    ({ state }) =>
      (state.models = () => {
        throw new Error('gone');
      }),
    'loaded models',
    'gone',
  ],
  [
    'gives no number',
    ({ power }) => (power.reading = { batteryPercent: Number.NaN, source: 'ac' }),
    'fake power',
    'it gave a number that is none',
  ],
];

test.each(BROKEN)('a sensor that %s is unknown and told; all others go on', async (_name, spoil, sensor, problem) => {
  const built = build();
  spoil(built);
  built.monitor.start();
  await built.clock.advance(800);
  const { sensors } = built.monitor.latest();
  expect(sensors.filter(({ state }) => state === 'failed')).toMatchObject([{ name: sensor, problem }]);
  expect(built.monitor.health()).toEqual([`The sensor "${sensor}" fails: ${problem}. Its values are unknown.`]);
  expect(built.monitor.latest().cpu).toEqual(CPU);
  await built.clock.advance(20_000);
  expect(built.samples.length).toBeGreaterThanOrEqual(4);
});

test('a number that is none is unknown, and what else the source told still counts', async () => {
  const { power, monitor } = await buildStarted();
  power.reading = { batteryPercent: Number.NaN, speedLimitPercent: 400, userIdleMs: Infinity, source: 'ac' };
  await monitor.sampleNow();
  expect(monitor.latest().power).toMatchObject({ source: 'ac', batteryPercent: null, speedLimitPercent: null });
});

test('a sensor that hangs is waited for once, not asked again meanwhile, and back when it answers', async () => {
  const { sensors, clock, samples, monitor } = build();
  let finish: (value: boolean) => void = () => undefined;
  sensors.network.next = () => new Promise((resolve) => (finish = resolve));
  monitor.start();
  await clock.advance(10_800);
  expect(times(samples)).toEqual([800, 5_000, 10_000]);
  expect(sensors.network.reads).toBe(1);
  finish(false);
  sensors.network.next = () => true;
  await clock.advance(0);
  // The late answer was of another moment.
  expect(monitor.machine().online).toBeNull();
  await clock.advance(5_000);
  expect(monitor.machine().online).toBe(true);
  expect(monitor.health()).toEqual([]);
});

test('a sensor with a pace of its own is not read with every sample', async () => {
  const { sensors, clock, monitor } = build();
  sensors.gpus.everyMs = 10_000;
  monitor.start();
  await clock.advance(25_000);
  expect([sensors.gpus.reads, sensors.cpu.reads]).toEqual([3, 6]);
});

test('a sensor that costs a battery too much is unknown on battery, and back on mains', async () => {
  const { sensors, power, monitor } = await buildStarted();
  sensors.gpus.restsOnBattery = true;
  power.reading = { source: 'battery' };
  await monitor.sampleNow();
  await monitor.sampleNow();
  expect(monitor.latest().gpus).toBeNull();
  expect(monitor.health()).toEqual([]);
  const reads = sensors.gpus.reads;
  await monitor.sampleNow();
  expect(sensors.gpus.reads).toBe(reads);
  power.reading = { source: 'ac' };
  await monitor.sampleNow();
  await monitor.sampleNow();
  expect(monitor.latest().gpus).toHaveLength(2);
});

test('a sensor that cannot even forget fails alone', async () => {
  const { sensors, power, monitor } = await buildStarted();
  sensors.cpu.reset = () => {
    throw new Error('stuck');
  };
  power.tell('resume');
  expect(monitor.health()).toEqual(['The sensor "processor" fails: stuck. Its values are unknown.']);
  await monitor.sampleNow();
  expect(monitor.health()).toEqual([]);
});

test('a listener that throws keeps nobody from hearing', async () => {
  const { monitor, log, clock, samples } = build();
  monitor.onSample(() => {
    throw new Error('bad listener');
  });
  let heard = 0;
  monitor.onSample(() => heard++);
  monitor.start();
  await clock.advance(5_000);
  expect([samples.length, heard]).toEqual([2, 2]);
  expect(log.text).toContain('bad listener');
});

test('a listener that ended its subscription hears no more', async () => {
  const { monitor, clock } = build();
  let heard = 0;
  const end = monitor.onSample(() => heard++);
  monitor.start();
  await clock.advance(0);
  end();
  await clock.advance(5_000);
  expect(heard).toBe(1);
});

test('a clock set back an hour neither stalls nor hurries it', async () => {
  const { clock, samples } = await buildStarted();
  clock.jump(-3_600_000);
  await clock.advance(10_000);
  expect(times(samples)).toEqual([0, 5_000, 10_000]);
});

test('waking: everything measured before is unknown at once, listeners are told, and it measures again', async () => {
  const { power, monitor, sensors, clock, samples } = await buildStarted();
  const heard: unknown[] = [];
  monitor.onSleep((event) => heard.push(event, monitor.latest().cpu.machinePercent));
  await clock.advance(1_000);
  power.tell('suspend');
  power.tell('resume');
  expect(heard).toEqual(['suspend', 30, 'resume', null]);
  expect(sensors.cpu.resets).toBe(1);
  await clock.advance(0);
  expect(samples.map(({ atMs, snapshot }) => [atMs, snapshot.cpu.machinePercent])).toEqual([
    [0, 30],
    [1_000, null],
    [1_000, 30],
  ]);
});

test('a sleep that nobody told of is seen by the clocks', async () => {
  const { monitor, clock } = await buildStarted();
  const heard: string[] = [];
  monitor.onSleep((event) => heard.push(event));
  clock.jump(3_600_000);
  await clock.advance(5_000);
  expect(heard).toEqual(['resume']);
});

test('a sleep that was announced and did not come is over after a minute', async () => {
  const { monitor, power, clock } = await buildStarted();
  const heard: string[] = [];
  monitor.onSleep((event) => heard.push(event));
  power.tell('suspend');
  await clock.advance(60_000);
  expect(heard).toEqual(['suspend']);
  await clock.advance(5_000);
  expect(heard).toEqual(['suspend', 'resume']);
});

test('stopped, it leaves no timer and no subscription, publishes nothing, and stops its sources', async () => {
  const { monitor, power, clock, sensors, samples } = await buildStarted();
  sensors.network.next = never;
  await clock.advance(5_000);
  monitor.stop();
  monitor.stop();
  expect([clock.pendingTimers, power.listeners.size, power.stopped]).toEqual([0, 0, true]);
  const before = samples.length;
  monitor.attend();
  await monitor.sampleNow();
  await clock.advance(60_000);
  expect(samples.length).toBe(before);
});
