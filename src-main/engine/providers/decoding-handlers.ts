import { createContentDecoder, type ContentDecoder } from './content-decoder.ts';
import type { TransportProblem } from './transport-problem.ts';
import type { UpstreamHandle, UpstreamHandlers, UpstreamHeaders } from './upstream-call.ts';

/**
 * Stands between a transport and its caller: undoes a content encoding where there is one (we ask for none, some servers
 * send one all the same), and makes sure that nothing is told after an abort or an end.
 */
export class DecodingHandlers implements UpstreamHandlers, UpstreamHandle {
  /** The transport's own; set as soon as there is one. */
  handle: UpstreamHandle | null = null;
  readonly #handlers: UpstreamHandlers;
  #decoder: ContentDecoder | null = null;
  #over = false;

  constructor(handlers: UpstreamHandlers) {
    this.#handlers = handlers;
  }

  abort(): void {
    this.#over = true;
    this.#decoder?.destroy();
    this.handle?.abort();
  }

  pause(): void {
    this.handle?.pause();
  }

  resume(): void {
    this.handle?.resume();
  }

  onHead(status: number, headers: UpstreamHeaders): void {
    const encoding = headers['content-encoding'];
    if (encoding !== undefined) this.#decoder = this.#decoderFor(String(encoding));
    this.#handlers.onHead(status, headers);
  }

  onBytes(bytes: Uint8Array): void {
    if (this.#over) return;
    if (this.#decoder === null) this.#handlers.onBytes(bytes);
    else this.#decoder.push(bytes);
  }

  onEnd(): void {
    if (this.#decoder === null) this.#finish();
    else this.#decoder.end();
  }

  onError(problem: TransportProblem): void {
    if (this.#over) return;
    this.#over = true;
    this.#decoder?.destroy();
    this.#handlers.onError(problem);
  }

  #decoderFor(encoding: string): ContentDecoder | null {
    return createContentDecoder(encoding, {
      onBytes: (bytes) => {
        if (!this.#over) this.#handlers.onBytes(bytes);
      },
      onEnd: () => this.#finish(),
      onGarbled: () => {
        this.handle?.abort();
        this.onError({ kind: 'garbled', code: 'content-encoding' });
      },
      onFull: () => this.pause(),
      onRoom: () => this.resume(),
    });
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#handlers.onEnd();
  }
}
