import { z } from 'zod';

/** What a provider speaks. */
export const providerKind = z.enum(['ollama', 'openai', 'anthropic']);
export type ProviderKind = z.infer<typeof providerKind>;

export const track = z.enum(['local', 'cloud']);

/** How the key travels: `Authorization: Bearer KEY`, `x-api-key: KEY`, `api-key: KEY`, or not at all. */
export const authScheme = z.enum(['bearer', 'x-api-key', 'api-key', 'none']);
export type AuthScheme = z.infer<typeof authScheme>;

/** Endpoints below the base URL that not every OpenAI-style provider has. */
export const providerFeatures = z.strictObject({
  /** `POST /responses`. */
  responses: z.boolean().default(false),
  /** `POST /completions`. */
  completions: z.boolean().default(false),
  /** `POST /embeddings`. */
  embeddings: z.boolean().default(false),
  /** Takes `stream_options.include_usage`. */
  streamUsage: z.boolean().default(true),
});
export type ProviderFeatures = z.infer<typeof providerFeatures>;

/** One provider that can be switched on by pasting a key, or a local server with its usual port. */
export const catalogueEntry = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  name: z.string().min(1),
  kind: providerKind,
  track,
  /** Paths such as `/chat/completions` are appended. May hold `{placeholders}` that the person fills in. */
  baseUrl: z.string().min(1),
  auth: authScheme,
  /** Environment variable that its own tools read the key from, such as OPENAI_API_KEY. */
  keyVariable: z.string().nullable(),
  /** Below the base URL; null when the provider has no model list. */
  modelsPath: z.string().nullable(),
  /** Below the base URL: a cheap GET that needs the key, where the model list is open to everybody. */
  keyCheckPath: z.string().nullable().default(null),
  features: providerFeatures.prefault({}),
  freeTier: z.enum(['yes', 'trial', 'no', 'unknown']),
  signUpUrl: z.url().nullable(),
  /** Public page where the entry was checked. */
  documentationUrl: z.url(),
  /** What the provider says it does with prompts, in one sentence; null when it was not found. */
  dataUse: z.string().nullable(),
  /** Provider id in the price table; null when it has no prices there. */
  pricesId: z.string().nullable(),
  /** YYYY-MM-DD. */
  checked: z.iso.date(),
});
export type CatalogueEntry = z.infer<typeof catalogueEntry>;

export const catalogue = z.array(catalogueEntry);
