import { z } from 'zod';
import { authScheme, providerFeatures, providerKind, track } from './catalogue.ts';
import { backgroundSettings, upkeepSettings } from './background-settings.ts';
import { preferences, strategy } from './strategy.ts';

/** Version of the settings file's layout; raised with a migration whenever a field changes its meaning. */
export const SETTINGS_VERSION = 1;

const milliseconds = z.int().min(1);

/** A provider the person has switched on. The key is elsewhere: in the environment or the secret store. */
export const providerSettings = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'use lower-case letters, digits and dashes'),
  name: z.string().min(1),
  kind: providerKind,
  track,
  baseUrl: z.url({ protocol: /^https?$/ }),
  auth: authScheme.default('bearer'),
  /** Environment variable that holds the key; null: the secret store has it, under the provider's id. */
  keyVariable: z.string().nullable().default(null),
  modelsPath: z.string().nullable().default('/models'),
  features: providerFeatures.prefault({}),
  /** Provider id in the price table. */
  pricesId: z.string().nullable().default(null),
  enabled: z.boolean().default(true),
  /** Models to offer when the provider has no list of its own, or to narrow it down. Empty: all that it lists. */
  models: z.array(z.string().min(1)).default([]),
  /** Requests at the same time for each model; null: the default of its track. */
  concurrency: z.int().min(1).nullable().default(null),
});
export type ProviderSettings = z.infer<typeof providerSettings>;

/** USD per million tokens, set by the person for one model; outranks the price table. */
export const priceOverride = z.strictObject({
  /** `PROVIDER/MODEL`. */
  endpoint: z.string().min(3),
  input: z.number().min(0),
  output: z.number().min(0),
  cachedInput: z.number().min(0).nullable().default(null),
  cacheWrite: z.number().min(0).nullable().default(null),
  reasoning: z.number().min(0).nullable().default(null),
});
export type PriceOverride = z.infer<typeof priceOverride>;

const usd = z.number().min(0);
/** `auto`: a share of what the machine has. */
const megabytes = z.union([z.literal('auto'), z.int().min(1)]);

/** Money that may be spent in a span of time; null: no limit. Days and months are local ones. */
export const budget = z.strictObject({ dayUsd: usd.nullable().default(null), monthUsd: usd.nullable().default(null) });
export type Budget = z.infer<typeof budget>;

/** A program that calls with a key of its own. */
export const appSettings = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'use lower-case letters, digits and dashes'),
  name: z.string().min(1),
  /** SHA-256 of the key in hexadecimal; the key itself is shown once, when it is made. */
  keyHash: z.string().regex(/^[0-9a-f]{64}$/),
  createdAtMs: z.int().min(0),
  enabled: z.boolean().default(true),
  /** Tracks that it may use; null: all. */
  tracks: z.array(track).min(1).nullable().default(null),
  /** Endpoint ids or model names that it may use; null: all. */
  models: z.array(z.string().min(1)).nullable().default(null),
  /** Everything it asks stays on this machine. */
  private: z.boolean().default(false),
  budget: budget.prefault({}),
  maxCostPerRequestUsd: usd.nullable().default(null),
});
export type AppSettings = z.infer<typeof appSettings>;

