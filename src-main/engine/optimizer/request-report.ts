import type { AnswerSigns } from '../learning/answer-signs.ts';
import type { ChatRequest } from '../protocols/chat-request.ts';
import type { AppPermissions, RequestPins } from '../routing/decision.ts';
import type { Endpoint } from '../routing/endpoint.ts';
import type { VirtualName } from '../routing/model-name.ts';
import type { RequestNeeds } from '../routing/request-needs.ts';

/** What is asked: plain words, or a whole request. */
export type OptimizerQuery = string | ChatRequest;

/** Who asks, and within which bounds. All of it may be left out. */
export interface RequestContext {
  /** Names the request for later calls about it. */
  requestId?: string;
  /** Default: `auto`. null: `endpoints` were named exactly and come in order of preference. */
  virtual?: VirtualName | null;
  /** Default: all that the optimizer knows. */
  endpoints?: readonly Endpoint[];
  needs?: RequestNeeds;
  /** The calling program, by whatever name. */
  app?: string | null;
  /** Id of the app whose key was shown: whose budget it is. */
  appId?: string | null;
  permissions?: AppPermissions | null;
  pins?: RequestPins;
  /** Session ids that the client sent, by header or field name. */
  session?: Readonly<Record<string, string>>;
  unsupported?: (endpoint: Endpoint) => readonly string[];
  /** Explains only: nothing is explored and nothing remembered. */
  dryRun?: boolean;
}

/** One call to one endpoint, as it went. Times in milliseconds; null: unknown or never. */
export interface CallReport {
  /** As it was when it was chosen. */
  endpoint: Endpoint;
  /** Was the model in memory when the call was made? */
  wasLoaded: boolean | null;
  outcome: 'ok' | 'failed' | 'cancelled';
  failureCode: string | null;
  /** False: it never left the queue, or was refused before. */
  wasSent: boolean;
  /** False: the answer came in one piece. */
  streamed: boolean;
  /** Waiting for a place. */
  queueMs: number;
  /** From sending the call to its first content. */
  firstTokenMs: number | null;
  /** From sending the call to its end. */
  durationMs: number;
  /** What the engine says that loading the model took; null or absent: it does not say. */
  loadMs?: number | null;
  /** Between first content and end; null for an answer in one piece. */
  tokensPerSecond: number | null;
  inputTokens: number | null;
  cachedInputTokens: number | null;
  outputTokens: number | null;
  costNanoUsd: number | null;
}

/** How a request went as a whole. */
export interface RequestResult {
  /** In the order they were started. */
  calls: readonly CallReport[];
  /** Endpoint id of the answer; null: nobody answered. */
  answeredBy: string | null;
  /** From the request's arrival; null: none came. */
  firstTokenMs: number | null;
  durationMs: number;
  stream: boolean;
  /** What the answer was like; null: nobody looked. */
  signs: AnswerSigns | null;
  /** On this machine; null: unknown. */
  energyJoules: number | null;
}
