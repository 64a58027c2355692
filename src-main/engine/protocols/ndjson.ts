/** Cuts a byte stream into lines without their line ends; empty lines are passed over. Chunks may be cut anywhere. */
export class LineSplitter {
  readonly #decoder = new TextDecoder();
  #rest = '';

  /** True when nothing is held back: what was pushed so far ended exactly at a line's end. */
  get atBoundary(): boolean {
    return this.#rest === '';
  }

  push(bytes: Uint8Array): string[] {
    const text = this.#rest + this.#decoder.decode(bytes, { stream: true });
    const lines: string[] = [];
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      const line = text.slice(start, end).trimEnd();
      if (line !== '') lines.push(line);
      start = end + 1;
    }
    this.#rest = start === 0 ? text : text.slice(start);
    return lines;
  }

  /** The last line when the upstream closed without a final line feed. */
  end(): string[] {
    const line = (this.#rest + this.#decoder.decode()).trimEnd();
    this.#rest = '';
    return line === '' ? [] : [line];
  }
}
