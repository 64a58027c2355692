import type { EngineOptions } from '../../src-main/engine/engine.ts';
import { UNKNOWN_CPU } from '../../src-main/engine/resources/cpu-sensor.ts';
import { UNKNOWN_MEMORY } from '../../src-main/engine/resources/memory-sensor.ts';
import type { Sensor } from '../../src-main/engine/resources/sensor.ts';

type TestMachine = NonNullable<EngineOptions['machine']>;

/** A machine of which nothing is known, so that no test depends on the one it runs on. `changes` replace sensors and power. */
export function unknownMachine(
  changes: Partial<TestMachine['sensors'] & Pick<TestMachine, 'power'>> = {},
): TestMachine {
  const { power = [], ...sensors } = changes;
  return {
    sensors: {
      cpu: reading('processor', UNKNOWN_CPU),
      memory: reading('memory', UNKNOWN_MEMORY),
      gpus: reading('graphics card', null),
      network: reading('network', null),
      headless: reading('graphical sessions', false),
      ...sensors,
    },
    power,
  };
}

/** A sensor that always reads the same. */
export function reading<Value>(name: string, value: Value): Sensor<Value> {
  return { name, everyMs: 0, read: () => value, inspect: () => (value === null ? 'empty' : 'ok') };
}
