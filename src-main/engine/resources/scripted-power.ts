import type { PowerReading } from '../../../src-shared/machine.ts';
import type { Clock, Log, PowerEvent, PowerSource } from '../ports.ts';
import { Listeners } from './listeners.ts';
import { UNKNOWN_POWER } from './power-reading.ts';

/** From `atMs` after the making of the source these values hold; an event is told at that moment. */
export interface PowerScriptEntry {
  atMs: number;
  reading?: Partial<PowerReading>;
  event?: 'suspend' | 'resume';
}

export interface ScriptedPower extends PowerSource {
  read(): PowerReading;
  stop(): void;
}

/**
 * Plays a timeline, given in the order of its times: for the demo and for tests. Fields keep their value until an
 * entry sets them again. Announces each entry as it falls due.
 */
export function createScriptedPower(options: {
  clock: Clock;
  log: Log;
  timeline: readonly PowerScriptEntry[];
}): ScriptedPower {
  const { clock, timeline } = options;
  const listeners = new Listeners<PowerEvent>(options.log);
  const startMs = clock.monotonicMs();
  let reading = UNKNOWN_POWER;
  let next = 0;
  let cancelTimer: () => void = () => undefined;
  const play = (): void => {
    cancelTimer();
    const elapsedMs = clock.monotonicMs() - startMs;
    for (let entry = timeline[next]; entry !== undefined && entry.atMs <= elapsedMs; entry = timeline[next]) {
      next++;
      if (entry.reading !== undefined) reading = { ...reading, ...entry.reading };
      listeners.tell(entry.event ?? 'change');
    }
    const entry = timeline[next];
    cancelTimer = entry === undefined ? () => undefined : clock.after(entry.atMs - elapsedMs, play);
  };
  play();
  return {
    name: 'a script',
    read() {
      play();
      return reading;
    },
    subscribe: (listener) => listeners.add(listener),
    stop: () => cancelTimer(),
  };
}
