import type { ServerResponse } from 'node:http';
import type { ClientSink, SinkListener } from '../exchange/job.ts';
import { sendTogether } from '../send-together.ts';

/** A body up to this is copied once to leave in one write with its head; a larger one is not worth the copy. */
const ONE_WRITE_BYTES = 64 * 1024;

/** The client's side of an exchange over Node's HTTP server. */
export class HttpSink implements ClientSink {
  listener: SinkListener | null = null;
  readonly #response: ServerResponse;
  readonly #standing: readonly string[];
  #isStream = false;

  /** `standing`: headers every answer on this connection gets (CORS): names and values in turn. */
  constructor(response: ServerResponse, standing: readonly string[]) {
    this.#response = response;
    this.#standing = standing;
    response.on('close', () => {
      if (!response.writableFinished) this.listener?.onHangUp();
    });
    response.on('error', ignore);
  }

  get headSent(): boolean {
    return this.#response.headersSent;
  }

  get isGone(): boolean {
    return this.#response.destroyed && !this.#response.writableFinished;
  }

  head(status: number, headers: string[]): void {
    if (this.#standing.length > 0) headers.push(...this.#standing);
    if (!this.#response.destroyed) this.#response.writeHead(status, headers);
  }

  flushHead(): void {
    if (!this.#response.destroyed) this.#response.flushHeaders();
  }

  write(bytes: string | Uint8Array): boolean {
    if (this.#response.destroyed) return true;
    if (!this.#isStream) {
      this.#isStream = true;
      this.#response.on('drain', () => this.listener?.onDrain());
    }
    return this.#response.write(bytes);
  }

  end(bytes?: string | Uint8Array): void {
    sendTogether(() => this.#end(bytes));
  }

  /** Node writes head and body in one go only when the body is text; Latin-1 carries any bytes unchanged. */
  #end(bytes?: string | Uint8Array): void {
    if (this.#response.destroyed) return;
    if (this.#isStream || !(bytes instanceof Buffer) || bytes.length > ONE_WRITE_BYTES) this.#response.end(bytes);
    else this.#response.end(bytes.toString('latin1'), 'latin1');
  }

  destroy(): void {
    this.#response.destroy();
  }
}

/** A write to a client that has just gone: the hang-up tells all there is to tell. */
function ignore(): void {
  // Nobody is there to be told.
}
