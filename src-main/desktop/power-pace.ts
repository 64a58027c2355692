export interface PowerPace {
  onBattery: boolean;
  /** Background work may be running: the person's return must be seen within a second. */
  gateOpen: boolean;
  /** The window is on the screen. */
  watched: boolean;
}

const GATE_OPEN_MS = 1_000;
const WATCHED_MS = 5_000;
const RELAXED_MS = 15_000;
const ON_BATTERY_MS = 30_000;

/**
 * Milliseconds to the next look at the person's idle time. The engine believes a reading for 90 s; on battery the gate is
 * closed anyway unless the person wants it otherwise.
 */
export function choosePowerPace({ onBattery, gateOpen, watched }: PowerPace): number {
  if (gateOpen) return GATE_OPEN_MS;
  if (onBattery) return ON_BATTERY_MS;
  return watched ? WATCHED_MS : RELAXED_MS;
}
