import type { TransportProblem } from '../../../src-main/engine/providers/transport-problem.ts';
import type {
  UpstreamCall,
  UpstreamHandle,
  UpstreamHandlers,
  UpstreamHeaders,
} from '../../../src-main/engine/providers/upstream-call.ts';

interface Client {
  send(call: UpstreamCall, handlers: UpstreamHandlers): UpstreamHandle;
}

/** One call and all that was told of it. */
export class RecordedCall implements UpstreamHandlers {
  status: number | null = null;
  headers: UpstreamHeaders = {};
  receivedBytes = 0;
  /** The names of what was told, in order; pieces of body count once. */
  readonly told: string[] = [];
  readonly #handle: UpstreamHandle;
  readonly #pieces: Uint8Array[] = [];
  readonly #head = Promise.withResolvers<number>();
  readonly #over = Promise.withResolvers<'end' | TransportProblem>();
  #waiting: { bytes: number; resolve: () => void }[] = [];

  constructor(client: Client, call: UpstreamCall) {
    this.#handle = client.send(call, this);
  }

  /** Settles with the status. */
  get head(): Promise<number> {
    return this.#head.promise;
  }

  /** Settles with how it ended. */
  get over(): Promise<'end' | TransportProblem> {
    return this.#over.promise;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#pieces);
  }

  get text(): string {
    return this.bytes.toString('utf8');
  }

  /** Settles when this much of the body has come. */
  received(bytes: number): Promise<void> {
    if (this.receivedBytes >= bytes) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ bytes, resolve }));
  }

  abort(): void {
    this.#handle.abort();
  }

  pause(): void {
    this.#handle.pause();
  }

  resume(): void {
    this.#handle.resume();
  }

  onHead(status: number, headers: UpstreamHeaders): void {
    this.status = status;
    this.headers = headers;
    this.#tell('head');
    this.#head.resolve(status);
  }

  onBytes(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
    this.receivedBytes += bytes.length;
    if (this.told.at(-1) !== 'bytes') this.#tell('bytes');
    const ready = this.#waiting.filter((each) => each.bytes <= this.receivedBytes);
    this.#waiting = this.#waiting.filter((each) => !ready.includes(each));
    for (const { resolve } of ready) resolve();
  }

  onEnd(): void {
    this.#tell('end');
    this.#over.resolve('end');
  }

  onError(problem: TransportProblem): void {
    this.#tell('error');
    this.#over.resolve(problem);
  }

  #tell(what: string): void {
    this.told.push(what);
  }
}

/** A POST with a small body, unless changed. */
export function callFor(origin: string, changes: Partial<UpstreamCall> = {}): UpstreamCall {
  return { origin, path: '/api/chat', method: 'POST', headers: ['accept', '*/*'], body: '{"a":1}', ...changes };
}
