import type { RequestFilter } from './request-row.ts';

const OUTCOMES = ['ok', 'failed', 'cancelled'] as const;
const TRACKS = ['local', 'cloud'] as const;

/** Filters as an address holds them, `#/requests?outcome=failed&text=zed`; what is no filter means all. */
export function filterOfQuery(query: Readonly<Record<string, string>>): RequestFilter {
  return {
    text: query.text ?? '',
    outcome: OUTCOMES.find((each) => each === query.outcome) ?? 'all',
    track: TRACKS.find((each) => each === query.track) ?? 'all',
  };
}

export function toQuery({ text, outcome, track }: RequestFilter): Record<string, string> {
  return {
    ...(text === '' ? {} : { text }),
    ...(outcome === 'all' ? {} : { outcome }),
    ...(track === 'all' ? {} : { track }),
  };
}
