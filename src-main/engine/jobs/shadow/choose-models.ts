import type { Settings } from '../../../../src-shared/settings.ts';
import type { Endpoint } from '../../routing/endpoint.ts';

/**
 * Local models that could have answered: those that virtual names may choose from, or all that write text. Largest first, so
 * that what is found of the best is found first.
 */
export function chooseModels(parts: {
  endpoints: readonly Endpoint[];
  blocked: (endpoint: Endpoint) => string | null;
  settings: Pick<Settings, 'models'>;
}): Endpoint[] {
  const { preferredLocal } = parts.settings.models;
  return localWriters(parts).filter(({ id }) => preferredLocal.length === 0 || preferredLocal.includes(id));
}

/**
 * Who may judge answers of a model, in the order of asking: the one that the person names, then the largest. Never the model
 * itself.
 */
export function chooseJudges(parts: {
  endpoints: readonly Endpoint[];
  blocked: (endpoint: Endpoint) => string | null;
  /** The person's wish; null: none. */
  wanted: string | null;
  judged: string;
}): Endpoint[] {
  const writers = localWriters(parts).filter(({ id }) => id !== parts.judged);
  const wanted = writers.filter(({ id }) => id === parts.wanted);
  return [...wanted, ...writers.filter(({ id }) => id !== parts.wanted)];
}

function localWriters(parts: {
  endpoints: readonly Endpoint[];
  blocked: (endpoint: Endpoint) => string | null;
}): Endpoint[] {
  return parts.endpoints
    .filter((endpoint) => endpoint.track === 'local' && writes(endpoint) && parts.blocked(endpoint) === null)
    .toSorted((one, other) => (other.sizeBytes ?? 0) - (one.sizeBytes ?? 0) || (one.id < other.id ? -1 : 1));
}

function writes({ capabilities }: Endpoint): boolean {
  if (capabilities.text === false) return false;
  return capabilities.text === true || capabilities.embeddings !== true;
}
