import { expect, test } from 'vitest';
import { SimulatedClock } from '../../bench/simulation/simulated-clock.ts';
import { LAPTOP, SimulatedMachine } from '../../bench/simulation/simulated-machine.ts';
import { World, type Episode } from '../../bench/simulation/world.ts';

const HOUR_MS = 3_600_000;

function machineWith(episodes: readonly Episode[]) {
  const clock = new SimulatedClock(0);
  const world = new World(clock, episodes);
  return { clock, machine: new SimulatedMachine({ clock, world, facts: LAPTOP }) };
}

test('the battery gives what the machine draws, idle and at work, and is charged again', () => {
  const { clock, machine } = machineWith([{ kind: 'battery', fromMs: HOUR_MS, toMs: 3 * HOUR_MS }]);
  clock.runUntil(2 * HOUR_MS);
  expect(machine.state).toMatchObject({ onBattery: true, batteryPercent: 85 });
  machine.beginWork(30);
  clock.runUntil(2.5 * HOUR_MS);
  machine.endWork(30);
  clock.runUntil(3 * HOUR_MS - 1);
  // 60 Wh - 2 h × 9 W - 0.5 h × 30 W = 27 Wh.
  expect(machine.state.batteryPercent).toBe(45);
  clock.runUntil(3.2 * HOUR_MS);
  expect(machine.state).toMatchObject({ onBattery: false, batteryPercent: 60 });
  expect(machine.energy).toMatchObject({ workWh: 15, workWhOnBattery: 15 });
  expect(machine.energy.lowestBatteryPercent).toBeCloseTo(45, 3);
});

test('hours on mains before the battery are not taken from it', () => {
  const { clock, machine } = machineWith([{ kind: 'battery', fromMs: 24 * HOUR_MS, toMs: 25 * HOUR_MS }]);
  clock.runUntil(24 * HOUR_MS);
  expect(machine.state.batteryPercent).toBe(100);
});

test('two answers at once draw little more than one, and each is slower', () => {
  const { clock, machine } = machineWith([]);
  machine.beginWork(30);
  machine.beginWork(30);
  clock.runUntil(HOUR_MS);
  expect(machine.energy.workWh).toBeCloseTo(34.5);
  expect([machine.speedFor(1), machine.speedFor(2)]).toEqual([1, 1 / 1.5]);
});

test('heat and battery hold the machine back, and the sensors say so', () => {
  const spans = { fromMs: 0, toMs: HOUR_MS };
  const { clock, machine } = machineWith([
    { kind: 'heat', level: 'serious', speed: 0.5, ...spans },
    { kind: 'battery', ...spans },
  ]);
  expect(machine.speedFor(1)).toBeCloseTo(0.3);
  expect(machine.state).toMatchObject({ thermal: 'serious', speedLimitPercent: 50 });
  clock.runUntil(HOUR_MS);
  expect(machine.speedFor(1)).toBe(1);
  expect(machine.state).toMatchObject({ thermal: 'nominal', speedLimitPercent: 100 });
});

test('that the network is gone is noticed after three seconds, and so is its return', () => {
  const { clock, machine } = machineWith([{ kind: 'offline', fromMs: 10_000, toMs: 20_000 }]);
  const online = [12_999, 13_000, 22_999, 23_000].map((atMs) => {
    clock.runUntil(atMs);
    return machine.state.online;
  });
  expect(online).toEqual([true, false, false, true]);
});

test('the state is the same object until something changes', () => {
  const { clock, machine } = machineWith([]);
  const before = machine.state;
  clock.runUntil(HOUR_MS);
  expect(machine.state).toBe(before);
  machine.beginWork(10);
  expect(machine.state).not.toBe(before);
});
