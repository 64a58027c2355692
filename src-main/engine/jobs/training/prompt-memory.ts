import { readPrompt, type PromptFeatures } from '../../learning/prompt-features.ts';
import { readProfile } from '../../routing/read-profile.ts';
import type { KeptPlace, KeptPrompts } from '../kept/kept-prompts.ts';
import type { PromptMemory } from './training-parts.ts';

/** A run goes through the log a dozen times: these many prompts are opened once, the others every time. Up to 12 MB. */
const MOST_REMEMBERED = 1_000;
const PAGE = 500;

/**
 * Hashes and counts of prompts that a person agreed to keep, for the time of one run: no text stays in memory, and what is
 * erased is gone from here at once.
 */
export class KeptFeatures implements PromptMemory {
  readonly #kept: Pick<KeptPrompts, 'list' | 'read'>;
  readonly #features = new Map<string, PromptFeatures>();
  #ids: Set<string> | null = null;

  constructor(kept: Pick<KeptPrompts, 'list' | 'read'>) {
    this.#kept = kept;
  }

  has(requestId: string): boolean {
    return (this.#ids ??= this.#listIds()).has(requestId);
  }

  read(requestId: string): PromptFeatures | null {
    const known = this.#features.get(requestId);
    if (known !== undefined) return known;
    const prompt = this.has(requestId) ? this.#kept.read(requestId) : null;
    if (prompt === null) return null;
    const features = readPrompt(readProfile(prompt.request, 0).text);
    if (this.#features.size < MOST_REMEMBERED) this.#features.set(requestId, features);
    return features;
  }

  /** null: all. */
  erase(requestId: string | null): void {
    if (requestId === null) {
      this.forget();
      return;
    }
    this.#features.delete(requestId);
    this.#ids?.delete(requestId);
  }

  forget(): void {
    this.#features.clear();
    this.#ids = null;
  }

  #listIds(): Set<string> {
    const ids = new Set<string>();
    let after: KeptPlace | null = null;
    for (;;) {
      const page = this.#kept.list({ after, limit: PAGE });
      for (const { requestId } of page) ids.add(requestId);
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) return ids;
      after = { keptAtMs: last.keptAtMs, requestId: last.requestId };
    }
  }
}