export const settings = z.strictObject({
  version: z.literal(SETTINGS_VERSION).default(SETTINGS_VERSION),
  gateway: z
    .strictObject({
      /** 127.0.0.1 unless the person opens the port to the network. */
      host: z.string().min(1).default('127.0.0.1'),
      port: z.int().min(0).max(65535).default(8400),
      /** A second listener at Ollama's usual port, for apps that know only that one. */
      ollamaPlace: z
        .strictObject({ enabled: z.boolean().default(false), port: z.int().min(0).max(65535).default(11434) })
        .prefault({}),
      /** Host names besides loopback that may stand in the Host header, exact, without port. */
      allowedHosts: z.array(z.string().min(1)).default([]),
      /** Origins besides loopback pages and desktop apps that may call from a browser, exact. */
      allowedOrigins: z.array(z.string().min(1)).default([]),
      maxBodyBytes: z
        .int()
        .min(1024)
        .default(50 * 1024 * 1024),
      maxConnections: z.int().min(1).default(1024),
      /** Time a client has to send its request headers. */
      headersTimeoutMs: milliseconds.default(10_000),
      /** Time a client has to send its whole request. */
      requestTimeoutMs: milliseconds.default(60_000),
      /** A client that reads nothing for this long while there is something to read is cut off. */
      stalledReaderTimeoutMs: milliseconds.default(120_000),
    })
    .prefault({}),
  ollama: z
    .strictObject({
      enabled: z.boolean().default(true),
      /** null: OLLAMA_HOST, else http://127.0.0.1:11434. */
      baseUrl: z
        .url({ protocol: /^https?$/ })
        .nullable()
        .default(null),
      /** How often version, models and loaded models are looked at. */
      watchIntervalMs: milliseconds.default(5_000),
    })
    .prefault({}),
  providers: z.array(providerSettings).default([]),
  models: z
    .strictObject({
      /** Names answered by another model, by the person's wish: `{ "gpt-4o": "local/qwen3:8b" }`. */
      substitutions: z.record(z.string(), z.string()).default({}),
      /** Endpoints (`PROVIDER/MODEL`) that virtual names may choose from, best first; empty: all. */
      preferredLocal: z.array(z.string()).default([]),
      preferredCloud: z.array(z.string()).default([]),
    })
    .prefault({}),
  privacy: z
    .strictObject({
      /** Nothing leaves this machine: the cloud track is closed for every request. */
      localOnly: z.boolean().default(false),
      /** Prompts and accepted answers, encrypted, for background work to learn from. Only with the person's consent. */
      keepPrompts: z
        .strictObject({
          /** Consent. Withdrawing it erases what is kept. */
          enabled: z.boolean().default(false),
          /** After so many days each is erased. */
          days: z.int().min(1).max(365).default(14),
          /** The oldest go first. */
          megabytes: z.int().min(1).max(10_240).default(64),
          /** Private requests are kept, too, and judged on this machine only. */
          private: z.boolean().default(false),
        })
        .prefault({}),
    })
    .prefault({}),
  background: backgroundSettings,
  upkeep: upkeepSettings,
  optimizer: z
    .strictObject({
      /** False: no predictions, races or learning; the plain order of preference serves every request. */
      enabled: z.boolean().default(true),
      strategy: strategy.default('balanced'),
      /** Where adaptation starts from. */
      preferences: preferences.prefault({}),
      adaptation: z.boolean().default(true),
      adaptationIntervalSeconds: z.int().min(1).default(30),
      learning: z.boolean().default(true),
      /** A second call may race the first. */
      hedging: z.boolean().default(true),
      /** A local answer may be tried and checked before the cloud is asked. */
      cascade: z.boolean().default(true),
      /** The cloud may answer while a local model is being loaded. */
      bridging: z.boolean().default(true),
      /** Share of routed requests that shall go to the cloud (0 to 1); null: whatever the strategy finds best. */
      cloudShare: z.number().min(0).max(1).nullable().default(null),
      exploration: z
        .strictObject({
          enabled: z.boolean().default(true),
          usdPerDay: usd.default(0.05),
          /** Share of the time that people wait which trying other endpoints may add. */
          latencyShare: z.number().min(0).max(0.5).default(0.02),
        })
        .prefault({}),
      /** How what answers teach is weighed. Background work (offline training) looks for better values and proposes them. */
      learner: z
        .strictObject({
          /** Of what is known of a kind of task, this much is kept with each judged answer more; 1 forgets nothing. */
          retention: z.number().min(0.5).max(1).default(0.95),
          /** Judged answers that the first guess (by size or price) is worth. */
          guessStrength: z.number().min(1).max(100).default(8),
          /** Judged answers that a model's other kinds of task are worth for one kind. */
          overallStrength: z.number().min(1).max(200).default(15),
          /** How far one prompt's quality is thought to be from its kind's: more believes the words of the prompt more. */
          promptSpread: z.number().min(0.05).max(1).default(0.3),
          /** Factor on how fast weights of single words move. */
          wordPace: z.number().min(0.1).max(10).default(1),
        })
        .prefault({}),
    })
    .prefault({}),
  constraints: z
    .strictObject({
      memoryMb: megabytes.default(4096),
      gpuMemoryMb: megabytes.default(2048),
      cpuPercent: z.number().min(1).max(100).default(80),
      targetLatencyMs: milliseconds.default(2_000),
      /** For routed requests; a model named exactly is the client's own decision. null: no cap. */
      maxCostPerRequestUsd: usd.nullable().default(0.01),
      batteryPercent: z.number().min(0).max(100).default(20),
    })
    .prefault({}),
  power: z
    .strictObject({
      tariffUsdPerKwh: usd.default(0.3),
      /** Watts that the machine draws more while a local model answers; null: estimated. */
      localWatts: z.number().min(0).nullable().default(null),
    })
    .prefault({}),
  gate: z
    .strictObject({
      requireAc: z.boolean().default(true),
      cpuOpenPercent: z.number().min(0).max(100).default(20),
      cpuClosePercent: z.number().min(0).max(100).default(35),
      cpuQuietSeconds: z.int().min(1).default(600),
      userIdleSeconds: z.int().min(1).default(600),
      requestQuietSeconds: z.int().min(1).default(120),
      resumeHoldSeconds: z.int().min(0).default(120),
      /** True: nobody sits at this machine, so nobody's input is waited for. null: when no source can tell. */
      headless: z.boolean().nullable().default(null),
      /** True: a machine that cannot tell its heat (most virtual ones) may work in the background all the same. */
      allowUnknownHeat: z.boolean().default(false),
    })
    .prefault({}),
  budgets: z
    .strictObject({
      total: budget.prefault({}),
      /** By provider id. */
      providers: z.record(z.string(), budget).default({}),
      /** What happens under a budget with a cloud model whose price nobody knows. */
      unknownPrices: z.enum(['refuse', 'allow']).default('refuse'),
      /** Model (`PROVIDER/MODEL`, or a name of the price table) that savings are measured against; null: the dearest configured one. */
      referenceModel: z.string().nullable().default(null),
    })
    .prefault({}),
  apps: z.array(appSettings).default([]),
  access: z
    .strictObject({
      /** Inference calls need an app's key; control calls always need the control token. */
      requireKeys: z.boolean().default(false),
    })
    .prefault({}),
  limits: z
    .strictObject({
      localConcurrency: z.int().min(1).default(4),
      cloudConcurrency: z.int().min(1).default(64),
      /** Requests that may wait for one endpoint before the next is refused. */
      queueLength: z.int().min(0).default(256),
      queueWaitMs: milliseconds.default(60_000),
    })
    .prefault({}),
  timeouts: z
    .strictObject({
      connectMs: milliseconds.default(5_000),
      /** To the first content; on the local track it holds the loading of a model. */
      firstContentLocalMs: milliseconds.default(300_000),
      firstContentCloudMs: milliseconds.default(120_000),
      betweenContentMs: milliseconds.default(120_000),
    })
    .prefault({}),
  heartbeat: z
    .strictObject({ firstMs: milliseconds.default(3_000), everyMs: milliseconds.default(10_000) })
    .prefault({}),
  images: z
    .strictObject({
      /** May an image URL in a request be fetched by us, when the chosen model needs the bytes? */
      fetchRemote: z.boolean().default(false),
    })
    .prefault({}),
  prices: z
    .strictObject({
      overrides: z.array(priceOverride).default([]),
      /** A newer price table is fetched from there, where one is given; never while the network is metered. */
      source: z
        .strictObject({
          url: z.url({ protocol: /^https$/ }),
          /** Ed25519, raw, in base64: the table is believed only with a signature of this key. */
          publicKey: z.string().regex(/^[A-Za-z0-9+/]{43}=$/, 'an Ed25519 public key: 32 bytes in base64'),
        })
        .nullable()
        .default(null),
    })
    .prefault({}),
  log: z
    .strictObject({
      level: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
      /** Keeps the log in the folder `logs` of the data folder, too; the desktop application always does. */
      file: z.boolean().default(false),
    })
    .prefault({}),
  /** The application around the engine; headless, these do nothing. */
  desktop: z
    .strictObject({
      startAtLogin: z.boolean().default(false),
      /** False: only the tray shows up when it starts by itself. */
      openWindowAtStart: z.boolean().default(true),
      notifications: z.boolean().default(true),
      /** `automatic`: downloaded, and installed at the next quit; `ask`: only told of. */
      updates: z.enum(['automatic', 'ask', 'off']).default('automatic'),
    })
    .prefault({}),
  /** `done`: the first run was gone through. */
  setup: z.strictObject({ done: z.boolean().default(false) }).prefault({}),
});
export type Settings = z.infer<typeof settings>;
