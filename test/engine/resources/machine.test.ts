import { expect, onTestFinished, test } from 'vitest';
import { settings } from '../../../src-shared/settings.ts';
import { toGateLimits } from '../../../src-main/engine/resources/gate-limits.ts';
import { IdleGate } from '../../../src-main/engine/resources/idle-gate.ts';
import { createMachinePower, createMachineSensors } from '../../../src-main/engine/resources/machine-sensors.ts';
import { ResourceMonitor } from '../../../src-main/engine/resources/resource-monitor.ts';
import { systemClock } from '../../../src-main/engine/system-ports.ts';
import { battery, MAINS_OFF, makeSysfs } from '../../support/make-sysfs.ts';
import { makeFiles } from '../../support/make-files.ts';
import { SilentLog } from '../../support/silent-log.ts';
import { LIMITS } from './gate-inputs.ts';

/** The real sensors, on a machine made of files. */
async function buildLinux() {
  const sysfs = makeSysfs({
    'power_supply/AC': MAINS_OFF,
    'power_supply/BAT0': battery('Discharging', 41),
    'thermal/thermal_zone0': { temp: 51_000, trip_point_0_type: 'critical', trip_point_0_temp: 100_000 },
  });
  const proc = makeFiles({
    stat: 'cpu  1000 0 0 9000 0 0 0 0 0 0\n',
    meminfo: 'MemAvailable: 2097152 kB\n',
    'net/route': 'eth0\t00000000\t0102A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n',
  });
  const log = new SilentLog();
  const machine = { clock: systemClock, log, platform: 'linux', environment: { DISPLAY: ':0' } };
  const options = { ...machine, procFolder: proc.root, sysRoot: sysfs.root };
  const monitor = new ResourceMonitor({
    clock: systemClock,
    log,
    sensors: createMachineSensors(options),
    power: createMachinePower(options),
    loadedModels: () => null,
  });
  onTestFinished(() => monitor.stop());
  monitor.start();
  await monitor.sampleNow();
  return { monitor, proc, sysfs };
}

test('on Linux everything is read from files', async () => {
  const { monitor, proc } = await buildLinux();
  proc.write('stat', 'cpu  1600 0 0 9400 0 0 0 0 0 0\n');
  await monitor.sampleNow();
  expect(monitor.health()).toEqual([]);
  expect(monitor.latest()).toMatchObject({
    cpu: { machinePercent: 60, ollamaPercent: 0 },
    memory: { availableBytes: 2 * 1024 ** 3 },
    power: { source: 'battery', batteryPercent: 41, charging: false, hasBattery: true, thermal: 'nominal' },
    headless: false,
  });
  expect(monitor.latest().memory.ownBytes).toBeGreaterThan(1e7);
});

test('files that vanish fail their own sensors and no other', async () => {
  const { monitor, proc } = await buildLinux();
  proc.remove('stat');
  proc.write('meminfo', 'nothing of the kind');
  await monitor.sampleNow();
  const failed = monitor.latest().sensors.filter(({ state }) => state === 'failed');
  expect(failed.map(({ name }) => name)).toEqual(['processor', 'memory']);
  expect(monitor.latest().power.source).toBe('battery');
});

test('a gate on a real monitor sees what the machine tells', async () => {
  const { monitor } = await buildLinux();
  const gate = new IdleGate({
    clock: systemClock,
    log: new SilentLog(),
    monitor,
    limits: () => LIMITS,
    activeRequests: () => 0,
    heldBack: () => null,
  });
  onTestFinished(() => gate.stop());
  expect(gate.state().closedBy).toEqual(expect.arrayContaining(['power', 'quiet', 'user_away']));
  expect(gate.state().conditions.find(({ name }) => name === 'battery')).toMatchObject({ met: true, value: '41 %' });
});

test('the settings’ defaults are the gate’s', () => {
  const { gate, constraints } = settings.parse({});
  expect(toGateLimits(gate, { batteryPercent: constraints.batteryPercent })).toEqual({ ...LIMITS, headless: null });
});
