import type { FinishReason } from '../protocols/chat-event.ts';
import type { ChatPart, ChatRequest } from '../protocols/chat-request.ts';
import type { Track } from '../routing/endpoint.ts';

/** One request for text that went well, with the answer that the client got: what may be kept of it with consent. */
export interface FinishedChat {
  requestId: string;
  /** The number of the consent under which it was listened to: a later one does not cover it. */
  consent: number;
  request: ChatRequest;
  /** Text and tool calls, in order. */
  answer: readonly ChatPart[];
  finishReason: FinishReason | null;
  /** By name, header, app or settings, when it came or when it ended. */
  isPrivate: boolean;
  app: string | null;
  /** Kind of task; null: it was not routed. */
  kind: string | null;
  /** That gave the answer. */
  endpoint: string;
  track: Track;
  costNanoUsd: number | null;
  /** Of request and answer, roughly. */
  characters: number;
}

/** Who keeps prompts, as the exchange sees it. */
export interface PromptKeeper {
  /**
   * Number of the consent in force; null: nothing is kept now (no consent, no room), and nobody listens to answers for it.
   * The one thing that a request costs while nothing is kept.
   */
  readonly consent: number | null;
  /** Returns at once, never throws, and need not keep it. */
  take(chat: FinishedChat): void;
}
