import { expect, onTestFinished, test } from 'vitest';
import type { PowerReading } from '../../../src-shared/machine.ts';
import { IdleGate } from '../../../src-main/engine/resources/idle-gate.ts';
import { createPushedPower } from '../../../src-main/engine/resources/pushed-power.ts';
import { ResourceMonitor } from '../../../src-main/engine/resources/resource-monitor.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { SilentLog } from '../../support/silent-log.ts';
import { CPU, fakeSensors } from './fake-sensors.ts';
import { LIMITS } from './gate-inputs.ts';

const AWAY: Partial<PowerReading> = {
  source: 'ac',
  hasBattery: false,
  thermal: 'nominal',
  userIdleMs: 3_600_000,
};

/** A shell that tells each 30 s how things are, a monitor and a gate, ten minutes on. */
async function build() {
  const clock = new ManualClock();
  const log = new SilentLog();
  const sensors = fakeSensors();
  sensors.cpu.next = () => ({ ...CPU, othersPercent: 3 });
  const shell = createPushedPower({ clock, log });
  const monitor = new ResourceMonitor({ clock, log, sensors, power: [shell], loadedModels: () => [] });
  const gate = new IdleGate({
    clock,
    log,
    monitor,
    limits: () => LIMITS,
    activeRequests: () => 0,
    heldBack: () => null,
  });
  onTestFinished(() => {
    gate.stop();
    monitor.stop();
  });
  const changes: [number, boolean][] = [];
  gate.onOpen(() => changes.push([clock.monotonicMs(), true]));
  gate.onClose(() => changes.push([clock.monotonicMs(), false]));
  const live = async (forMs: number): Promise<void> => {
    for (let restMs = forMs; restMs > 0; restMs -= 30_000) {
      shell.push(AWAY);
      await clock.advance(Math.min(restMs, 30_000));
    }
  };
  monitor.start();
  await live(600_000);
  expect(changes).toEqual([[600_000, true]]);
  return { clock, sensors, shell, gate, changes, live };
}

test('the person’s hand on the pointer closes it in that moment, when the shell tells of it', async () => {
  const { clock, shell, changes } = await build();
  await clock.advance(410);
  shell.push({ ...AWAY, userIdleMs: 0 });
  await clock.advance(0);
  expect(changes.at(-1)).toEqual([600_410, false]);
});

test('the charger pulled out closes it in that moment', async () => {
  const { clock, shell, changes } = await build();
  await clock.advance(410);
  shell.push({ ...AWAY, source: 'battery' });
  await clock.advance(0);
  expect(changes.at(-1)).toEqual([600_410, false]);
});

test('what nobody tells of is seen within a second, for an open gate has the machine watched closely', async () => {
  const { clock, sensors, changes } = await build();
  await clock.advance(10_300);
  sensors.cpu.next = () => ({ ...CPU, othersPercent: 60 });
  await clock.advance(1_000);
  expect(changes.at(-1)).toEqual([611_000, false]);
});

test('a request is seen within a second', async () => {
  const { clock, gate, changes } = await build();
  await clock.advance(10_300);
  gate.noteGatewayRequest(clock.monotonicMs());
  await clock.advance(1_000);
  expect(changes.at(-1)).toEqual([611_000, false]);
});

test('a shell that falls silent closes it after 90 s: what it said is not believed for ever', async () => {
  const { clock, changes } = await build();
  await clock.advance(90_000);
  // The last push was at 570 s.
  expect(changes.at(-1)).toEqual([661_000, false]);
});

test('a sensor that breaks closes it', async () => {
  const { clock, sensors, gate, changes } = await build();
  await clock.advance(2_500);
  sensors.cpu.next = () => {
    throw new Error('gone');
  };
  await clock.advance(1_000);
  expect(changes.at(-1)).toEqual([603_000, false]);
  expect(gate.state().closedBy).toEqual(['cpu']);
});

test('sleep closes it at once, and waking wants all windows again', async () => {
  const { clock, shell, changes, live, gate } = await build();
  await clock.advance(250);
  shell.announce('suspend');
  expect(changes.at(-1)).toEqual([600_250, false]);
  clock.jump(3_600_000);
  shell.announce('resume');
  await live(599_000);
  expect(gate.isOpen).toBe(false);
  await live(6_000);
  expect(gate.isOpen).toBe(true);
});
