import { z } from 'zod';
import { FEEDBACK_KINDS, FEEDBACK_SOURCES } from './optimizer.ts';
import { strategy } from './strategy.ts';

/** How requests were routed, as it is kept: numbers and names, rounded, nothing of what was said. */

const count = z.int().min(0);
/** null: it was not known, or was no number. */
const figure = z.number().nullable();

export const candidateView = z.object({
  endpointId: z.string(),
  /** Sum of the parts. Nano-dollars, all of them. */
  score: figure,
  parts: z.object({
    quality: figure,
    latency: figure,
    cost: figure,
    energy: figure,
    pressure: figure,
    preference: figure,
  }),
  /** Probability with which it would have been chosen. */
  propensity: figure,
  firstTokenMs: figure,
  tokensPerSecond: figure,
  quality: figure,
  qualitySd: figure,
  costNanoUsd: figure,
  energyJoules: figure,
});
export type CandidateView = z.infer<typeof candidateView>;

export const decisionView = z.object({
  strategy,
  /** What `adaptive` stood for at that moment. */
  actsAs: strategy,
  kind: z.string(),
  path: z.enum(['single', 'parallel', 'cascade']),
  explored: z.boolean(),
  escalated: z.boolean(),
  keptPrivate: z.string().nullable(),
  answeredBy: z.string().nullable(),
  /** 0 to 1, as it was known at the end of the request; feedback comes later and is told beside it. */
  reward: figure,
  signal: z.string().nullable(),
  /** Best first; the first was chosen. */
  candidates: z.array(candidateView),
  refusals: z.array(z.object({ endpointId: z.string(), why: z.string() })),
  /** Further ones that were not kept. */
  omittedCandidates: count,
  omittedRefusals: count,
});
export type DecisionView = z.infer<typeof decisionView>;

export const feedbackView = z.object({
  atMs: count,
  kind: z.enum(FEEDBACK_KINDS),
  source: z.enum(FEEDBACK_SOURCES),
  /** 0 to 1. */
  value: z.number(),
  note: z.string().nullable(),
});
export type FeedbackView = z.infer<typeof feedbackView>;

/** A decision with as much of its request as a list shows. */
export const decisionEntry = z.object({
  requestId: z.string(),
  startedAtMs: count,
  app: z.string().nullable(),
  requestedModel: z.string().nullable(),
  outcome: z.enum(['ok', 'failed', 'cancelled']),
  reason: z.string(),
  durationMs: z.number(),
  firstContentMs: z.number().nullable(),
  decision: decisionView,
});
export type DecisionEntry = z.infer<typeof decisionEntry>;

export const decisionsQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(50),
  /** Only decisions on requests that ended before this one (for paging back). */
  before: z.string().optional(),
  kind: z.string().optional(),
  /** Only where this endpoint was chosen. */
  endpoint: z.string().optional(),
});
export type DecisionsQuery = z.infer<typeof decisionsQuery>;

export const decisionsPage = z.object({ decisions: z.array(decisionEntry), next: z.string().nullable() });
export type DecisionsPage = z.infer<typeof decisionsPage>;
