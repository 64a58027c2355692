import type { ConversationState } from '../routing/conversation.ts';

/** Conversations remembered at most are twice as many. */
const GENERATION = 1_000;
/** Nobody comes back to a prompt cache after this long; the voice of an answer is forgotten too. */
const FORGOTTEN_AFTER_MS = 2 * 3_600_000;

/** Providers keep a prompt for five to ten minutes, Ollama a model for five. */
const CACHE_LIFE_MS = 5 * 60_000;

/** What is kept of a conversation between its requests: where it went, never what was said. */
export interface RememberedConversation {
  endpointId: string;
  /** Tokens that the endpoint has read of it so far. */
  cachedTokens: number;
  requests: number;
  escalated: boolean;
  /** The endpoint that it was stuck with when it was escalated. */
  stuckWith: string | null;
  /** Monotonic milliseconds of the last request. */
  lastMs: number;
}

/** How a request of a conversation went. */
export interface ConversationNews {
  endpointId: string;
  readTokens: number;
  escalated: boolean;
  /** The endpoint that it left for being stuck with it. */
  stuckWith?: string | null;
  nowMs: number;
}

/**
 * Remembers conversations by key, the latest ones longest. Two generations instead of a least-recently-used list: every
 * request enters, and a map that is never deleted from leaves no outgrown tables behind.
 */
export class ConversationMemory {
  #young = new Map<string, RememberedConversation>();
  #old = new Map<string, RememberedConversation>();
  /** Those that stand in both. */
  #shared = 0;

  get size(): number {
    return this.#young.size + this.#old.size - this.#shared;
  }

  recall(key: string, nowMs: number): RememberedConversation | null {
    const found = this.#young.get(key) ?? this.#old.get(key);
    return found === undefined || nowMs - found.lastMs > FORGOTTEN_AFTER_MS ? null : found;
  }

  /** Notes where a request of the conversation went. */
  note(key: string, news: ConversationNews): void {
    const { endpointId, readTokens, nowMs } = news;
    const known = this.recall(key, nowMs);
    const escalated = news.escalated || known?.escalated === true;
    const stuckWith = news.stuckWith ?? known?.stuckWith ?? null;
    if (known !== null) {
      known.endpointId = endpointId;
      known.cachedTokens = readTokens;
      known.requests += 1;
      known.escalated = escalated;
      known.stuckWith = stuckWith;
      known.lastMs = nowMs;
      if (this.#young.has(key)) return;
    }
    if (this.#young.size >= GENERATION) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#shared = 0;
    }
    if (this.#old.has(key) && !this.#young.has(key)) this.#shared += 1;
    const requests = 1;
    this.#young.set(
      key,
      known ?? { endpointId, cachedTokens: readTokens, requests, escalated, stuckWith, lastMs: nowMs },
    );
  }

  /** Everything measured is distrusted (after sleep): where conversations were stays, what was cached there is gone. */
  coolDown(): void {
    for (const each of [...this.#young.values(), ...this.#old.values()]) each.cachedTokens = 0;
  }
}

/** The state of a conversation as the decision reads it. */
export function toConversationState(
  remembered: RememberedConversation,
  now: { stuck: string | null; signed: boolean; nowMs: number },
): ConversationState {
  const { endpointId, requests, escalated, stuckWith } = remembered;
  const provider = endpointId.slice(0, endpointId.indexOf('/'));
  return {
    endpointId,
    cachedTokens: now.nowMs - remembered.lastMs > CACHE_LIFE_MS ? 0 : remembered.cachedTokens,
    requests,
    signedByProviderId: now.signed ? provider : null,
    stuck: now.stuck,
    escalated,
    stuckWith,
  };
}
