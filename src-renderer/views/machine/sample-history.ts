import type { ResourceSnapshot } from '../../../src-shared/machine.ts';

/** Five minutes at the fastest pace. */
const MOST_SAMPLES = 300;

/** Oldest first. A sample that is there already, or an older one, changes nothing. */
export function addSample(history: readonly ResourceSnapshot[], sample: ResourceSnapshot): readonly ResourceSnapshot[] {
  const last = history.at(-1);
  if (last !== undefined && last.sampledAtMs >= sample.sampledAtMs) return history;
  return [...history.slice(1 - MOST_SAMPLES), sample];
}

/** null: one of the two is unknown. */
export function memoryInUse({ memory }: Pick<ResourceSnapshot, 'memory'>): number | null {
  const { totalBytes, availableBytes } = memory;
  return totalBytes === null || availableBytes === null ? null : totalBytes - availableBytes;
}
