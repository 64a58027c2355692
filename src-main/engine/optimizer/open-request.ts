import type { Decision } from '../routing/decision.ts';
import type { RequestProfile } from '../routing/request-profile.ts';
import type { PromptFeatures } from '../learning/prompt-features.ts';

/** A routed request from its decision until feedback about it can no longer come. Holds no words of it. */
export interface OpenRequest {
  id: string;
  /** Without the text. */
  profile: RequestProfile;
  features: PromptFeatures;
  textHash: number;
  conversationKey: string | null;
  /** It goes on with a conversation that was remembered. */
  isContinued: boolean;
  /** Tokens of that conversation that an endpoint was taken to have in its cache; null: nobody was. */
  cached: { endpointId: string; tokens: number } | null;
  app: string | null;
  /** null once it is over: decisions are large, and a thousand requests are remembered. */
  decision: Decision | null;
  /** Monotonic milliseconds. */
  startedMs: number;
  /** The endpoint that the conversation got stuck with just now; null: it did not. */
  failedBefore: string | null;
  answeredBy: string | null;
  isOver: boolean;
}
