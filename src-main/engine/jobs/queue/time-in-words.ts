const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { weekday: 'long' });
const DATE = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long' });

const DAY_MS = 86_400_000;

/** "at 02:13", "tomorrow at 02:13", "on Sunday at 02:13", "on 1 December at 02:13": local time, as people say it. */
export function timeInWords(atMs: number, nowMs: number): string {
  const time = `at ${TIME.format(atMs)}`;
  const days = Math.round((midnightOf(atMs) - midnightOf(nowMs)) / DAY_MS);
  if (days === 0) return time;
  if (days === 1) return `tomorrow ${time}`;
  return days > 1 && days < 7 ? `on ${DAY.format(atMs)} ${time}` : `on ${DATE.format(atMs)} ${time}`;
}

/** Start of the local day. */
export function midnightOf(atMs: number): number {
  return new Date(atMs).setHours(0, 0, 0, 0);
}
