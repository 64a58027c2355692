import type { SettingsChange, SettingsView } from '../../../src-shared/settings-view.ts';
import type { Toaster } from '../../app/toaster.svelte.ts';
import { toClientError } from '../../client/client-error.ts';
import type { Engine } from '../../client/engine.svelte.ts';
import type { SettingPath } from '../../strings/setting-words.ts';
import { t } from '../../strings/t.ts';
import { valueAt } from './value-at.ts';

export interface Saving {
  engine: Engine;
  toaster: Toaster;
  /** As the settings are now. */
  view: SettingsView;
  onsaved: (view: SettingsView) => void;
}

/** Paths with their new value; without one, the default. */
export type Change = { path: SettingPath; value?: unknown };

/**
 * Saves changes together, or none, and offers to take them back. Gives the engine's reason when it refuses; null: saved.
 */
export async function saveSettings(saving: Saving, changes: readonly Change[], label: string): Promise<string | null> {
  const { engine, toaster, view, onsaved } = saving;
  const before = changes.map(({ path }) => ({ path, value: valueAt(view.settings, path) }));
  const words = t.settings;
  try {
    onsaved(await engine.call('settings.change', { changes: toPlain(changes) }));
  } catch (error) {
    return toClientError(error).message;
  }
  const isReset = changes.every((change) => !('value' in change));
  toaster.show({
    level: 'info',
    title: isReset ? words.resetDone(label) : words.saved(label),
    action: { label: words.undo, run: () => void undo(saving, before, label) },
  });
  return null;
}

async function undo({ engine, toaster, onsaved }: Saving, before: readonly Change[], label: string): Promise<void> {
  const words = t.settings;
  try {
    onsaved(await engine.call('settings.change', { changes: toPlain(before) }));
    toaster.show({ level: 'info', title: words.undone(label) });
  } catch (error) {
    toaster.show({ level: 'error', title: words.failed, text: toClientError(error).message });
  }
}

function toPlain(changes: readonly Change[]): SettingsChange['changes'] {
  return changes.map((change) => ({ ...change }));
}
