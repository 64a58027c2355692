const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

const DAY_MS = 86_400_000;

/**
 * "at 02:13", "tomorrow at 02:13", "on Sunday at 02:13", "on 1 December at 02:13": local time, as people say it. Not by
 * `Intl`, whose first formatter takes eight megabytes for good.
 */
export function timeInWords(atMs: number, nowMs: number): string {
  const at = new Date(atMs);
  const time = `at ${twoDigits(at.getHours())}:${twoDigits(at.getMinutes())}`;
  const days = Math.round((midnightOf(atMs) - midnightOf(nowMs)) / DAY_MS);
  if (days === 0) return time;
  if (days === 1) return `tomorrow ${time}`;
  if (days > 1 && days < 7) return `on ${WEEKDAYS[at.getDay()] ?? ''} ${time}`;
  return `on ${at.getDate()} ${MONTHS[at.getMonth()] ?? ''} ${time}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** Start of the local day. */
export function midnightOf(atMs: number): number {
  return new Date(atMs).setHours(0, 0, 0, 0);
}
