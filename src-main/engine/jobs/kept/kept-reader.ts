import type { Settings } from '../../../../src-shared/settings.ts';
import type { Clock, Log, Random } from '../../ports.ts';
import type { KeptHead, KeptPromptTable, KeptRow } from '../../store/kept-prompt-table.ts';
import { parseContent } from './kept-content.ts';
import type { KeptContent, KeptFacts, KeptPlace, KeptPrompt, KeptPrompts } from './kept-prompts.ts';
import { NONCE_BYTES, unseal } from './seal.ts';
import { keyBeside, sealBeside, unsealBeside } from './seal-beside.ts';
import type { VaultKey } from './vault-key.ts';

const DAY_MS = 24 * 3_600_000;

export interface KeptReaderOptions {
  clock: Clock;
  random: Random;
  log: Log;
  table: KeptPromptTable;
  settings: () => Settings;
  /** null: nothing can be read. */
  key: () => VaultKey | null;
  /** It is being erased. */
  isGoing: (requestId: string) => boolean;
}

/** Reads kept prompts for jobs. What may not be read any more is not, wherever its erasing stands. */
export class KeptReader implements KeptPrompts {
  readonly #options: KeptReaderOptions;
  readonly #listeners = new Set<(requestId: string | null) => void>();
  readonly #changed = new Set<string>();

  constructor(options: KeptReaderOptions) {
    this.#options = options;
  }

  /** Prompts that did not open although their key is there: their data is not what was written. */
  get changed(): number {
    return this.#changed.size;
  }

  list({ after, limit }: { after: KeptPlace | null; limit: number }): readonly KeptFacts[] {
    const key = this.#options.key();
    let place = after;
    while (key !== null) {
      const page = this.#options.table.page(place, limit);
      const found = page.filter((head) => this.#isReadable(head, key)).map(toFacts);
      const last = page.at(-1);
      if (found.length > 0 || last === undefined || page.length < limit) return found;
      place = last;
    }
    return [];
  }

  read(requestId: string): KeptPrompt | null {
    const found = this.#find(requestId);
    if (found === null) return null;
    const facts = toFacts(found.row);
    const content = open(found.row, found.key);
    if (content === null) this.#noteChanged(requestId);
    if (content === null) return null;
    return facts.mayLeave && !this.#staysNow(content)
      ? { ...facts, ...content, mayLeave: true }
      : { ...facts, ...content, mayLeave: false };
  }

  seal(requestId: string, text: string): string | null {
    const found = this.#find(requestId);
    if (found === null) return null;
    const nonce = this.#options.random.bytes(NONCE_BYTES);
    return sealBeside(text, { key: keyBeside(found.row, found.key), requestId, nonce });
  }

  unseal(requestId: string, sealed: string): string | null {
    const found = this.#find(requestId);
    return found === null ? null : unsealBeside(sealed, { key: keyBeside(found.row, found.key), requestId });
  }

  onErased(listener: (requestId: string | null) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Somebody has them erased; null: all. */
  tellErased(requestIds: readonly string[] | null): void {
    if (requestIds === null) this.#changed.clear();
    else for (const id of requestIds) this.#changed.delete(id);
    for (const listener of this.#listeners) for (const id of requestIds ?? [null]) listener(id);
  }

  #find(requestId: string): { row: KeptRow; key: VaultKey } | null {
    const key = this.#options.key();
    const row = key === null ? null : this.#options.table.read(requestId);
    return key === null || row === null || !this.#isReadable(row, key) ? null : { row, key };
  }

  #isReadable(head: KeptHead, key: VaultKey): boolean {
    const { clock, settings, isGoing } = this.#options;
    const { days, private: withPrivate } = settings().privacy.keepPrompts;
    const endsAtMs = Math.min(head.expiresAtMs, head.keptAtMs + days * DAY_MS);
    if (head.keyId !== key.id || clock.nowMs() >= endsAtMs || isGoing(head.requestId)) return false;
    return !head.isPrivate || withPrivate;
  }

  /** What could leave when it was kept stays here while everything does, and once its app is private. */
  #staysNow({ app }: KeptContent): boolean {
    const { privacy, apps } = this.#options.settings();
    return privacy.localOnly || apps.some((each) => each.id === app && each.private);
  }

  #noteChanged(requestId: string): void {
    if (!this.#changed.has(requestId)) this.#options.log.warn({ requestId }, 'a kept prompt does not open');
    this.#changed.add(requestId);
  }
}

/** null: its bytes, its name or its privacy are not those that were sealed. */
function open(row: KeptRow, key: VaultKey): KeptContent | null {
  const { requestId, isPrivate, nonce, ciphertext } = row;
  const text = unseal(ciphertext, { key: key.bytes, nonce, for: { requestId, isPrivate } });
  return text === null ? null : parseContent(text);
}

function toFacts({ requestId, keptAtMs, endpoint, track, costNanoUsd, isPrivate }: KeptHead): KeptFacts {
  return { requestId, keptAtMs, endpoint, track, costNanoUsd, mayLeave: !isPrivate };
}
