import type { Erased } from '../store/open-store.ts';

/** Something that remembers requests, money or what was learned from them in memory. */
export interface Remembering {
  forget(): void;
}

/**
 * Forgets all requests, spend and what was learned: in memory at once, in the files off the event loop. Settings and keys
 * stay. Requests under way go on and are recorded as the first of the new time.
 */
export async function eraseRecords(parts: {
  store: { erase(): Promise<Erased> };
  /** Forget at once. */
  memories: readonly Remembering[];
  /** Forget when the files are empty: who reads anew because of them must not find what is going. */
  readers: readonly Remembering[];
}): Promise<Erased> {
  // The store first: from here on nothing that is still known can be written into what is being erased.
  const erasing = parts.store.erase();
  for (const memory of parts.memories) memory.forget();
  const erased = await erasing;
  for (const reader of parts.readers) reader.forget();
  return erased;
}
