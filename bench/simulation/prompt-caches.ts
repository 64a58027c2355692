import type { Track } from '../../src-main/engine/routing/endpoint.ts';

interface Cached {
  tokens: number;
  atMs: number;
}

/** Providers keep a prompt for about five minutes, and none that is shorter than this. */
const CLOUD_LIFE_MS = 5 * 60_000;
const CLOUD_LEAST_TOKENS = 1_024;
/** A local runner keeps the prompts of its places only. */
const LOCAL_PLACES = 4;

/** What each endpoint still remembers of the beginnings of conversations. */
export class PromptCaches {
  readonly #cached = new Map<string, Map<string, Cached>>();

  /** Prompt tokens that the endpoint need not read again. */
  read(
    endpointId: string,
    track: Track,
    call: { conversation: string | null; promptTokens: number; nowMs: number },
  ): number {
    const { conversation, promptTokens, nowMs } = call;
    const found = conversation === null ? undefined : this.#cached.get(endpointId)?.get(conversation);
    if (found === undefined) return 0;
    const isKept = track === 'local' || (nowMs - found.atMs <= CLOUD_LIFE_MS && found.tokens >= CLOUD_LEAST_TOKENS);
    return isKept ? Math.min(found.tokens, promptTokens) : 0;
  }

  write(endpointId: string, track: Track, call: { conversation: string | null; tokens: number; nowMs: number }): void {
    const { conversation, tokens, nowMs } = call;
    let places = this.#cached.get(endpointId);
    if (places === undefined) this.#cached.set(endpointId, (places = new Map<string, Cached>()));
    // Answers that belong to no conversation take a place all the same, and push another out.
    const name = conversation ?? '';
    places.delete(name);
    places.set(name, { tokens: conversation === null ? 0 : tokens, atMs: nowMs });
    if (track === 'cloud' || places.size <= LOCAL_PLACES) return;
    const [oldest] = places.keys();
    if (oldest !== undefined) places.delete(oldest);
  }

  /** The model was unloaded. */
  forget(endpointId: string): void {
    this.#cached.delete(endpointId);
  }
}
