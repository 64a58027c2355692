import type { RequestView } from '../../../src-shared/control.ts';

/** As much of a request as the list shows: ten thousand of these are a few megabytes. */
export interface RequestRow {
  id: string;
  startedAtMs: number;
  app: string | null;
  requestedModel: string | null;
  outcome: RequestView['outcome'];
  /** The call that answered, else the last one; null: nobody was called. */
  answeredBy: { model: string; track: 'local' | 'cloud' } | null;
  reason: string;
  durationMs: number;
  costNanoUsd: number | null;
}

export interface RequestFilter {
  text: string;
  outcome: RequestView['outcome'] | 'all';
  track: 'local' | 'cloud' | 'all';
}

export function toRow(request: RequestView): RequestRow {
  const { id, startedAtMs, app, requestedModel, outcome, reason, durationMs, costNanoUsd, attempts } = request;
  const last = attempts.find((attempt) => attempt.outcome === 'ok') ?? attempts.at(-1);
  const answeredBy = last === undefined ? null : { model: last.model, track: last.track };
  return { id, startedAtMs, app, requestedModel, outcome, answeredBy, reason, durationMs, costNanoUsd };
}

/** Does a row fit all filters? Text is looked for in the app's name and in both models' names. */
export function fits(row: RequestRow, { text, outcome, track }: RequestFilter): boolean {
  if (outcome !== 'all' && row.outcome !== outcome) return false;
  if (track !== 'all' && row.answeredBy?.track !== track) return false;
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return true;
  return [row.app, row.requestedModel, row.answeredBy?.model].some((name) => name?.toLowerCase().includes(wanted));
}
