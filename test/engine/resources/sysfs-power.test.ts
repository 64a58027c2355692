import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PowerReading } from '../../../src-shared/machine.ts';
import { UNKNOWN_POWER } from '../../../src-main/engine/resources/power-reading.ts';
import { createSysfsPower } from '../../../src-main/engine/resources/sysfs-power.ts';
import { battery, MAINS_OFF, MAINS_ON, makeSysfs, type SysfsFolder } from '../../support/make-sysfs.ts';

const MOUSE: SysfsFolder = { type: 'Battery', scope: 'Device', present: 1, status: 'Discharging', capacity: 15 };
const NONE = { source: 'ac', batteryPercent: null, charging: false, hasBattery: false } as const;

function readOnce(devices: Readonly<Record<string, SysfsFolder>>): PowerReading | Promise<PowerReading> {
  return createSysfsPower({ root: makeSysfs(devices).root }).read();
}

const SUPPLIES: [string, Record<string, SysfsFolder>, Partial<PowerReading>][] = [
  [
    'a laptop on mains is charging',
    { AC: MAINS_ON, BAT0: battery('Charging', 55) },
    { source: 'ac', batteryPercent: 55, charging: true, hasBattery: true },
  ],
  [
    'a laptop on battery',
    { AC: MAINS_OFF, BAT0: battery('Discharging', 54) },
    { source: 'battery', batteryPercent: 54, charging: false, hasBattery: true },
  ],
  [
    'a full laptop on mains',
    { AC: MAINS_ON, BAT0: battery('Full', 100) },
    { source: 'ac', batteryPercent: 100, charging: false, hasBattery: true },
  ],
  [
    'a laptop that holds its charge at 80 %',
    { AC: MAINS_ON, BAT0: battery('Not charging', 80) },
    { source: 'ac', batteryPercent: 80, charging: false, hasBattery: true },
  ],
  [
    'a weak charger is a charger',
    { AC: MAINS_ON, BAT0: battery('Discharging', 70) },
    { source: 'ac', batteryPercent: 70, charging: false, hasBattery: true },
  ],
  [
    'two batteries count by what they hold: 20 of 100 % and 60 of 20 %, in Wh 24 of 80',
    { AC: MAINS_OFF, BAT0: battery('Not charging', 100, 20_000_000), BAT1: battery('Discharging', 10, 60_000_000) },
    { source: 'battery', batteryPercent: 32.5, charging: false, hasBattery: true },
  ],
  [
    'two batteries, of which one is charging',
    { AC: MAINS_ON, BAT0: battery('Full', 100), BAT1: battery('Charging', 50) },
    { source: 'ac', batteryPercent: 75, charging: true, hasBattery: true },
  ],
  [
    'two batteries in units that cannot be weighed count alike',
    {
      AC: MAINS_OFF,
      BAT0: { type: 'Battery', present: 1, status: 'Discharging', capacity: 40 },
      BAT1: battery('Discharging', 80),
    },
    { source: 'battery', batteryPercent: 60, charging: false, hasBattery: true },
  ],
  [
    'an empty bay is no battery',
    { AC: MAINS_ON, BAT0: battery('Full', 98), BAT1: { type: 'Battery', present: 0, status: 'Unknown' } },
    { source: 'ac', batteryPercent: 98, charging: false, hasBattery: true },
  ],
  ['a desktop that lists its mains', { AC: MAINS_ON }, NONE],
  ['a desktop that lists nothing', {}, NONE],
  ['a desktop with a wireless mouse', { hidpp_battery_0: MOUSE }, NONE],
  [
    'a laptop on mains with an empty mouse',
    { ADP1: MAINS_ON, BAT0: battery('Full', 100), hidpp_battery_0: MOUSE },
    { source: 'ac', batteryPercent: 100, charging: false, hasBattery: true },
  ],
  [
    'a desktop whose uninterruptible supply feeds it',
    { ups: { type: 'UPS', scope: 'System', status: 'Discharging', capacity: 63 } },
    { source: 'battery', batteryPercent: 63, charging: false, hasBattery: true },
  ],
  [
    'a desktop whose uninterruptible supply stands by',
    { ups: { type: 'UPS', scope: 'System', status: 'Full', capacity: 100 } },
    { source: 'ac', batteryPercent: 100, charging: false, hasBattery: true },
  ],
  [
    'a laptop fed by USB-C, which tells 2 for a negotiated supply',
    { AC: MAINS_OFF, 'ucsi-source-psy-1': { type: 'USB', online: 2 }, BAT0: battery('Charging', 30) },
    { source: 'ac', batteryPercent: 30, charging: true, hasBattery: true },
  ],
  [
    'a laptop with two USB-C sockets and nothing in them',
    {
      'ucsi-source-psy-1': { type: 'USB', online: 0 },
      'ucsi-source-psy-2': { type: 'USB', online: 0 },
      BAT0: battery('Discharging', 30),
    },
    { source: 'battery', batteryPercent: 30, charging: false, hasBattery: true },
  ],
  [
    'a tablet that lists its battery alone is on battery when that discharges',
    { BAT0: battery('Discharging', 30) },
    { source: 'battery', batteryPercent: 30, charging: false, hasBattery: true },
  ],
  [
    'a tablet that lists its battery alone is on mains when that charges',
    { BAT0: battery('Charging', 30) },
    { source: 'ac', batteryPercent: 30, charging: true, hasBattery: true },
  ],
  [
    'a battery that tells charge in µAh and no percentage',
    {
      AC: MAINS_OFF,
      BAT0: { type: 'Battery', present: 1, status: 'Discharging', charge_now: 1_500_000, charge_full: 6_000_000 },
    },
    { source: 'battery', batteryPercent: 25, charging: false, hasBattery: true },
  ],
  [
    'a fresh battery that tells 104 %',
    { AC: MAINS_ON, BAT0: { ...battery('Full', 100), capacity: 104 } },
    { source: 'ac', batteryPercent: 100, charging: false, hasBattery: true },
  ],
];

