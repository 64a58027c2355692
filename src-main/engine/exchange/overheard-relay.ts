import type { ChatEvent } from '../protocols/chat-event.ts';
import type { Failure } from '../protocols/failure.ts';
import type { StreamDecoder, StreamProgress, StreamRelay } from '../protocols/format.ts';
import type { AnswerListener } from './answer-listener.ts';

/**
 * A relay that passes bytes on, with a listener who has them read beside it. The reading ends as soon as the listener has
 * heard enough; what it cannot read is the listener's loss, never the client's.
 */
export class OverheardRelay implements StreamRelay {
  readonly #relay: StreamRelay;
  readonly #listener: AnswerListener;
  /** null once nobody listens any more. */
  #decoder: StreamDecoder | null;

  constructor(parts: { relay: StreamRelay; decoder: StreamDecoder; listener: AnswerListener }) {
    this.#relay = parts.relay;
    this.#decoder = parts.decoder;
    this.#listener = parts.listener;
  }

  get progress(): StreamProgress {
    return this.#relay.progress;
  }

  push(bytes: Uint8Array): string | Uint8Array {
    if (this.#decoder !== null) this.#hear((decoder) => decoder.push(bytes));
    return this.#relay.push(bytes);
  }

  end(): string | Uint8Array {
    this.#hear((decoder) => decoder.end());
    return this.#relay.end();
  }

  failWith(failure: Failure): string {
    return this.#relay.failWith(failure);
  }

  #hear(read: (decoder: StreamDecoder) => readonly ChatEvent[]): void {
    if (this.#decoder === null) return;
    try {
      for (const event of read(this.#decoder)) this.#listener.hear(event);
    } catch {
      this.#listener.lose();
    }
    if (this.#listener.isSated) this.#decoder = null;
  }
}
