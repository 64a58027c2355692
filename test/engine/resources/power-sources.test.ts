import { expect, test } from 'vitest';
import type { PowerReading } from '../../../src-shared/machine.ts';
import { createMachinePower } from '../../../src-main/engine/resources/machine-sensors.ts';
import { mergePower, UNKNOWN_POWER } from '../../../src-main/engine/resources/power-reading.ts';
import { createPushedPower } from '../../../src-main/engine/resources/pushed-power.ts';
import { createScriptedPower } from '../../../src-main/engine/resources/scripted-power.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { SilentLog } from '../../support/silent-log.ts';

const told = (reading: Partial<PowerReading>): PowerReading => ({ ...UNKNOWN_POWER, ...reading });

test('of several sources the first that knows a value counts, value by value', () => {
  const files = told({ source: 'battery', batteryPercent: Number.NaN, hasBattery: true });
  const shell = told({ source: 'ac', thermal: 'serious', userIdleMs: 0, screenLocked: false });
  const library = told({ batteryPercent: 44, charging: true, thermal: 'nominal' });
  expect(mergePower([files, shell, library])).toEqual(
    told({
      source: 'battery',
      batteryPercent: 44,
      hasBattery: true,
      charging: true,
      thermal: 'serious',
      userIdleMs: 0,
      screenLocked: false,
    }),
  );
});

test('of no source nothing is known', () => {
  expect(mergePower([])).toEqual(UNKNOWN_POWER);
});

function buildPushed() {
  const clock = new ManualClock();
  const power = createPushedPower({ clock, log: new SilentLog() });
  const heard: string[] = [];
  const end = power.subscribe((event) => heard.push(event));
  return { clock, power, heard, end };
}

test('a pushed reading is known for 90 s and then unknown, unless it is renewed', async () => {
  const { clock, power } = buildPushed();
  expect(power.read()).toEqual(UNKNOWN_POWER);
  power.push({ source: 'ac' });
  await clock.advance(60_000);
  power.push({ source: 'ac' });
  await clock.advance(90_000);
  expect(power.read()).toEqual(told({ source: 'ac' }));
  await clock.advance(1);
  expect(power.read()).toEqual(UNKNOWN_POWER);
});

test('a pushed reading ages while the machine sleeps, on whichever clock runs on', () => {
  const { clock, power } = buildPushed();
  power.push({ source: 'ac' });
  clock.jump(-3_600_000);
  expect(power.read().source).toBe('ac');
  clock.jump(2 * 3_600_000);
  expect(power.read().source).toBeNull();
});

test('a push replaces the one before: what it leaves out is unknown', () => {
  const { power } = buildPushed();
  power.push({ source: 'ac', thermal: 'fair' });
  power.push({ source: 'ac' });
  expect(power.read()).toEqual(told({ source: 'ac' }));
});

test('a push is a change when more than time and charge go on, or when the person is back', () => {
  const { power, heard } = buildPushed();
  power.push({ source: 'ac', batteryPercent: 80, userIdleMs: 1_000 });
  power.push({ source: 'ac', batteryPercent: 81, userIdleMs: 2_000 });
  expect(heard).toEqual(['change']);
  power.push({ source: 'battery', batteryPercent: 81, userIdleMs: 3_000 });
  power.push({ source: 'battery', batteryPercent: 81, userIdleMs: 0 });
  expect(heard).toEqual(['change', 'change', 'change']);
});

test('sleep is passed on, and what was known before it is forgotten', () => {
  const { power, heard, end } = buildPushed();
  power.push({ source: 'ac' });
  power.announce('suspend');
  power.announce('resume');
  expect(heard).toEqual(['change', 'suspend', 'resume']);
  expect(power.read()).toEqual(UNKNOWN_POWER);
  end();
  power.push({ source: 'battery' });
  expect(heard).toHaveLength(3);
});

test('a script plays its timeline: values stay until they are set again, events are told in their moment', async () => {
  const clock = new ManualClock();
  const log = new SilentLog();
  const power = createScriptedPower({
    clock,
    log,
    timeline: [
      { atMs: 0, reading: { source: 'ac', batteryPercent: 90 } },
      { atMs: 5_000, reading: { source: 'battery' } },
      { atMs: 6_000, event: 'suspend' },
      { atMs: 9_000, event: 'resume', reading: { batteryPercent: 88 } },
    ],
  });
  const heard: [number, string, number | null][] = [];
  power.subscribe((event) => {
    heard.push([clock.monotonicMs(), event, power.read().batteryPercent]);
  });
  expect(power.read()).toEqual(told({ source: 'ac', batteryPercent: 90 }));
  await clock.advance(20_000);
  expect(power.read()).toEqual(told({ source: 'battery', batteryPercent: 88 }));
  expect(heard).toEqual([
    [5_000, 'change', 90],
    [6_000, 'suspend', 90],
    [9_000, 'resume', 88],
  ]);
  expect(clock.pendingTimers).toBe(0);
});

test('a script that is stopped plays no more', () => {
  const clock = new ManualClock();
  const timeline = [{ atMs: 1_000, reading: { source: 'ac' } as const }];
  const power = createScriptedPower({ clock, log: new SilentLog(), timeline });
  power.stop();
  expect(clock.pendingTimers).toBe(0);
});

test('on Linux the files come before the shell, which says "on mains" there whatever is true; elsewhere the shell does', () => {
  const clock = new ManualClock();
  const log = new SilentLog();
  const shell = createPushedPower({ clock, log });
  const namesOn = (platform: string, withShell: boolean) =>
    createMachinePower({ clock, log, platform, environment: {}, ...(withShell ? { shell } : {}) }).map(
      ({ name }) => name,
    );
  const files = 'Linux power supplies and thermal zones';
  expect(namesOn('linux', true)).toEqual([files, 'the desktop shell']);
  expect(namesOn('linux', false)).toEqual([files]);
  expect(namesOn('darwin', true)).toEqual(['the desktop shell', 'systeminformation']);
  expect(namesOn('win32', false)).toEqual(['systeminformation']);
});