test.each(SUPPLIES)('%s', async (_name, supplies, expected) => {
  const devices = Object.fromEntries(Object.entries(supplies).map(([name, files]) => [`power_supply/${name}`, files]));
  expect(await readOnce(devices)).toEqual({ ...UNKNOWN_POWER, ...expected });
});

const UNCERTAIN: [string, Record<string, SysfsFolder>, Partial<PowerReading>][] = [
  [
    'a mains file that cannot be read leaves it to the battery’s status',
    { AC: { type: 'Mains', online: 'unreadable' }, BAT0: battery('Discharging', 50) },
    { source: 'battery', batteryPercent: 50, charging: false, hasBattery: true },
  ],
  [
    'a mains file that cannot be read, and a status that says nothing',
    { AC: { type: 'Mains', online: 'unreadable' }, BAT0: battery('Unknown', 50) },
    { batteryPercent: 50, hasBattery: true },
  ],
  [
    'a percentage that is garbage',
    { AC: MAINS_ON, BAT0: { type: 'Battery', present: 1, status: 'Charging', capacity: 'lots' } },
    { source: 'ac', charging: true, hasBattery: true },
  ],
  [
    'a percentage that no battery has',
    { AC: MAINS_ON, BAT0: { type: 'Battery', present: 1, status: 'Full', capacity: 65_535 } },
    { source: 'ac', charging: false, hasBattery: true },
  ],
  [
    'one of two batteries that cannot be read spoils the percentage',
    { AC: MAINS_ON, BAT0: battery('Full', 100), BAT1: { type: 'Battery', present: 1, status: 'unreadable' } },
    { source: 'ac', hasBattery: true },
  ],
  ['a supply whose type cannot be read may be a battery', { BAT0: { type: 'unreadable', capacity: 50 } }, {}],
  [
    'a supply whose type cannot be read may be the mains',
    { BAT0: battery('Unknown', 50), odd: { type: 'unreadable' } },
    { batteryPercent: 50, hasBattery: true },
  ],
];

test.each(UNCERTAIN)('what does not add up is unknown: %s', async (_name, supplies, expected) => {
  const devices = Object.fromEntries(Object.entries(supplies).map(([name, files]) => [`power_supply/${name}`, files]));
  expect(await readOnce(devices)).toEqual({ ...UNKNOWN_POWER, ...expected });
});

test('where there is no folder of supplies nothing is known, not even that there is no battery', async () => {
  const { root } = makeSysfs({});
  rmSync(join(root, 'class'), { recursive: true });
  expect(await createSysfsPower({ root }).read()).toEqual(UNKNOWN_POWER);
});

