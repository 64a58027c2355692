/** Kept back before the first content; beyond this something is sent that we do not know as content. */
const MOST_BYTES = 256 * 1024;

/** What a stream has sent before its first content. */
export class HeldOutput {
  readonly #pieces: (string | Uint8Array)[] = [];
  #bytes = 0;

  /** False: that is more than is ever held back. */
  push(output: string | Uint8Array): boolean {
    this.#pieces.push(output);
    this.#bytes += output.length;
    return this.#bytes <= MOST_BYTES;
  }

  get pieces(): readonly (string | Uint8Array)[] {
    return this.#pieces;
  }
}
