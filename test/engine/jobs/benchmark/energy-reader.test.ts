import { describe, expect, test } from 'vitest';
import { measureEnergy } from '../../../../src-main/engine/jobs/benchmark/energy-reader.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { makeSysfs, type SysfsFolder } from '../../../support/make-sysfs.ts';

const PACKAGE = { name: 'package-0', energy_uj: 5_000_000, max_energy_range_uj: 10_000_000 };

async function measured(
  before: Record<string, SysfsFolder>,
  after: Record<string, SysfsFolder>,
  seconds = 10,
): Promise<number | null> {
  const clock = new ManualClock();
  const sysfs = makeSysfs(before);
  const end = await measureEnergy({ root: sysfs.root, clock });
  await clock.advance(seconds * 1_000);
  for (const [device, files] of Object.entries(after)) sysfs.set(device, files);
  return end();
}

describe('the energy of a while', () => {
  test('is what the processor packages count, their parts not counted twice', async () => {
    const zones = { 'powercap/intel-rapl:0': PACKAGE, 'powercap/intel-rapl:0:0': { ...PACKAGE, name: 'core' } };
    expect(await measured(zones, { 'powercap/intel-rapl:0': { energy_uj: 8_000_000 } })).toBe(3);
  });

  test('is right when a counter begins anew', async () => {
    const zones = { 'powercap/intel-rapl:0': PACKAGE };
    expect(await measured(zones, { 'powercap/intel-rapl:0': { energy_uj: 1_000_000 } })).toBe(6);
  });

  test('is summed over all packages', async () => {
    const zones = { 'powercap/intel-rapl:0': PACKAGE, 'powercap/amd-rapl:1': { ...PACKAGE, name: 'package-1' } };
    const after = {
      'powercap/intel-rapl:0': { energy_uj: 6_000_000 },
      'powercap/amd-rapl:1': { energy_uj: 7_000_000 },
    };
    expect(await measured(zones, after)).toBe(3);
  });

  test('is the power of the battery times the time while it discharges, whatever the packages say', async () => {
    const devices = {
      'powercap/intel-rapl:0': PACKAGE,
      'power_supply/BAT0': { status: 'Discharging', power_now: 20_000_000 },
    };
    expect(await measured(devices, { 'power_supply/BAT0': { power_now: 30_000_000 } })).toBe(250);
  });

  test('is made of current and voltage where the battery tells those', async () => {
    const battery = { status: 'Discharging', current_now: 2_000_000, voltage_now: 12_000_000 };
    expect(await measured({ 'power_supply/BAT0': battery }, {})).toBe(240);
  });

  test.each<[string, Record<string, SysfsFolder>, Record<string, SysfsFolder>]>([
    ['nothing tells it', {}, {}],
    ['only administrators may read it', { 'powercap/intel-rapl:0': { ...PACKAGE, energy_uj: 'unreadable' } }, {}],
    ['the battery tells no power', { 'power_supply/BAT0': { status: 'Discharging' } }, {}],
    [
      'the charger is plugged in meanwhile',
      { 'power_supply/BAT0': { status: 'Discharging', power_now: 9_000_000 } },
      { 'power_supply/BAT0': { status: 'Charging' } },
    ],
    [
      'a counter cannot be read at the end',
      { 'powercap/intel-rapl:0': PACKAGE },
      { 'powercap/intel-rapl:0': { energy_uj: 'unreadable' } },
    ],
  ])('is unknown when %s', async (_name, before, after) => {
    expect(await measured(before, after)).toBeNull();
  });
});
