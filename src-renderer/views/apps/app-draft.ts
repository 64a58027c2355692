import type { AppView } from '../../../src-shared/money.ts';
import type { OperationInput } from '../../../src-shared/operations.ts';

/** What the form holds of an app; null amounts: no limit. */
export interface AppDraft {
  name: string;
  enabled: boolean;
  tracks: 'all' | 'local' | 'cloud';
  private: boolean;
  /** One a line; empty: all. */
  models: string;
  dayUsd: number | null;
  monthUsd: number | null;
  maxCostPerRequestUsd: number | null;
}

/** null: an app that is not there yet. */
export function toDraft(app: AppView | null): AppDraft {
  return {
    name: app?.name ?? '',
    enabled: app?.enabled ?? true,
    tracks: tracksOf(app),
    private: app?.private ?? false,
    models: (app?.models ?? []).join('\n'),
    dayUsd: app?.budget.dayUsd ?? null,
    monthUsd: app?.budget.monthUsd ?? null,
    maxCostPerRequestUsd: app?.maxCostPerRequestUsd ?? null,
  };
}

export function tracksOf(app: Pick<AppView, 'tracks'> | null): AppDraft['tracks'] {
  const tracks = app?.tracks ?? null;
  const [only] = tracks ?? [];
  return tracks === null || only === undefined || tracks.length > 1 ? 'all' : only;
}

/** As the engine takes it, for a new app and for a changed one. */
export function toAddApp(draft: AppDraft): OperationInput<'apps.add'> {
  const { enabled, tracks, private: isPrivate, dayUsd, monthUsd, maxCostPerRequestUsd } = draft;
  const models = draft.models.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
  return {
    name: draft.name.trim(),
    enabled,
    tracks: tracks === 'all' ? null : [tracks],
    private: isPrivate,
    models: models.length === 0 ? null : models,
    budget: { dayUsd, monthUsd },
    maxCostPerRequestUsd,
  };
}
