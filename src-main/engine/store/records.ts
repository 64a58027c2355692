import type { TokenUsage } from '../protocols/chat-event.ts';
import type { FailureCode } from '../protocols/failure.ts';
import type { Track } from '../routing/endpoint.ts';

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
  /** In the order they were started; empty when nothing was called. */
  attempts: AttemptRecord[];
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
