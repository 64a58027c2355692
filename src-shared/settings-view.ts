import { z } from 'zod';
import { settings } from './settings.ts';

/** The settings as pages show and change them. Apps have operations of their own, because their keys are made here. */

const openSettings = settings.omit({ apps: true });

export const settingsView = z.object({
  settings: openSettings,
  /** What each field is when nobody says otherwise. */
  defaults: openSettings,
  /** Paths (`gateway.port`) whose new value is saved and waits for the next start of the engine. */
  pendingRestart: z.array(z.string()),
});
export type SettingsView = z.infer<typeof settingsView>;

/** One field by its path, `optimizer.exploration.usdPerDay`. Without `value` it goes back to its default. */
export const settingsChange = z.strictObject({
  changes: z.array(z.strictObject({ path: z.string().min(1), value: z.unknown().optional() })).min(1),
});
export type SettingsChange = z.infer<typeof settingsChange>;
