/** What the pace of sampling depends on. */
export interface Pace {
  /** Somebody looks, requests come, or background work runs. */
  attended: boolean;
  /** Unknown counts as mains: watching costs little. */
  onBattery: boolean;
  cpuPercent: number | null;
}

export const ATTENDED_MS = 1_000;
const RELAXED_MS = 5_000;
const BUSY_PERCENT = 90;
const BUSY_FACTOR = 2;

/** Milliseconds to the next sample: 1 s, 5 s on battery or when nobody looks, longer on a machine under load. */
export function chooseInterval(pace: Pace): number {
  const calmMs = pace.attended && !pace.onBattery ? ATTENDED_MS : RELAXED_MS;
  const busy = pace.cpuPercent !== null && pace.cpuPercent >= BUSY_PERCENT;
  return calmMs * (busy ? BUSY_FACTOR : 1);
}
