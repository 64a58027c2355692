import type { Episode } from '../simulation/world.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const WEEK_MS = 7 * DAY_MS;

export const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
export type Day = (typeof DAYS)[number];
export const WORK_DAYS: readonly Day[] = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'];

/** Milliseconds from the beginning of Monday. */
export function at(day: Day, hour: number): number {
  return DAYS.indexOf(day) * DAY_MS + hour * HOUR_MS;
}

function span(day: Day, fromHour: number, toHour: number): { fromMs: number; toMs: number } {
  return { fromMs: at(day, fromHour), toMs: at(day, toHour) };
}

const COMMUTES = WORK_DAYS.flatMap((day): Episode[] => [
  { kind: 'battery', ...span(day, 7.75, 8.5) },
  { kind: 'battery', ...span(day, 18, 18.75) },
]);

/** What happens in the week: to the machine, to the network, and at the providers. */
export const WEEK_EPISODES: readonly Episode[] = [
  ...COMMUTES,
  // Meetings and a sofa without a socket.
  { kind: 'battery', ...span('Tue', 13, 15) },
  { kind: 'battery', ...span('Wed', 20, 22) },
  { kind: 'battery', ...span('Thu', 9.5, 11.5) },
  { kind: 'battery', ...span('Fri', 9, 10.5) },
  { kind: 'outage', providerId: 'south', ...span('Wed', 10, 13) },
  { kind: 'change', endpointId: 'south/clever', price: 2, fromMs: at('Thu', 0), toMs: WEEK_MS },
  // A train to the customer and back.
  { kind: 'offline', ...span('Thu', 16, 17.5) },
  { kind: 'battery', ...span('Thu', 16, 17.5) },
  { kind: 'offline', ...span('Sat', 11, 12.5) },
  { kind: 'heat', level: 'serious', speed: 0.6, ...span('Fri', 13, 17) },
  { kind: 'busy', cpuPercent: 70, ...span('Mon', 14, 14.75) },
];

/** The month's money, and what of it is gone when the week begins, on the ninth: somewhat more than eight thirtieths. */
export const MONTH_BUDGET_USD = 30;
export const SPENT_BEFORE_USD = 9.2;
/** Of the month's money, a week's even share. */
export const WEEK_SHARE_USD = (MONTH_BUDGET_USD * 7) / 30;

/** The most telling thing that holds at a moment. */
export type Context = 'offline' | 'outage' | 'hot' | 'battery' | 'ordinary';

export function contextAt(atMs: number): Context {
  const kinds = new Set(
    WEEK_EPISODES.filter(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs).map(({ kind }) => kind),
  );
  if (kinds.has('offline')) return 'offline';
  if (kinds.has('outage')) return 'outage';
  if (kinds.has('heat')) return 'hot';
  return kinds.has('battery') ? 'battery' : 'ordinary';
}
