import type { ChatPart, ChatRequest } from '../../protocols/chat-request.ts';
import type { FinishReason } from '../../protocols/chat-event.ts';
import type { Track } from '../../routing/endpoint.ts';

/** What is known of a kept prompt without opening it. */
export interface KeptFacts {
  requestId: string;
  /** Unix milliseconds. */
  keptAtMs: number;
  /** Endpoint that gave the accepted answer, and its track. */
  endpoint: string;
  track: Track;
  /** Of the whole request; null: unknown. */
  costNanoUsd: number | null;
  /** False: the text must not leave this machine, whatever anybody sets later. */
  mayLeave: boolean;
}

export interface KeptContent {
  /** As the client asked it; images by address are still addresses. */
  request: ChatRequest;
  /** The accepted answer: its text and tool calls, in order. Never empty. */
  answer: readonly ChatPart[];
  finishReason: FinishReason | null;
  app: string | null;
  /** Kind of task as the optimizer saw it; null: it was not routed. */
  kind: string | null;
}

/** A prompt that may be asked of others. */
export type OpenPrompt = KeptFacts & KeptContent & { mayLeave: true };
/** One that is asked on this machine only. */
export type PrivatePrompt = KeptFacts & KeptContent & { mayLeave: false };
export type KeptPrompt = OpenPrompt | PrivatePrompt;

/** Where a list goes on. */
export type KeptPlace = Pick<KeptFacts, 'keptAtMs' | 'requestId'>;

/**
 * Prompts that are kept with the person's consent, for jobs to read. Jobs hold ids only, in memory and in checkpoints, and
 * read the text when they need it: it may be gone by then.
 */
export interface KeptPrompts {
  /** Oldest first, at most `limit` (1 to 500) after that place; empty when nothing can be read. Quick. */
  list(options: { after: KeptPlace | null; limit: number }): readonly KeptFacts[];
  /** null: consent was withdrawn, it has expired or was erased, or the key to it is not there. Takes up to 3 ms. */
  read(requestId: string): KeptPrompt | null;
  /** Encrypts what was made of a prompt's words, for keeping beside it; null: the prompt cannot be read any more. */
  seal(requestId: string, text: string): string | null;
  /** Reads that as long as the prompt can be read, and never again after; null: no more, or it was changed. */
  unseal(requestId: string, sealed: string): string | null;
  /**
   * Told when somebody has a prompt erased (null: all, also when consent ends): what was made of it goes too. Not told of
   * prompts whose time is up or that make room: what holds no words may stay. Returns the way to end that.
   */
  onErased(listener: (requestId: string | null) => void): () => void;
}
