import { z } from 'zod';
import { providerKind, track } from './catalogue.ts';
import { decisionView } from './decisions.ts';
import { providerSettings } from './settings.ts';

/** The control API's contract: what the pages, the tray and the command line may rely on. */

const count = z.int().min(0);
const nanoUsd = z.int().nullable();

export const providerState = z.enum([
  'unknown',
  'healthy',
  'degraded',
  'down',
  'rate_limited',
  'misconfigured',
  'offline',
]);
export type ProviderState = z.infer<typeof providerState>;

export const providerStatus = providerSettings.extend({
  state: providerState,
  /** One sentence: what is known, and what to do when it is not well. */
  sentence: z.string(),
  /** Where the key comes from; the key itself is never shown. */
  key: z.enum(['environment', 'stored', 'missing', 'not needed']),
  /** Server version when it tells one (Ollama). */
  version: z.string().nullable(),
  modelCount: count,
});
export type ProviderStatus = z.infer<typeof providerStatus>;

export const modelStatus = z.object({
  id: z.string(),
  provider: z.string(),
  model: z.string(),
  track,
  protocol: providerKind,
  capabilities: z.record(z.string(), z.boolean().nullable()),
  contextTokens: count.nullable(),
  loaded: z.boolean().nullable(),
  sizeBytes: count.nullable(),
  /** USD per million tokens; null is unknown, 0 is free. */
  inputUsdPerMillion: z.number().nullable(),
  outputUsdPerMillion: z.number().nullable(),
  circuit: z.enum(['closed', 'open', 'half_open']),
  active: count,
  queued: count,
});
export type ModelStatus = z.infer<typeof modelStatus>;

export const attemptView = z.object({
  providerId: z.string(),
  model: z.string(),
  track,
  startedMs: z.number(),
  firstContentMs: z.number().nullable(),
  durationMs: z.number(),
  outcome: z.enum(['ok', 'failed', 'cancelled']),
  status: z.int().nullable(),
  failureCode: z.string().nullable(),
  inputTokens: count.nullable(),
  cachedInputTokens: count.nullable(),
  cacheWriteTokens: count.nullable(),
  outputTokens: count.nullable(),
  reasoningTokens: count.nullable(),
  usageEstimated: z.boolean(),
  costNanoUsd: nanoUsd,
});
export type AttemptView = z.infer<typeof attemptView>;

export const requestView = z.object({
  id: z.string(),
  startedAtMs: count,
  operation: z.string(),
  app: z.string().nullable(),
  requestedModel: z.string().nullable(),
  stream: z.boolean(),
  outcome: z.enum(['ok', 'failed', 'cancelled']),
  status: z.int(),
  path: z.string().nullable(),
  reason: z.string(),
  failureCode: z.string().nullable(),
  durationMs: z.number(),
  firstContentMs: z.number().nullable(),
  overheadMs: z.number(),
  /** Sum over attempts; null as soon as one attempt's cost is unknown. */
  costNanoUsd: nanoUsd,
  /** What the same tokens would have cost at the reference model; null: unknown. An estimate. */
  referenceNanoUsd: nanoUsd,
  /** On this machine; null: unknown. An estimate. */
  energyJoules: z.number().nullable(),
  /** null: it was not routed. */
  decision: decisionView.nullable(),
  attempts: z.array(attemptView),
});
export type RequestView = z.infer<typeof requestView>;

export const requestsQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(50),
  /** Only requests older than this id (for paging back). */
  before: z.string().optional(),
  outcome: z.enum(['ok', 'failed', 'cancelled']).optional(),
});
export type RequestsQuery = z.infer<typeof requestsQuery>;

export const requestsPage = z.object({ requests: z.array(requestView), next: z.string().nullable() });
export type RequestsPage = z.infer<typeof requestsPage>;

export const totals = z.object({
  requests: count,
  failed: count,
  cancelled: count,
  local: count,
  cloud: count,
  inputTokens: count,
  outputTokens: count,
  /** Known costs only; `unknownCosts` counts the attempts whose cost is not known. */
  costNanoUsd: count,
  unknownCosts: count,
});
export type Totals = z.infer<typeof totals>;

export const status = z.object({
  version: z.string(),
  startedAtMs: count,
  addresses: z.array(z.string()),
  dataFolder: z.string(),
  secrets: z.string(),
  /** Problems the person should know of, each one sentence with what to do. */
  warnings: z.array(z.string()),
  providers: z.array(providerStatus),
  /** Since local midnight. */
  today: totals,
  activeRequests: count,
  flushIntervalMs: count,
});
export type Status = z.infer<typeof status>;

export const addProvider = z.strictObject({
  /** Catalogue entry to start from; the other fields then only override it. */
  catalogue: z.string().optional(),
  id: z.string().optional(),
  name: z.string().optional(),
  kind: providerKind.optional(),
  track: track.optional(),
  baseUrl: z.string().optional(),
  /** Kept in the secret store, never in settings. */
  key: z.string().min(1).optional(),
  keyVariable: z.string().optional(),
  models: z.array(z.string()).optional(),
  /** Values for the `{placeholders}` of the catalogue's base URL. */
  placeholders: z.record(z.string(), z.string()).optional(),
});
export type AddProvider = z.infer<typeof addProvider>;

/** What a test of a provider found, in a sentence that says which of address, key or protocol is wrong. */
export const providerTest = z.object({
  ok: z.boolean(),
  problem: z.enum(['address', 'key', 'protocol', 'account', 'rate_limit', 'none']),
  sentence: z.string(),
  models: z.array(z.string()),
  durationMs: z.number(),
});
export type ProviderTest = z.infer<typeof providerTest>;

export const controlError = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
