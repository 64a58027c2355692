import { z } from 'zod';
import { jobName } from './jobs.ts';
import { strategy } from './strategy.ts';

/** What the tray, the pages' frame and the logs view show of the engine as a whole. */

const nanoUsd = z.int().nullable();

export const TRAY_ICONS = ['idle', 'local', 'cloud', 'both', 'paused', 'problem'] as const;
export const trayIcon = z.enum(TRAY_ICONS);
export type TrayIcon = z.infer<typeof trayIcon>;

/** All that the tray says while the engine runs. */
export const trayStatus = z.object({
  /** Which tracks have worked in the last seconds, or what stands in their way. */
  icon: trayIcon,
  /** What goes on, with the reason and its value and limit, in one sentence. */
  sentence: z.string(),
  strategy,
  actsAs: strategy,
  localOnly: z.boolean(),
  /** The address to paste into apps. */
  address: z.string(),
  gate: z.object({
    open: z.boolean(),
    paused: z.boolean(),
    /** Unix milliseconds; null: not paused, or until the person resumes. */
    pausedUntilMs: z.number().nullable(),
    sentence: z.string(),
  }),
  /** The background job at work; null: none. */
  background: z.object({ job: jobName, sentence: z.string() }).nullable(),
  /** Known costs since local midnight. */
  todayNanoUsd: z.int(),
  unknownCosts: z.int(),
  /** An estimate; null: unknown. */
  savedTodayNanoUsd: nanoUsd,
  /** Endpoint ids of local models in memory; null: cannot be known. */
  loadedModels: z.array(z.string()).nullable(),
  problems: z.array(z.string()),
});
export type TrayStatus = z.infer<typeof trayStatus>;

/** Something a person should be told once. */
export const notice = z.object({
  id: z.string(),
  atMs: z.int(),
  level: z.enum(['info', 'warning', 'error']),
  title: z.string(),
  text: z.string(),
  /** The view that says more; null: none. */
  view: z.string().nullable(),
});
export type Notice = z.infer<typeof notice>;

export const logLine = z.object({
  atMs: z.int(),
  level: z.enum(['debug', 'info', 'warn', 'error']),
  message: z.string(),
  /** Numbers, names and addresses; never content or secrets. */
  fields: z.record(z.string(), z.unknown()),
});
export type LogLine = z.infer<typeof logLine>;

export const logsQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(200),
  /** This level and worse ones. */
  level: logLine.shape.level.default('info'),
});
export type LogsQuery = z.infer<typeof logsQuery>;

/** Newest first. `file`: where they are kept; null: only in memory and on the error stream. */
export const logsPage = z.object({ lines: z.array(logLine), file: z.string().nullable() });

/** A host that the engine may call, and why. Nothing else is ever called. */
export const outboundHost = z.object({
  host: z.string(),
  purpose: z.string(),
  /** null: not for a provider. */
  providerId: z.string().nullable(),
  /** On this machine or in the local network. */
  local: z.boolean(),
});
export type OutboundHost = z.infer<typeof outboundHost>;

/** What the first run looks at. `ollama.state`: as of the last look. */
export const setupView = z.object({
  done: z.boolean(),
  ollama: z.object({
    state: z.enum(['running', 'not_running', 'switched_off']),
    baseUrl: z.string(),
    version: z.string().nullable(),
    models: z.array(z.string()),
    sentence: z.string(),
  }),
  address: z.string(),
  cloudProviders: z.int(),
});
export type SetupView = z.infer<typeof setupView>;

/** A code that a page turns into the control token, once and soon. */
export const sessionCode = z.object({ code: z.string(), expiresAtMs: z.int(), address: z.string() });

export const controlToken = z.object({ token: z.string() });

/** Everything the person set, without keys; importing it elsewhere gives the same Pointsman. */
export const exportedSettings = z.strictObject({
  product: z.literal('pointsman'),
  version: z.string(),
  exportedAtMs: z.int(),
  settings: z.record(z.string(), z.unknown()),
});
export type ExportedSettings = z.infer<typeof exportedSettings>;

/**
 * `missingKeys`: providers that still need their key here, because keys are never exported; and `app/ID` for each app whose
 * key nobody has here: remove it and add it again for a new one.
 */
export const imported = z.object({ missingKeys: z.array(z.string()), pendingRestart: z.array(z.string()) });
export type Imported = z.infer<typeof imported>;
