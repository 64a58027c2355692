import type { TokenUsage } from '../protocols/chat-event.ts';
import type { FailureCode } from '../protocols/failure.ts';
import type { RoutePath, ScoreParts } from '../routing/decision.ts';
import type { Track } from '../routing/endpoint.ts';
import type { TaskKind } from '../routing/request-profile.ts';
import type { AdaptationView, FeedbackInput } from '../../../src-shared/optimizer.ts';
import type { Strategy } from '../../../src-shared/strategy.ts';

/** What the writer takes. */
export type StoredRecord = RequestRecord | FeedbackRecord | AdaptationView;

/** What a request asked for: the wire format of a text request, or one of the other operations. */
export type Operation =
  | 'openai-chat'
  | 'openai-completions'
  | 'openai-responses'
  | 'ollama-chat'
  | 'ollama-generate'
  | 'anthropic-messages'
  | 'embeddings'
  | 'count-tokens'
  | 'pass-through';

export type Outcome = 'ok' | 'failed' | 'cancelled';

/** How a request was served; null while nothing served it. */
export type Path = 'local' | 'cloud' | 'parallel' | 'cascade' | 'cache';

/** One finished request, with every call that was made for it. No prompt, no answer, no key. */
export interface RequestRecord {
  /** Time-ordered, unique; also the `x-pointsman-request-id` header. */
  id: string;
  /** Unix milliseconds. */
  startedAtMs: number;
  operation: Operation;
  /** Calling program: product token of its User-Agent ("OpenAI", "Ollama"), null when it sent none. */
  app: string | null;
  requestedModel: string | null;
  stream: boolean;
  outcome: Outcome;
  /** HTTP status the client got; 499 when it hung up before. */
  status: number;
  path: Path | null;
  /** Why this endpoint, in words. */
  reason: string;
  failureCode: FailureCode | null;
  /** Milliseconds from the request's arrival. */
  durationMs: number;
  /** To the first content sent to the client; null when there was none. */
  firstContentMs: number | null;
  /** The gateway's own share of the time to the first byte: arrival to upstream call, plus upstream's first byte to ours. */
  overheadMs: number;
  /** How it was routed; null when a model was named exactly or the optimizer had no part in it. */
  decision: DecisionRecord | null;
  /** Integer nano-dollars that the same tokens would have cost at the person's reference model; null: unknown. An estimate. */
  referenceNanoUsd: number | null;
  /** Joules that it took on this machine; null: unknown. An estimate. */
  energyJoules: number | null;
  /** In the order they were started; empty when nothing was called. */
  attempts: AttemptRecord[];
}

/** Why a request went where it went, as far as it is kept: numbers and names, nothing of what was said. */
export interface DecisionRecord {
  strategy: Strategy;
  actsAs: Strategy;
  kind: TaskKind;
  path: RoutePath;
  explored: boolean;
  escalated: boolean;
  /** Why it stayed on the machine; null: it need not have. */
  keptPrivate: string | null;
  /** Endpoint that gave the answer; null: none did. */
  answeredBy: string | null;
  /** Reward in [0,1] of the answer as far as it was known at the end of the request; null: nothing to judge by. */
  reward: number | null;
  /** What told the quality ("truncated", "refusal"…); null: nothing did. */
  signal: string | null;
  /** Best first. The first is the one that was chosen. */
  candidates: CandidateRecord[];
  refusals: { endpointId: string; why: string }[];
}

export interface CandidateRecord {
  endpointId: string;
  /** Nano-dollars; see `ScoreParts`. */
  score: number;
  parts: ScoreParts;
  propensity: number;
  firstTokenMs: number;
  tokensPerSecond: number;
  quality: number;
  qualitySd: number;
  costNanoUsd: number | null;
  energyJoules: number | null;
}

/** One call to one endpoint: the unit of the ledger. Losers, failures and cancelled calls are booked like winners. */
export interface AttemptRecord {
  providerId: string;
  model: string;
  track: Track;
  /** Milliseconds from the request's arrival. */
  startedMs: number;
  firstContentMs: number | null;
  durationMs: number;
  outcome: Outcome;
  /** Upstream HTTP status; null when no response came. */
  status: number | null;
  failureCode: FailureCode | null;
  usage: TokenUsage;
  /** True: the upstream told no usage and the tokens were counted by us. */
  usageEstimated: boolean;
  /** Integer nano-dollars (1e-9 USD); null when the price or the tokens are unknown. Never 0 for unknown. */
  costNanoUsd: number | null;
  /** The unit prices behind `costNanoUsd`; null with it, and for local models (which cost 0). */
  price: UnitPrice | null;
}

/** Prices as used for one call, in USD per million tokens. null: not priced separately. */
export interface UnitPrice {
  input: number | null;
  cachedInput: number | null;
  cacheWrite: number | null;
  cacheWrite1h: number | null;
  output: number | null;
  reasoning: number | null;
  /** USD for the call itself, on top of its tokens (search models); absent where there is none. */
  perCallUsd?: number;
  /** Where the price came from, such as "genai-prices 0.1.8" or "settings". */
  source: string;
  /** Date of that source, YYYY-MM-DD; null when unknown. */
  date: string | null;
}

/** What was said of an answer after it was given. Whether there is such a request is for the caller to ask before. */
export interface FeedbackRecord {
  requestId: string;
  /** Unix milliseconds. */
  atMs: number;
  kind: FeedbackInput['kind'];
  source: FeedbackInput['source'];
  /** 0 to 1: how good the answer was by this account; ratings of 1 to 5 are brought to it by the caller. */
  value: number;
  /** At most 500 characters. */
  note: string | null;
}
