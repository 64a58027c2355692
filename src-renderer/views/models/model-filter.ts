import type { ModelStatus } from '../../../src-shared/control.ts';

export interface ModelFilter {
  text: string;
  track: 'all' | 'local' | 'cloud';
  onlyLoaded: boolean;
}

/** Loaded ones first, local before cloud, then by name: what is at hand comes first. */
export function filterModels(models: readonly ModelStatus[], filter: ModelFilter): ModelStatus[] {
  const wanted = filter.text.trim().toLowerCase();
  return models
    .filter((model) => filter.track === 'all' || model.track === filter.track)
    .filter((model) => !filter.onlyLoaded || model.loaded === true)
    .filter((model) => model.id.toLowerCase().includes(wanted))
    .sort((one, other) => rank(one) - rank(other) || one.id.localeCompare(other.id));
}

function rank({ loaded, track }: ModelStatus): number {
  if (loaded === true) return 0;
  return track === 'local' ? 1 : 2;
}
