import { createContentDecoder, type ContentDecoder } from './content-decoder.ts';
import type { TransportProblem } from './transport-problem.ts';
import type { UpstreamHandle, UpstreamHandlers, UpstreamHeaders } from './upstream-call.ts';

/**
 * One call between the transport and its caller. Where the body comes encoded it is decoded on the way: we ask for no
 * encoding, some servers use one all the same. A pause holds back the decoded bytes, and through them the transport.
 */
export class DecodedCall implements UpstreamHandlers, UpstreamHandle {
  readonly #handlers: UpstreamHandlers;
  #transport: UpstreamHandle | null = null;
  #decoder: ContentDecoder | null = null;
  #decoderIsFull = false;
  #over = false;

  constructor(handlers: UpstreamHandlers) {
    this.#handlers = handlers;
  }

  /** Names the transport, which may report from its start on. */
  over(transport: UpstreamHandle): this {
    this.#transport = transport;
    return this;
  }

  abort(): void {
    this.#close();
    this.#transport?.abort();
  }

  pause(): void {
    (this.#decoder ?? this.#transport)?.pause();
  }

  resume(): void {
    this.#decoder?.resume();
    if (!this.#decoderIsFull) this.#transport?.resume();
  }

  onHead(status: number, headers: UpstreamHeaders): void {
    if (this.#over) return;
    const encoding = headers['content-encoding'];
    if (encoding !== undefined) this.#decoder = this.#decode(String(encoding));
    this.#handlers.onHead(status, headers);
  }

  onBytes(bytes: Uint8Array): void {
    if (this.#over) return;
    if (this.#decoder === null) this.#handlers.onBytes(bytes);
    else this.#decoder.push(bytes);
  }

  onEnd(): void {
    if (this.#over) return;
    if (this.#decoder === null) this.#end();
    else this.#decoder.end();
  }

  onError(problem: TransportProblem): void {
    if (this.#over) return;
    this.#close();
    this.#handlers.onError(problem);
  }

  #decode(encoding: string): ContentDecoder | null {
    return createContentDecoder(encoding, {
      onBytes: (bytes) => {
        if (!this.#over) this.#handlers.onBytes(bytes);
      },
      onEnd: () => this.#end(),
      onGarbled: () => {
        this.#transport?.abort();
        this.onError({ kind: 'garbled', code: 'content-encoding' });
      },
      onFull: () => {
        this.#decoderIsFull = true;
        this.#transport?.pause();
      },
      onRoom: () => {
        this.#decoderIsFull = false;
        this.#transport?.resume();
      },
    });
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#handlers.onEnd();
  }

  #close(): void {
    this.#over = true;
    this.#decoder?.destroy();
  }
}
