import { THERMAL_LEVELS, type PowerReading, type ThermalLevel } from '../../../src-shared/machine.ts';

/** Nothing is known. */
export const UNKNOWN_POWER: PowerReading = {
  source: null,
  batteryPercent: null,
  charging: null,
  hasBattery: null,
  thermal: null,
  speedLimitPercent: null,
  userIdleMs: null,
  screenLocked: null,
  online: null,
  metered: null,
};

/** First known value wins, field by field: sources are given best first. A number that is none counts as unknown. */
export function mergePower(readings: readonly PowerReading[]): PowerReading {
  const merged = { ...UNKNOWN_POWER };
  for (const reading of readings) {
    merged.source ??= reading.source;
    merged.batteryPercent ??= within(reading.batteryPercent, 0, 100);
    merged.charging ??= reading.charging;
    merged.hasBattery ??= reading.hasBattery;
    merged.thermal ??= reading.thermal;
    merged.speedLimitPercent ??= within(reading.speedLimitPercent, 0, 100);
    merged.userIdleMs ??= within(reading.userIdleMs, 0, Infinity);
    merged.screenLocked ??= reading.screenLocked;
    merged.online ??= reading.online;
    merged.metered ??= reading.metered;
  }
  return merged;
}

/** Does it hold a number that no sensor can mean? Its other fields are still worth something. */
export function isGarbled(reading: PowerReading): boolean {
  const numbers = [reading.batteryPercent, reading.speedLimitPercent, reading.userIdleMs];
  return numbers.some((value) => value !== null && within(value, 0, Infinity) === null);
}

/** The hottest of several; null when none is known. */
export function hottest(levels: readonly (ThermalLevel | null)[]): ThermalLevel | null {
  const ranks = levels.map((level) => (level === null ? -1 : THERMAL_LEVELS.indexOf(level)));
  return THERMAL_LEVELS[Math.max(-1, ...ranks)] ?? null;
}

/** The number, or null when it is unknown, not finite or out of range. */
export function within(value: number | null, lowest: number, highest: number): number | null {
  return value !== null && Number.isFinite(value) && value >= lowest && value <= highest ? value : null;
}
