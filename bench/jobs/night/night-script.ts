import type { PowerReading } from '../../../src-shared/machine.ts';
import type { PowerEvent } from '../../../src-main/engine/ports.ts';

/** What happens at one moment of the night, beside what the readings tell. */
export interface NightEvent {
  at: string;
  what: string;
  /** Told to the monitor at once; null: only the next sample sees it. */
  event: PowerEvent | null;
  /** So long the machine then sleeps, in minutes. */
  sleepsMinutes?: number;
}

/** A laptop's night, from ten in the evening until a little after seven; times of the clock on the wall. */
export const NIGHT_EVENTS: readonly NightEvent[] = [
  { at: '23:00:00', what: 'plugged in and left alone', event: 'change' },
  { at: '02:10:00', what: 'lid opened, somebody types', event: null },
  { at: '02:14:32', what: 'the last key', event: null },
  { at: '02:30:00', what: 'on battery', event: 'change' },
  { at: '03:00:00', what: 'on mains again', event: 'change' },
  { at: '04:00:00', what: 'hot', event: 'change' },
  { at: '04:20:00', what: 'cool again', event: 'change' },
  { at: '05:00:00', what: 'goes to sleep', event: 'suspend', sleepsMinutes: 60 },
  { at: '06:00:00', what: 'wakes', event: 'resume' },
  { at: '07:12:00', what: 'somebody is back', event: null },
];

export const BEGINS = '22:00:00';
export const ENDS = '07:20:00';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Before this hour it is already the next day. */
const NOON = 12;

/** The wall clock at a time of this night: Saturday evening, or Sunday morning, when weekly work is due, too. Local time. */
export function wallMs(time: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  return new Date(2026, 10, hours < NOON ? 22 : 21, hours, minutes, seconds).getTime();
}

/** `HH:MM:SS` of the wall clock; with the milliseconds where there are any. */
export function timeOf(atMs: number): string {
  const sinceMs = (((atMs - wallMs('00:00:00')) % DAY_MS) + DAY_MS) % DAY_MS;
  const text = new Date(sinceMs).toISOString().slice(11, 23);
  return text.endsWith('.000') ? text.slice(0, 8) : text;
}

/** Times at which somebody uses keyboard or pointer without a break. */
const IN_USE = [
  { from: BEGINS, to: '23:00:00' },
  { from: '02:10:00', to: '02:14:32' },
  { from: '07:12:00', to: ENDS },
];

const ON_BATTERY = [
  { from: BEGINS, to: '23:00:00' },
  { from: '02:30:00', to: '03:00:00' },
];

const HOT = [{ from: '04:00:00', to: '04:20:00' }];

/** What the machine tells of itself at that moment. */
export function powerAt(nowMs: number): PowerReading {
  const isWithin = (spans: readonly { from: string; to: string }[]) =>
    spans.some(({ from, to }) => wallMs(from) <= nowMs && nowMs < wallMs(to));
  const onBattery = isWithin(ON_BATTERY);
  return {
    source: onBattery ? 'battery' : 'ac',
    batteryPercent: 80,
    charging: !onBattery,
    hasBattery: true,
    thermal: isWithin(HOT) ? 'serious' : 'nominal',
    speedLimitPercent: 100,
    userIdleMs: idleMs(nowMs),
    screenLocked: false,
    online: true,
    metered: false,
  };
}

function idleMs(nowMs: number): number {
  const last = IN_USE.filter(({ from }) => wallMs(from) <= nowMs).at(-1);
  return last === undefined ? 0 : Math.max(0, nowMs - wallMs(last.to));
}
