const DAY_MS = 86_400_000;

/** Days are counted from 1970 in UTC: what is compared are weeks, and a local midnight moves with the laptop. */
export function dayOf(timeMs: number): number {
  return Math.floor(timeMs / DAY_MS);
}

export function startOfDay(day: number): number {
  return day * DAY_MS;
}

export const DAY_PREFIX = 'day/';

/** Sorts by day. */
export function dayKey(day: number, providerId: string): string {
  return `${DAY_PREFIX}${String(day).padStart(6, '0')}/${providerId}`;
}

/** null: it is no such key. */
export function parseDayKey(key: string): { day: number; providerId: string } | null {
  const [, day, providerId] = /^day\/(\d{6,})\/(.+)$/.exec(key) ?? [];
  return day === undefined || providerId === undefined ? null : { day: Number(day), providerId };
}
