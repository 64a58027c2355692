export const PAUSES = ['hour', 'tomorrow', 'resumed'] as const;
export type Pause = (typeof PAUSES)[number];

const HOUR_MS = 3_600_000;
/** A night that is worked through ends in the morning, not at midnight; the tray's pause does the same. */
const MORNING_HOUR = 6;

/** Unix milliseconds at which a pause that begins now ends by itself; null: when the person says so. */
export function pauseUntil(span: Pause, nowMs: number): number | null {
  if (span === 'resumed') return null;
  if (span === 'hour') return nowMs + HOUR_MS;
  const now = new Date(nowMs);
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, MORNING_HOUR).getTime();
}
