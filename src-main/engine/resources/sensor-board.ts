import type {
  GpuReading,
  LoadedModel,
  PowerReading,
  ResourceSnapshot,
  SensorState,
} from '../../../src-shared/machine.ts';
import type { Clock, PowerSource } from '../ports.ts';
import { UNKNOWN_CPU } from './cpu-sensor.ts';
import { UNKNOWN_MEMORY } from './memory-sensor.ts';
import { isGarbled, mergePower, UNKNOWN_POWER } from './power-reading.ts';
import { SensorSlot, type Sensor } from './sensor.ts';

/** What is read beside power; `machine-sensors.ts` makes the real ones. */
export interface MachineSensors {
  cpu: Sensor<ResourceSnapshot['cpu']>;
  memory: Sensor<ResourceSnapshot['memory']>;
  gpus: Sensor<GpuReading[] | null>;
  network: Sensor<boolean | null>;
  headless: Sensor<boolean>;
}

/** All sensors, each in a slot of its own, and the snapshot that their values make. */
export class SensorBoard {
  readonly #clock: Clock;
  readonly #cpu: SensorSlot<ResourceSnapshot['cpu']>;
  readonly #memory: SensorSlot<ResourceSnapshot['memory']>;
  readonly #gpus: SensorSlot<GpuReading[] | null>;
  readonly #network: SensorSlot<boolean | null>;
  readonly #headless: SensorSlot<boolean>;
  readonly #models: SensorSlot<LoadedModel[] | null>;
  readonly #power: readonly SensorSlot<PowerReading>[];
  readonly #all: readonly Pick<SensorSlot<unknown>, 'state' | 'reset' | 'refresh' | 'stop'>[];

  constructor(options: {
    clock: Clock;
    sensors: MachineSensors;
    power: readonly PowerSource[];
    loadedModels: () => readonly LoadedModel[] | null;
  }) {
    const { clock, sensors, power, loadedModels } = options;
    const models: Sensor<LoadedModel[] | null> = {
      name: 'loaded models',
      everyMs: 0,
      read: () => loadedModels()?.slice() ?? null,
      inspect: (value) => (value === null ? 'empty' : 'ok'),
    };
    this.#clock = clock;
    this.#cpu = new SensorSlot(sensors.cpu, clock);
    this.#memory = new SensorSlot(sensors.memory, clock);
    this.#gpus = new SensorSlot(sensors.gpus, clock);
    this.#network = new SensorSlot(sensors.network, clock);
    this.#headless = new SensorSlot(sensors.headless, clock);
    this.#models = new SensorSlot(models, clock);
    this.#power = power.map((source) => new SensorSlot(toSensor(source), clock));
    const named = [this.#cpu, this.#memory, this.#gpus, this.#models, this.#network, this.#headless];
    this.#all = [...named, ...this.#power];
  }

  /** Reads what is due; takes as long as the slowest sensor, and no longer than a sensor's time limit. */
  async refresh(): Promise<void> {
    const onBattery = this.#readPower().source === 'battery';
    await Promise.all(this.#all.map((slot) => slot.refresh(onBattery)));
  }

  reset(): void {
    for (const slot of this.#all) slot.reset();
  }

  stop(): void {
    for (const slot of this.#all) slot.stop();
  }

  /** What is known now. */
  snapshot(): Omit<ResourceSnapshot, 'intervalMs'> {
    return {
      sampledAtMs: this.#clock.nowMs(),
      cpu: this.#cpu.value ?? UNKNOWN_CPU,
      memory: this.#memory.value ?? UNKNOWN_MEMORY,
      gpus: this.#gpus.value,
      loadedModels: this.#models.value,
      power: this.#readPower(),
      headless: this.#headless.value,
      sensors: this.#all.map((slot): SensorState => slot.state),
    };
  }

  #readPower(): PowerReading {
    const power = mergePower(this.#power.map((slot) => slot.value ?? UNKNOWN_POWER));
    const network = this.#network.value;
    // That there is no way out is certain; that there is one, a nearer source may know better.
    return { ...power, online: network === false ? false : (power.online ?? network) };
  }
}

function toSensor(source: PowerSource): Sensor<PowerReading> {
  return {
    name: source.name,
    everyMs: 0,
    read: () => source.read(),
    inspect(reading) {
      if (isGarbled(reading)) return 'garbled';
      return Object.values(reading).every((value) => value === null) ? 'empty' : 'ok';
    },
  };
}
