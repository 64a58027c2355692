import type { ResourceSnapshot } from '../../../src-shared/machine.ts';
import type { IdleGateOptions } from '../../../src-main/engine/resources/idle-gate.ts';
import { UNKNOWN_POWER } from '../../../src-main/engine/resources/power-reading.ts';

/** What a test wants the monitor to have seen; everything else is unknown. */
export interface Seen {
  othersPercent?: number | null;
  headless?: boolean | null;
  power?: Partial<ResourceSnapshot['power']>;
}

export function toSnapshot(seen: Seen): ResourceSnapshot {
  const { othersPercent = null, headless = null, power = {} } = seen;
  return {
    sampledAtMs: 0,
    intervalMs: 1_000,
    cpu: { machinePercent: othersPercent, ownPercent: 0, ollamaPercent: 0, othersPercent },
    memory: { totalBytes: null, availableBytes: null, ownBytes: null },
    gpus: null,
    loadedModels: null,
    power: { ...UNKNOWN_POWER, ...power },
    headless,
    sensors: [],
  };
}

/** A monitor that samples when a test says so. */
export class FakeMonitor {
  attended = 0;
  #latest = toSnapshot({});
  readonly #samples = new Set<(snapshot: ResourceSnapshot) => void>();
  readonly #sleep = new Set<(event: 'suspend' | 'resume') => void>();

  readonly port: IdleGateOptions['monitor'] = {
    latest: () => this.#latest,
    onSample: (listener) => {
      this.#samples.add(listener);
      return () => void this.#samples.delete(listener);
    },
    onSleep: (listener) => {
      this.#sleep.add(listener);
      return () => void this.#sleep.delete(listener);
    },
    attend: () => {
      this.attended++;
    },
  };

  get listeners(): number {
    return this.#samples.size + this.#sleep.size;
  }

  sample(seen: Seen): void {
    this.#latest = toSnapshot(seen);
    for (const listener of this.#samples) listener(this.#latest);
  }

  /** As the real one does: after a sleep nothing is known. */
  sleep(event: 'suspend' | 'resume'): void {
    if (event === 'resume') this.#latest = toSnapshot({});
    for (const listener of this.#sleep) listener(event);
  }
}
