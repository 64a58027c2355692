import type { AddApp, AddedApp, AppView, ChangeApp } from '../../../src-shared/money.ts';
import type { AppSettings } from '../../../src-shared/settings.ts';
import type { Random } from '../ports.ts';
import { createAppKey } from './app-keys.ts';

/** `sentence` says what is wrong and what to do. `apps` is what the settings are to hold from now on. */
export type AppsChange<Value> = { ok: true; apps: AppSettings[]; value: Value } | { ok: false; sentence: string };

/** What an app has spent, in nano-dollars; null: nothing is known of it. */
export type SpentByApp = (id: string) => { todayNanoUsd: number; monthNanoUsd: number } | null;

const NOTHING = { todayNanoUsd: 0, monthNanoUsd: 0 };
const LONGEST_ID = 40;

/** An app as everybody with the control token may see it: without the hash of its key. */
export function toAppView(app: AppSettings, spent: SpentByApp): AppView {
  const { keyHash: _kept, ...shown } = app;
  return { ...shown, ...(spent(app.id) ?? NOTHING) };
}

/** Adds an app with a new key. The key is in the value alone: nothing else ever has it. */
export function withNewApp(
  apps: readonly AppSettings[],
  input: AddApp,
  ports: { random: Random; nowMs: number },
): AppsChange<AddedApp> {
  const id = input.id ?? toId(input.name);
  if (id === '')
    return { ok: false, sentence: `No id can be made of "${input.name}": say one with letters or digits.` };
  if (apps.some((app) => app.id === id)) {
    return { ok: false, sentence: `There is an app "${id}" already: remove it first, or choose another name.` };
  }
  const { key, keyHash } = createAppKey(ports.random);
  const app: AppSettings = {
    id,
    name: input.name,
    keyHash,
    createdAtMs: ports.nowMs,
    enabled: input.enabled ?? true,
    tracks: input.tracks ?? null,
    models: input.models ?? null,
    private: input.private ?? false,
    budget: { dayUsd: input.budget?.dayUsd ?? null, monthUsd: input.budget?.monthUsd ?? null },
    maxCostPerRequestUsd: input.maxCostPerRequestUsd ?? null,
  };
  return { ok: true, apps: [...apps, app], value: { app: toAppView(app, () => null), key } };
}

/** Changes what is given and leaves the rest, the key too. */
export function withChangedApp(apps: readonly AppSettings[], id: string, change: ChangeApp): AppsChange<AppSettings> {
  const found = apps.find((app) => app.id === id);
  if (found === undefined) return noSuchApp(id);
  const { budget, ...rest } = change;
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  const limits = Object.entries(budget ?? {}).filter(([, value]) => value !== undefined);
  const changed: AppSettings = {
    ...found,
    ...Object.fromEntries(given),
    budget: { ...found.budget, ...Object.fromEntries(limits) },
  };
  return { ok: true, apps: apps.map((app) => (app === found ? changed : app)), value: changed };
}

/** Takes an app out; its key is nobody's from then on, what it spent stays in the ledger. */
export function withoutApp(apps: readonly AppSettings[], id: string): AppsChange<null> {
  if (!apps.some((app) => app.id === id)) return noSuchApp(id);
  return { ok: true, apps: apps.filter((app) => app.id !== id), value: null };
}

function noSuchApp(id: string): { ok: false; sentence: string } {
  return { ok: false, sentence: `There is no app "${id}": "pointsman apps" lists them.` };
}

/** "My Éditeur 2" as my-editeur-2. */
function toId(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const words = plain.match(/[a-z0-9]+/g) ?? [];
  return words.join('-').slice(0, LONGEST_ID).replace(/-+$/, '');
}