test('what cannot be read keeps its value for one reading, then is unknown, and comes back', async () => {
  const sysfs = makeSysfs({ 'power_supply/AC': MAINS_ON, 'power_supply/BAT0': battery('Charging', 60) });
  const power = createSysfsPower({ root: sysfs.root });
  await power.read();
  sysfs.set('power_supply/AC', { online: 'unreadable' });
  sysfs.set('power_supply/BAT0', {
    status: 'unreadable',
    capacity: 'unreadable',
    energy_now: 'unreadable',
    energy_full: 'unreadable',
  });
  const first = await power.read();
  const second = await power.read();
  sysfs.set('power_supply/AC', MAINS_OFF);
  sysfs.set('power_supply/BAT0', battery('Discharging', 59));
  const third = await power.read();
  const known = { ...UNKNOWN_POWER, hasBattery: true };
  expect([first, second, third]).toEqual([
    { ...known, source: 'ac', batteryPercent: 60, charging: true },
    known,
    { ...known, source: 'battery', batteryPercent: 59, charging: false },
  ]);
});

test('a battery that is taken out is gone at once, percentage and all', async () => {
  const sysfs = makeSysfs({ 'power_supply/AC': MAINS_ON, 'power_supply/BAT0': battery('Full', 100) });
  const power = createSysfsPower({ root: sysfs.root });
  await power.read();
  sysfs.remove('power_supply/BAT0');
  expect(await power.read()).toEqual({ ...UNKNOWN_POWER, ...NONE });
});

/** Trip points of an ordinary laptop, in thousandths of a degree. */
const TRIPS: SysfsFolder = {
  trip_point_0_type: 'critical',
  trip_point_0_temp: 105_000,
  trip_point_1_type: 'hot',
  trip_point_1_temp: 100_000,
  trip_point_2_type: 'passive',
  trip_point_2_temp: 90_000,
  trip_point_3_type: 'active',
  trip_point_3_temp: 50_000,
};

test.each([
  [45_000, 'nominal'],
  [79_999, 'nominal'],
  [80_000, 'fair'],
  [89_999, 'fair'],
  [90_000, 'serious'],
  [99_999, 'serious'],
  [100_000, 'critical'],
  [104_000, 'critical'],
])('a zone of %i against passive 90, hot 100 and critical 105 °C is %s', async (temp, thermal) => {
  expect(await readOnce({ 'thermal/thermal_zone0': { type: 'x86_pkg_temp', temp, ...TRIPS } })).toMatchObject({
    thermal,
  });
});

test.each([
  ['79.9', 79_900, 'nominal'],
  ['80', 80_000, 'fair'],
  ['90', 90_000, 'serious'],
  ['97', 97_000, 'critical'],
])('with nothing but a critical point of 100 °C the levels begin before it: %s °C', async (_name, temp, thermal) => {
  const zone = { temp, trip_point_0_type: 'critical', trip_point_0_temp: 100_000 };
  expect(await readOnce({ 'thermal/thermal_zone3': zone })).toMatchObject({ thermal });
});

test('the hottest zone counts', async () => {
  const reading = await readOnce({
    'thermal/thermal_zone0': { temp: 45_000, ...TRIPS },
    'thermal/thermal_zone1': { temp: 92_000, ...TRIPS },
    'thermal/cooling_device0': { temp: 104_000, ...TRIPS },
  });
  expect(reading).toMatchObject({ thermal: 'serious' });
});

test.each([
  ['zones without trip points', { temp: 45_000 }],
  ['a temperature that cannot be read, as a wireless card’s when it is off', { temp: 'unreadable', ...TRIPS }],
  ['garbage for a temperature', { temp: 'warm', ...TRIPS }],
  ['a temperature that no machine has', { temp: 255_000, ...TRIPS }],
  ['trip points that are placeholders', { temp: 45_000, trip_point_0_type: 'critical', trip_point_0_temp: -274_000 }],
  [
    'trip points of kinds that say nothing of heat',
    { temp: 45_000, trip_point_0_type: 'active', trip_point_0_temp: 40_000 },
  ],
] as [string, SysfsFolder][])('heat is unknown with %s', async (_name, zone) => {
  expect(await readOnce({ 'thermal/thermal_zone0': zone })).toMatchObject({ thermal: null });
});

test('trip points that somebody changes are seen within a minute of readings', async () => {
  const sysfs = makeSysfs({ 'thermal/thermal_zone0': { temp: 85_000, ...TRIPS } });
  const power = createSysfsPower({ root: sysfs.root });
  await power.read();
  sysfs.set('thermal/thermal_zone0', { trip_point_2_temp: 84_000 });
  for (let reading = 1; reading < 60; reading++) await power.read();
  expect(await power.read()).toMatchObject({ thermal: 'serious' });
});
