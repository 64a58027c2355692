import type { PowerReading } from '../../src-shared/machine.ts';
import type { EngineOptions } from '../engine/engine.ts';
import type { PowerEvent, PowerSource } from '../engine/ports.ts';

export interface ScriptedMachine {
  /** For `EngineOptions.machine`. */
  readonly machine: NonNullable<EngineOptions['machine']>;
  /** From now on this holds; fields keep their value until they are set again. */
  set(reading: Partial<PowerReading>): void;
}

const GIB = 2 ** 30;
const MINUTE_MS = 60_000;

/** A quiet laptop that nobody touches: on mains, charged, cool. */
const AT_FIRST: PowerReading = {
  source: 'ac',
  batteryPercent: 80,
  charging: true,
  hasBattery: true,
  thermal: 'nominal',
  speedLimitPercent: 100,
  userIdleMs: 30 * MINUTE_MS,
  screenLocked: false,
  online: true,
  metered: false,
};

/**
 * The machine that the demo pretends to run on: 16 GB, no graphics card, hardly busy. Its power is set by the scenes, so
 * that a battery can drain in seconds. Nothing of it is measured.
 */
export function createScriptedMachine(): ScriptedMachine {
  const listeners = new Set<(event: PowerEvent) => void>();
  let reading = AT_FIRST;
  const power: PowerSource = {
    name: 'a script',
    read: () => reading,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  return {
    machine: {
      power: [power],
      sensors: {
        cpu: sensorOf('processor', { machinePercent: 12, ownPercent: 2, ollamaPercent: 6, othersPercent: 4 }),
        memory: sensorOf('memory', { totalBytes: 16 * GIB, availableBytes: 9 * GIB, ownBytes: GIB / 8 }),
        gpus: sensorOf('graphics card', null),
        network: sensorOf('network', true),
        headless: sensorOf('graphical session', false),
      },
    },
    set(change) {
      reading = { ...reading, ...change };
      for (const listener of listeners) listener('change');
    },
  };
}

function sensorOf<Value>(name: string, value: Value): { name: string; everyMs: number; read: () => Value } {
  return { name: `${name} (scripted)`, everyMs: 0, read: () => value };
}
