import type { PowerReading } from '../../../src-shared/machine.ts';
import type { Clock, Log, PowerEvent, PowerSource } from '../ports.ts';
import { Listeners } from './listeners.ts';
import { UNKNOWN_POWER } from './power-reading.ts';

/** A source that is fed from outside: the desktop shell sends what it sees. */
export interface PushedPower extends PowerSource {
  read(): PowerReading;
  /** Replaces the reading before it; what is left out is unknown. Renew it within the stale time, changed or not. */
  push(reading: Partial<PowerReading>): void;
  /** The machine is about to sleep, or is awake again: what was read before it slept is forgotten. */
  announce(event: 'suspend' | 'resume'): void;
}

/** Older readings are not believed: whoever sent them may be gone. */
const STALE_AFTER_MS = 90_000;

export function createPushedPower(options: {
  clock: Clock;
  log: Log;
  name?: string;
  staleAfterMs?: number;
}): PushedPower {
  const { clock, log, name = 'the desktop shell', staleAfterMs = STALE_AFTER_MS } = options;
  const listeners = new Listeners<PowerEvent>(log);
  let last: { reading: PowerReading; monotonicMs: number; nowMs: number } | null = null;
  return {
    name,
    read() {
      if (last === null) return UNKNOWN_POWER;
      // On some systems the one clock stands still while the machine sleeps, and the other may be set back.
      const ageMs = Math.max(clock.monotonicMs() - last.monotonicMs, clock.nowMs() - last.nowMs);
      return ageMs > staleAfterMs ? UNKNOWN_POWER : last.reading;
    },
    push(reading) {
      const next = { ...UNKNOWN_POWER, ...reading };
      const changed = last === null || isTurn(last.reading, next);
      last = { reading: next, monotonicMs: clock.monotonicMs(), nowMs: clock.nowMs() };
      if (changed) listeners.tell('change');
    },
    announce(event) {
      last = null;
      listeners.tell(event);
    },
    subscribe: (listener) => listeners.add(listener),
  };
}

/** Is it more than time and charge going on? The person coming back is a turn; their staying away is none. */
function isTurn(before: PowerReading, after: PowerReading): boolean {
  const cameBack = (after.userIdleMs ?? 0) < (before.userIdleMs ?? 0);
  const same = (Object.keys(UNKNOWN_POWER) as (keyof PowerReading)[]).every(
    (field) => field === 'userIdleMs' || field === 'batteryPercent' || before[field] === after[field],
  );
  return cameBack || !same;
}
