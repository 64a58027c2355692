import type { Clock, PowerEvent, PowerSource } from '../../../src-main/engine/ports.ts';
import type { MachineSensors } from '../../../src-main/engine/resources/sensor-board.ts';
import type { Sensor } from '../../../src-main/engine/resources/sensor.ts';
import { powerAt } from './night-script.ts';

const GIB = 2 ** 30;

/** The laptop of the night: its power goes by the script, and other programs hardly work. */
export function nightMachine(clock: Clock): {
  sensors: MachineSensors;
  power: PowerSource;
  tell: (event: PowerEvent) => void;
} {
  const listeners = new Set<(event: PowerEvent) => void>();
  return {
    sensors: {
      cpu: always('processor', { machinePercent: 12, ownPercent: 2, ollamaPercent: 5, othersPercent: 5 }),
      memory: always('memory', { totalBytes: 16 * GIB, availableBytes: 9 * GIB, ownBytes: GIB / 8 }),
      gpus: always('graphics card', null),
      network: always('network', true),
      headless: always('graphical session', false),
    },
    power: {
      name: 'the script of the night',
      read: () => powerAt(clock.nowMs()),
      subscribe(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
    tell(event) {
      for (const listener of listeners) listener(event);
    },
  };
}

function always<Value>(name: string, value: Value): Sensor<Value> {
  return { name, everyMs: 0, read: () => value };
}
