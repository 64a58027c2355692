import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PowerReading } from '../../../src-shared/machine.ts';
import type { PowerSource } from '../ports.ts';
import { judgeHeat, type ThermalZone } from './judge-heat.ts';
import { judgeSupplies, type Supply } from './judge-supplies.ts';
import { UNKNOWN_POWER } from './power-reading.ts';

/** A zone has at most this many trip points in the kernels of today. */
const MOST_TRIPS = 12;
/** Trip points hardly ever change and are many: they are read again with every so many-th reading. */
const READINGS_PER_TRIPS = 60;

/**
 * Battery, charger and heat of a Linux machine from `root` (`/sys`). Files are read off the event loop: some batteries
 * take many milliseconds to answer. A value that cannot be read keeps its last one for one reading, then is unknown.
 */
export function createSysfsPower(options: { root: string }): PowerSource {
  let last: Partial<PowerReading> = {};
  let readings = 0;
  const trips = new Map<string, Trips>();
  return {
    name: 'Linux power supplies and thermal zones',
    async read() {
      if (readings++ % READINGS_PER_TRIPS === 0) trips.clear();
      const [supplies, zones] = await Promise.all([readSupplies(options.root), readZones(options.root, trips)]);
      const found = { ...(supplies === null ? {} : judgeSupplies(supplies)), thermal: judgeHeat(zones) };
      const kept = last;
      last = found;
      return {
        ...UNKNOWN_POWER,
        source: found.source ?? kept.source ?? null,
        batteryPercent: found.batteryPercent ?? (found.hasBattery === false ? null : (kept.batteryPercent ?? null)),
        charging: found.charging ?? kept.charging ?? null,
        hasBattery: found.hasBattery ?? kept.hasBattery ?? null,
        thermal: found.thermal ?? kept.thermal ?? null,
      };
    },
    // The kernel tells changes only to udev: whoever wants to know reads again.
    subscribe: () => () => undefined,
  };
}

/** null: the folder itself cannot be read, so nothing is known; a machine without supplies has an empty one. */
async function readSupplies(root: string): Promise<Supply[] | null> {
  const folder = join(root, 'class/power_supply');
  const names = await readdir(folder).catch(() => null);
  return names === null ? null : Promise.all(names.map((name) => readSupply(join(folder, name))));
}

async function readSupply(folder: string): Promise<Supply> {
  const read = (name: string) => readText(join(folder, name));
  const number = (name: string) => readNumber(join(folder, name));
  const [type, scope, present, online, status, capacityPercent] = await Promise.all([
    read('type'),
    read('scope'),
    number('present'),
    number('online'),
    read('status'),
    number('capacity'),
  ]);
  const content = type === 'Battery' || type === 'UPS' ? await readContent(number) : { now: null, full: null };
  return { type, scope, present: present === null ? null : present > 0, online, status, capacityPercent, ...content };
}

/** Drivers count energy or charge. */
async function readContent(number: (name: string) => Promise<number | null>): Promise<Pick<Supply, 'now' | 'full'>> {
  const [energyNow, energyFull] = await Promise.all([number('energy_now'), number('energy_full')]);
  if (energyFull !== null) return { now: energyNow, full: energyFull };
  const [chargeNow, chargeFull] = await Promise.all([number('charge_now'), number('charge_full')]);
  return { now: chargeNow, full: chargeFull };
}

type Trips = ThermalZone['trips'];

async function readZones(root: string, known: Map<string, Trips>): Promise<ThermalZone[]> {
  const folder = join(root, 'class/thermal');
  const names = await readdir(folder).catch(() => []);
  const zones = names.filter((name) => name.startsWith('thermal_zone')).map((name) => join(folder, name));
  return Promise.all(
    zones.map(async (zone) => {
      const temperature = await readNumber(join(zone, 'temp'));
      const trips = known.get(zone) ?? (await readTrips(zone));
      known.set(zone, trips);
      return { temperature, trips };
    }),
  );
}

async function readTrips(zone: string): Promise<Trips> {
  const trips: { type: string | null; temperature: number | null }[] = [];
  for (let index = 0; index < MOST_TRIPS; index++) {
    const type = await readText(join(zone, `trip_point_${index}_type`));
    if (type === null) break;
    trips.push({ type, temperature: await readNumber(join(zone, `trip_point_${index}_temp`)) });
  }
  return trips;
}

async function readText(path: string): Promise<string | null> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.trim() === '' ? null : text.trim();
}

async function readNumber(path: string): Promise<number | null> {
  const text = await readText(path);
  return text !== null && /^-?\d+$/.test(text) ? Number(text) : null;
}
