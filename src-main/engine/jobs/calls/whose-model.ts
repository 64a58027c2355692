/** Whom a model in memory belongs to; `nobody`: it is not in memory. */
export type Owner = 'nobody' | 'ours' | 'person';

/**
 * Whose a model is. It is ours as long as we loaded it and nobody else has used it since: a request of the person's is
 * with it now, or it stays longer than our own last call can explain (each use puts its end off, also by programs that
 * ask Ollama behind our back). What is in doubt is the person's.
 */
export function whoseModel(seen: {
  /** null: its server could not be asked. */
  isLoaded: boolean | null;
  /** Latest end (Unix milliseconds) that our own calls can have given it; null: we did not load it. */
  oursUntilMs: number | null;
  /** When its server takes it out of memory; null: it does not tell. */
  expiresAtMs: number | null;
  /** Requests of the person's at this model, waiting ones too. */
  personsCalls: number;
}): Owner {
  if (seen.isLoaded === false) return 'nobody';
  if (seen.isLoaded === null || seen.oursUntilMs === null || seen.personsCalls > 0) return 'person';
  return seen.expiresAtMs !== null && seen.expiresAtMs > seen.oursUntilMs ? 'person' : 'ours';
}
