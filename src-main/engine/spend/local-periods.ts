/** From `startMs` up to and not including `endMs`, Unix milliseconds. */
export interface Period {
  startMs: number;
  endMs: number;
}

/**
 * The day on the wall calendar of this machine's time zone that a moment is in: 23 or 25 hours long when the clocks
 * change. Where midnight is skipped the day starts at the first moment that exists, where it comes twice at the first.
 */
export function localDay(atMs: number): Period {
  const at = new Date(atMs);
  const midnight = (daysOn: number) => new Date(at.getFullYear(), at.getMonth(), at.getDate() + daysOn).getTime();
  return { startMs: midnight(0), endMs: midnight(1) };
}

/** The month on the same calendar. */
export function localMonth(atMs: number): Period {
  const at = new Date(atMs);
  const first = (monthsOn: number) => new Date(at.getFullYear(), at.getMonth() + monthsOn, 1).getTime();
  return { startMs: first(0), endMs: first(1) };
}

/** The days from the one that `fromMs` is in up to the one that `toMs` is in, both included. */
export function localDays(fromMs: number, toMs: number): Period[] {
  const days: Period[] = [];
  for (let day = localDay(fromMs); day.startMs <= toMs; day = localDay(day.endMs)) days.push(day);
  return days;
}

/** Monday to Friday. */
export function isWorkingDay(atMs: number): boolean {
  const day = new Date(atMs).getDay();
  return day !== 0 && day !== 6;
}
