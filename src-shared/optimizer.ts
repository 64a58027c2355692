import { z } from 'zod';
import { track } from './catalogue.ts';
import { preferences, strategy } from './strategy.ts';

/** The optimizer's part of the control API. */

const nanoUsd = z.int().nullable();

/** What a decision is asked for, without any call being made. */
export const routeQuestion = z.strictObject({
  prompt: z.string().min(1),
  model: z.string().min(1).default('auto'),
  /** Names of tools on offer; only their number matters. */
  tools: z.int().min(0).max(1000).default(0),
  images: z.boolean().default(false),
  json: z.boolean().default(false),
  maxOutputTokens: z.int().min(1).nullable().default(null),
  app: z.string().nullable().default(null),
  track: track.optional(),
  strategy: strategy.optional(),
  private: z.literal(true).optional(),
  deadlineMs: z.int().min(1).optional(),
  importance: z.enum(['low', 'normal', 'high']).optional(),
});
export type RouteQuestionInput = z.infer<typeof routeQuestion>;

export const scoreParts = z.object({
  quality: z.number(),
  latency: z.number(),
  cost: z.number(),
  energy: z.number(),
  pressure: z.number(),
  preference: z.number(),
});

/** Predicted; null: nobody knows (the optimizer is off, or stumbled). */
const figure = z.number().nullable();

export const routeCandidate = z.object({
  endpoint: z.string(),
  track,
  loaded: z.boolean().nullable(),
  score: z.number(),
  parts: scoreParts,
  propensity: z.number(),
  firstTokenMs: figure,
  firstTokenP95Ms: figure,
  loadMs: figure,
  queueMs: figure,
  tokensPerSecond: figure,
  outputTokens: figure,
  costNanoUsd: nanoUsd,
  energyJoules: figure,
  quality: figure,
  qualitySd: figure,
  success: figure,
  /** Calls behind the predictions, forgetting included; 0: a prior only. */
  observations: z.number(),
  /** The measurement that speed and load time were predicted from, as far as no call has taught better; null: a guess. */
  measured: z.object({ atMs: z.number(), onBattery: z.boolean() }).nullable().default(null),
});
export type RouteCandidate = z.infer<typeof routeCandidate>;

export const routeAnswer = z.object({
  kind: z.string(),
  promptTokens: z.int(),
  path: z.enum(['single', 'parallel', 'cascade']),
  /** Best first; empty: nobody can, may and does now. */
  candidates: z.array(routeCandidate),
  refusals: z.array(
    z.object({ endpointId: z.string(), why: z.string(), kind: z.enum(['cannot', 'not_now', 'may_not']) }),
  ),
  hedgeAfterMs: z.number().nullable(),
  warm: z.string().nullable(),
  reason: z.string(),
  strategy,
  actsAs: strategy,
  keptPrivate: z.string().nullable(),
  decisionMicroseconds: z.number(),
});
export type RouteAnswer = z.infer<typeof routeAnswer>;

export const FEEDBACK_KINDS = [
  'success',
  'failure',
  'quality_score',
  'user_rating',
  'performance',
  'coverage',
  'security',
  'documentation',
] as const;
export const FEEDBACK_SOURCES = ['agent', 'guardian', 'user', 'system', 'test', 'flock'] as const;

/** `value`: 0 to 1; for `user_rating` 1 to 5; may be left out for `success` and `failure`. */
export const feedbackInput = z
  .strictObject({
    requestId: z.string().min(1),
    kind: z.enum(FEEDBACK_KINDS),
    value: z.number().min(0).max(5).optional(),
    source: z.enum(FEEDBACK_SOURCES).default('user'),
    note: z.string().max(500).nullable().default(null),
  })
  .refine(({ kind, value }) => value !== undefined || kind === 'success' || kind === 'failure', {
    message: 'this kind of feedback needs a value',
    path: ['value'],
  })
  .refine(({ kind, value }) => kind !== 'user_rating' || value === undefined || value >= 1, {
    message: 'a rating is between 1 and 5',
    path: ['value'],
  })
  .refine(({ kind, value }) => kind === 'user_rating' || value === undefined || value <= 1, {
    message: 'a value is between 0 and 1',
    path: ['value'],
  });
export type FeedbackInput = z.infer<typeof feedbackInput>;

/** `learned`: `prompt`: the answer to this kind of prompt; `endpoint`: only the endpoint as a whole; `nothing`: it was not routed. */
export const feedbackTaken = z.object({ taken: z.literal(true), learned: z.enum(['prompt', 'endpoint', 'nothing']) });
export type FeedbackTaken = z.infer<typeof feedbackTaken>;

export const optimizerChange = z.strictObject({
  strategy: strategy.optional(),
  localOnly: z.boolean().optional(),
  enabled: z.boolean().optional(),
  cloudShare: z.number().min(0).max(1).nullable().optional(),
});
export type OptimizerChange = z.infer<typeof optimizerChange>;

export const windowView = z.object({
  requests: z.int(),
  successRate: z.number().nullable(),
  firstTokenP50Ms: z.number().nullable(),
  firstTokenP95Ms: z.number().nullable(),
  firstTokenP99Ms: z.number().nullable(),
  meanDurationMs: z.number().nullable(),
  costNanoUsd: z.number(),
  unknownCosts: z.int(),
  quality: z.number().nullable(),
});
export type WindowView = z.infer<typeof windowView>;

export const adaptationView = z.object({
  atMs: z.int(),
  strategy,
  actsAs: strategy,
  reason: z.string(),
  before: preferences,
  after: preferences,
});
export type AdaptationView = z.infer<typeof adaptationView>;

export const optimizerStatus = z.object({
  enabled: z.boolean(),
  /** Set while something of it failed repeatedly: safe defaults serve until then (Unix milliseconds). */
  suspendedUntilMs: z.int().nullable(),
  /** What does not work as it should, in sentences. */
  degraded: z.array(z.string()),
  strategy,
  actsAs: strategy,
  preferences,
  /** Last five minutes and last hour: in total and by path. */
  windows: z.array(z.object({ name: z.string(), total: windowView, byPath: z.record(z.string(), windowView) })),
  learning: z.object({
    observations: z.number(),
    waiting: z.int(),
    dropped: z.int(),
    /** Endpoints with evidence of their own. */
    endpoints: z.array(
      z.object({ endpoint: z.string(), quality: z.number(), sd: z.number(), observations: z.number() }),
    ),
  }),
  exploration: z.object({ enabled: z.boolean(), spentNanoUsdToday: z.number(), allowanceNanoUsdToday: z.number() }),
  conversations: z.int(),
  adaptations: z.array(adaptationView),
});
export type OptimizerStatus = z.infer<typeof optimizerStatus>;

/** What another strategy would have earned on the logged decisions. */
export const evaluationQuery = z.strictObject({
  /** `always-local`, `always-cloud`, `greedy`, or an endpoint id. */
  policy: z.string().min(1).default('greedy'),
  days: z.coerce.number().int().min(1).max(366).default(7),
});

const valueEstimate = z.object({ mean: z.number(), low: z.number(), high: z.number() });

export const evaluation = z.object({
  policy: z.string(),
  decisions: z.int(),
  refused: z.int(),
  logged: z.number().nullable(),
  ips: valueEstimate.nullable(),
  snips: valueEstimate.nullable(),
  doublyRobust: valueEstimate.nullable(),
  effectiveSampleSize: z.number(),
  enough: z.boolean(),
  sentence: z.string(),
});
export type Evaluation = z.infer<typeof evaluation>;
