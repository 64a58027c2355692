import { createProgress } from '../../../src-main/engine/protocols/sse-pass-through.ts';
import type { Failure } from '../../../src-main/engine/protocols/failure.ts';
import type { StreamRelay } from '../../../src-main/engine/protocols/format.ts';

/** A wire format of one letter per event: `r` a role, `c` content, `f` the end, `x` an error in the stream. */
export class ScriptedRelay implements StreamRelay {
  readonly progress = createProgress();
  readonly #name: string;

  /** `name` stands in all that comes out. */
  constructor(name: string) {
    this.#name = name;
  }

  push(bytes: Uint8Array): string {
    return Array.from(bytes, (code) => this.#read(String.fromCharCode(code))).join('');
  }

  end(): string {
    if (!this.progress.finished) {
      this.progress.failure = { code: 'upstream_truncated', message: 'The stream broke off.' };
    }
    return '';
  }

  failWith(failure: Failure): string {
    return `<${failure.code}>`;
  }

  #read(letter: string): string {
    if (this.progress.failure !== null) return '';
    if (letter === 'c') {
      this.progress.contentStarted = true;
      this.progress.contentPieces += 1;
    }
    if (letter === 'f') {
      this.progress.finished = true;
      this.progress.finishReason = 'stop';
    }
    if (letter === 'x') {
      this.progress.failure = { code: 'upstream_error', message: 'The stream failed.' };
      return '';
    }
    return `[${this.#name}${letter}]`;
  }
}
