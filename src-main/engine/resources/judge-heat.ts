import type { ThermalLevel } from '../../../src-shared/machine.ts';
import { hottest, within } from './power-reading.ts';

/** One zone of `/sys/class/thermal`, in thousandths of a degree Celsius; null: absent or unreadable. */
export interface ThermalZone {
  temperature: number | null;
  trips: readonly { type: string | null; temperature: number | null }[];
}

/**
 * How far below a trip point a level begins, in thousandths of a degree. The kernel throttles at `passive`, tells the
 * firmware at `hot` and switches the machine off at `critical`: the levels must begin before that to be of use.
 */
const MARGINS: Readonly<Record<string, readonly { level: ThermalLevel; below: number }[]>> = {
  critical: [
    { level: 'critical', below: 3_000 },
    { level: 'serious', below: 10_000 },
    { level: 'fair', below: 20_000 },
  ],
  hot: [
    { level: 'critical', below: 0 },
    { level: 'serious', below: 5_000 },
    { level: 'fair', below: 15_000 },
  ],
  passive: [
    { level: 'serious', below: 0 },
    { level: 'fair', below: 10_000 },
  ],
};

/** Outside of it a temperature or trip point is a placeholder (0, -274 °C, 255 °C), not a measurement. */
const BELIEVED = { temperature: [-40_000, 150_000], trip: [40_000, 150_000] } as const;

/** The hottest zone's level against its own trip points; null when no zone has both a temperature and a trip point. */
export function judgeHeat(zones: readonly ThermalZone[]): ThermalLevel | null {
  return hottest(zones.map(judgeZone));
}

function judgeZone(zone: ThermalZone): ThermalLevel | null {
  const temperature = within(zone.temperature, ...BELIEVED.temperature);
  if (temperature === null) return null;
  return hottest(
    zone.trips.map((trip) => {
      const margins = MARGINS[trip.type ?? ''];
      const limit = within(trip.temperature, ...BELIEVED.trip);
      if (margins === undefined || limit === null) return null;
      return margins.find(({ below }) => temperature >= limit - below)?.level ?? 'nominal';
    }),
  );
}
