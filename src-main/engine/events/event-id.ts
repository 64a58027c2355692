/** `RUN-NUMBER`: which run of the engine, and which of its events. */
export function eventId(run: string, number: number): string {
  return `${run}-${number}`;
}

/** The number in an id of that run; null for every other text. */
export function parseEventId(id: string, run: string): number | null {
  if (!id.startsWith(`${run}-`)) return null;
  const digits = id.slice(run.length + 1);
  if (!/^(0|[1-9]\d{0,15})$/.test(digits)) return null;
  return Number(digits);
}
