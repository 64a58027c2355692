/** A body that is read as a whole, up to a limit. */
export class CollectedBody {
  readonly #pieces: Uint8Array[] = [];
  readonly #limitBytes: number;
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** False: the piece is over the limit and was not kept. */
  push(bytes: Uint8Array): boolean {
    this.#bytes += bytes.length;
    if (this.#bytes > this.#limitBytes) return false;
    this.#pieces.push(bytes);
    return true;
  }

  /** Most bodies come in one piece, which is not copied. */
  toBuffer(): Buffer {
    const [first, second] = this.#pieces;
    if (first === undefined || second !== undefined) return Buffer.concat(this.#pieces);
    return Buffer.from(first.buffer, first.byteOffset, first.byteLength);
  }
}
