import { VIEW_NAMES, type ViewName } from '../../src-shared/bridge.ts';

/** A view by its name; null: there is no such view. */
export function parseView(name: unknown): ViewName | null {
  return VIEW_NAMES.find((view) => view === name) ?? null;
}
