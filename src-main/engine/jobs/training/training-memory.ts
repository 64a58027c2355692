import type { LogPass } from './log-pass.ts';

/** What a pass over the log has gathered so far. */
export interface PassMemory<Gathered> {
  pass: LogPass;
  gathered: Gathered;
}

/**
 * Keeps the pass that is under way in memory between units. A unit that was thrown away has left it at a whole row, so it goes
 * on from there; after a restart it is gone, and the pass begins anew.
 */
export class TrainingMemory<Gathered> {
  #key = '';
  #held: PassMemory<Gathered> | null = null;

  /** The pass with this name, or one that begins now. */
  open(key: string, begin: () => PassMemory<Gathered>): PassMemory<Gathered> {
    if (this.#held === null || this.#key !== key || this.#held.pass.isBroken) {
      this.clear();
      this.#held = begin();
      this.#key = key;
    }
    return this.#held;
  }

  clear(): void {
    const held = this.#held;
    this.#held = null;
    // What was read is dropped; a reader that fails now has nothing to lose.
    held?.pass.close().catch(() => undefined);
  }
}
