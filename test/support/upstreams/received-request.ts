import type { IncomingHttpHeaders } from 'node:http';
import { parseJsonObject } from './parse-json-object.ts';
import type { JsonObject } from '../../../src-main/engine/protocols/json.ts';

interface RequestParts {
  method: string;
  /** With the query. */
  path: string;
  headers: IncomingHttpHeaders;
  rawBody: Buffer;
}

/** One request as it came to a scripted upstream, and what became of its connection. */
export class ReceivedRequest {
  readonly method: string;
  /** As it stood in the request line, with the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawBody: Buffer;
  /** The body when it is a JSON object, else an empty object. */
  readonly body: JsonObject;
  /** Bytes of the answer's body that the kernel took, as scripted (before chunk framing, after compression). */
  sentBytes = 0;
  /** The client closed the connection before the answer ended. */
  isAborted = false;
  #isOver = false;
  readonly #aborted = Promise.withResolvers<undefined>();
  readonly #ended = Promise.withResolvers<undefined>();

  constructor(parts: RequestParts) {
    this.method = parts.method;
    this.path = parts.path;
    this.headers = parts.headers;
    this.rawBody = parts.rawBody;
    this.body = parseJsonObject(parts.rawBody.toString('utf8')) ?? {};
  }

  /** Without the query. */
  get pathname(): string {
    return this.path.split('?', 1)[0] ?? '';
  }

  get query(): URLSearchParams {
    return new URLSearchParams(this.path.slice(this.pathname.length + 1));
  }

  /** Settles when the client closes the connection before the answer ended; never otherwise. */
  get aborted(): Promise<void> {
    return this.#aborted.promise;
  }

  /** Settles when the connection's part in this request is over, in whatever way. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** For the server: the answer is over. Only the first call counts. */
  end(how: 'answered' | 'aborted'): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (how === 'aborted') {
      this.isAborted = true;
      this.#aborted.resolve(undefined);
    }
    this.#ended.resolve(undefined);
  }
}
