import type { ServerResponse } from 'node:http';
import type { ClientSink } from '../exchange/job.ts';

/** The client's side of an exchange over Node's HTTP server. */
export class HttpSink implements ClientSink {
  onDrain: (() => void) | null = null;
  onHangUp: (() => void) | null = null;
  readonly #response: ServerResponse;
  readonly #standing: readonly string[];

  /** `standing`: headers every answer on this connection gets (CORS): names and values in turn. */
  constructor(response: ServerResponse, standing: readonly string[]) {
    this.#response = response;
    this.#standing = standing;
    response.on('close', () => {
      if (!response.writableFinished) this.onHangUp?.();
    });
    response.on('drain', () => this.onDrain?.());
    response.on('error', () => undefined);
  }

  get headSent(): boolean {
    return this.#response.headersSent;
  }

  get isGone(): boolean {
    return this.#response.destroyed && !this.#response.writableFinished;
  }

  head(status: number, headers: string[]): void {
    if (this.#standing.length > 0) headers.push(...this.#standing);
    this.#response.writeHead(status, headers);
  }

  flushHead(): void {
    this.#response.flushHeaders();
  }

  write(bytes: string | Uint8Array): boolean {
    return this.#response.write(bytes);
  }

  end(bytes?: string | Uint8Array): void {
    this.#response.end(bytes);
  }

  destroy(): void {
    this.#response.destroy();
  }
}
