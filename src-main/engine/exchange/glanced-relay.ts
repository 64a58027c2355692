import type { FormatName } from '../protocols/chat-request.ts';
import type { Failure } from '../protocols/failure.ts';
import type { StreamProgress, StreamRelay } from '../protocols/format.ts';
import { glanceText } from '../protocols/glance-text.ts';
import type { AnswerListener } from './answer-listener.ts';

/** The frames of 500 to 1,000 characters: an answer that is longer is no refusal, and nothing else is looked for. */
const MOST_BYTES = 24 * 1024;

/**
 * A relay for plain answers that somebody wants an opinion on. Only keeps the first bytes on their way, and glances at
 * them once, at the end: reading every frame beside the relay would cost more than the relay itself.
 */
export class GlancedRelay implements StreamRelay {
  readonly #relay: StreamRelay;
  readonly #format: FormatName;
  readonly #listener: AnswerListener;
  readonly #kept: Uint8Array[] = [];
  #bytes = 0;

  constructor(parts: { relay: StreamRelay; format: FormatName; listener: AnswerListener }) {
    this.#relay = parts.relay;
    this.#format = parts.format;
    this.#listener = parts.listener;
  }

  get progress(): StreamProgress {
    return this.#relay.progress;
  }

  push(bytes: Uint8Array): string | Uint8Array {
    this.#bytes += bytes.length;
    if (this.#bytes <= MOST_BYTES) this.#kept.push(bytes);
    return this.#relay.push(bytes);
  }

  end(): string | Uint8Array {
    if (this.#bytes > MOST_BYTES) this.#listener.hearLong();
    else {
      const text = glanceText(this.#format, Buffer.concat(this.#kept).toString('utf8'));
      if (text === null) this.#listener.lose();
      else this.#listener.hear({ type: 'text', text });
    }
    return this.#relay.end();
  }

  failWith(failure: Failure): string {
    return this.#relay.failWith(failure);
  }
}
