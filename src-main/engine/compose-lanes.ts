import type { Settings } from '../../src-shared/settings.ts';
import type { LaneLimits, Lanes } from './providers/lanes.ts';
import type { Registry } from './providers/registry.ts';

export function laneLimits({ limits, providers }: Settings): LaneLimits {
  return {
    concurrency: { local: limits.localConcurrency, cloud: limits.cloudConcurrency },
    queueLength: limits.queueLength,
    queueWaitMs: limits.queueWaitMs,
    concurrencyOf: (providerId) => providers.find(({ id }) => id === providerId)?.concurrency ?? null,
  };
}

/** A provider that comes back (Ollama was started again) begins with a clean slate: its breakers were about the time before. */
export function forgiveReturning(registry: Registry, lanes: Lanes): void {
  const wasDown = new Set<string>();
  registry.onChange(() => {
    for (const { id, state } of registry.status()) {
      if (state === 'down') wasDown.add(id);
      else if (state === 'healthy' && wasDown.delete(id)) lanes.reset(id);
    }
  });
}
