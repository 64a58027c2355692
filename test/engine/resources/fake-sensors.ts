import type { PowerReading, ResourceSnapshot } from '../../../src-shared/machine.ts';
import type { PowerEvent, PowerSource } from '../../../src-main/engine/ports.ts';
import { UNKNOWN_POWER } from '../../../src-main/engine/resources/power-reading.ts';
import type { Sensor } from '../../../src-main/engine/resources/sensor.ts';
import type { MachineSensors } from '../../../src-main/engine/resources/sensor-board.ts';

/** A sensor whose reading a test sets; counts how often it is read. */
export class FakeSensor<Value> implements Sensor<Value> {
  reads = 0;
  resets = 0;
  everyMs = 0;
  restsOnBattery = false;
  readonly name: string;
  next: () => Value | Promise<Value>;

  constructor(name: string, value: Value) {
    this.name = name;
    this.next = () => value;
  }

  read(): Value | Promise<Value> {
    this.reads++;
    return this.next();
  }

  reset(): void {
    this.resets++;
  }
}

export class FakePower implements PowerSource {
  readonly name = 'fake power';
  reading: Partial<PowerReading> = {};
  stopped = false;
  readonly listeners = new Set<(event: PowerEvent) => void>();

  read(): PowerReading {
    return { ...UNKNOWN_POWER, ...this.reading };
  }

  subscribe(listener: (event: PowerEvent) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  tell(event: PowerEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  stop(): void {
    this.stopped = true;
  }
}

export const CPU: ResourceSnapshot['cpu'] = {
  machinePercent: 30,
  ownPercent: 1,
  ollamaPercent: 9,
  othersPercent: 20,
};

/** Sensors that all work. */
export function fakeSensors() {
  return {
    cpu: new FakeSensor<ResourceSnapshot['cpu']>('processor', CPU),
    memory: new FakeSensor<ResourceSnapshot['memory']>('memory', {
      totalBytes: 16e9,
      availableBytes: 9e9,
      ownBytes: 1e8,
    }),
    gpus: new FakeSensor<ResourceSnapshot['gpus']>('graphics card', [
      { name: 'one', busyPercent: 3, memoryTotalBytes: 8e9, memoryUsedBytes: 2e9 },
      { name: 'two', busyPercent: null, memoryTotalBytes: 4e9, memoryUsedBytes: 1e9 },
    ]),
    network: new FakeSensor<boolean | null>('network', true),
    headless: new FakeSensor<boolean>('graphical sessions', false),
  } satisfies MachineSensors;
}
