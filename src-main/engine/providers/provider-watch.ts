import type { ProviderState } from '../../../src-shared/control.ts';
import type { Endpoint } from '../routing/endpoint.ts';

/** What is known of one provider, as a value that is replaced when something changes. */
export interface ProviderReport {
  state: ProviderState;
  /** What is known, and what the person can do when it is not well. */
  sentence: string;
  /** Server version when it tells one (Ollama). */
  version: string | null;
  /** The models it has; the last good list through an outage; null while none was ever seen. */
  endpoints: readonly Endpoint[] | null;
}

/** Keeps looking at one provider. Calls `onReport` whenever the report has become a different one. */
export interface ProviderWatch {
  readonly report: ProviderReport;
  start: () => void;
  stop: () => Promise<void>;
  /** Looks now and resolves when the look is over. */
  refresh: () => Promise<void>;
}

/** True when two reports say the same; endpoints are values, so their JSON is their identity. */
export function isSameReport(one: ProviderReport, other: ProviderReport): boolean {
  return (
    one.state === other.state &&
    one.sentence === other.sentence &&
    one.version === other.version &&
    isSameList(one.endpoints, other.endpoints)
  );
}

/** True when the two lists of endpoints hold the same values in the same order. */
export function isSameList(one: readonly Endpoint[] | null, other: readonly Endpoint[] | null): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
