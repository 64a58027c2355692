const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const minute = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const dayAndClock = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const full = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'medium' });

/** All take Unix milliseconds in local time; null: unknown. */
export const formatClock = (atMs: number | null) => (atMs === null ? null : clock.format(atMs));
export const formatDateTime = (atMs: number | null) => (atMs === null ? null : dayAndClock.format(atMs));
export const formatDay = (atMs: number | null) => (atMs === null ? null : day.format(atMs));
/** For titles. */
export const formatFullTime = (atMs: number) => full.format(atMs);

/** The clock alone today, else with the day. */
export function formatMoment(atMs: number | null, nowMs: number): string | null {
  if (atMs === null) return null;
  const isToday = new Date(atMs).toDateString() === new Date(nowMs).toDateString();
  return isToday ? clock.format(atMs) : dayAndClock.format(atMs);
}

/** As `formatMoment`, to the minute: for what is planned, or long over. */
export function formatWhen(atMs: number | null, nowMs: number): string | null {
  if (atMs === null) return null;
  const isToday = new Date(atMs).toDateString() === new Date(nowMs).toDateString();
  return isToday ? minute.format(atMs) : dayAndClock.format(atMs);
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `840 ms`, `2.4 s`, `3 min 5 s`, `2 h 10 min`, `4 d 3 h`. */
export function formatDuration(durationMs: number | null): string | null {
  if (durationMs === null) return null;
  if (durationMs < 0.95) return `${durationMs.toFixed(1)} ms`;
  if (durationMs < SECOND_MS) return `${Math.round(durationMs)} ms`;
  if (durationMs < 10 * SECOND_MS) return `${(durationMs / SECOND_MS).toFixed(1)} s`;
  if (durationMs < MINUTE_MS) return `${Math.round(durationMs / SECOND_MS)} s`;
  if (durationMs < HOUR_MS) return inTwo(durationMs, { unitMs: MINUTE_MS, unit: 'min', partMs: SECOND_MS, part: 's' });
  if (durationMs < DAY_MS) return inTwo(durationMs, { unitMs: HOUR_MS, unit: 'h', partMs: MINUTE_MS, part: 'min' });
  return inTwo(durationMs, { unitMs: DAY_MS, unit: 'd', partMs: HOUR_MS, part: 'h' });
}

function inTwo(durationMs: number, units: { unitMs: number; unit: string; partMs: number; part: string }): string {
  const whole = Math.floor(durationMs / units.unitMs);
  const rest = Math.floor((durationMs % units.unitMs) / units.partMs);
  return rest === 0 ? `${whole} ${units.unit}` : `${whole} ${units.unit} ${rest} ${units.part}`;
}
