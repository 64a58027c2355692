import type { Dispatcher, Pool } from 'undici';
import { toTransportProblem, type TransportProblem } from './transport-problem.ts';
import type { UpstreamCall, UpstreamHandle, UpstreamHandlers, UpstreamHeaders } from './upstream-call.ts';

/**
 * HTTP/1.1 and HTTP/2 over TLS, and bodies that are streams, over undici's dispatch interface, the one without promises:
 * one pool of kept-alive connections.
 */
export class UndiciClient {
  readonly #opening: Promise<Pool>;
  #pool: Pool | null = null;

  constructor(options: { origin: string; connectTimeoutMs: number }) {
    this.#opening = openPool(options).then((pool) => (this.#pool = pool));
  }

  send(call: UpstreamCall, handlers: UpstreamHandlers): UpstreamHandle {
    const dispatch = new Dispatch(handlers);
    const start = (pool: Pool) => {
      const { path, method, headers, body } = call;
      if (!dispatch.isOver) pool.dispatch({ path, method, headers, body }, dispatch);
    };
    if (this.#pool === null) void this.#opening.then(start);
    else start(this.#pool);
    return dispatch;
  }

  /** Lets calls under way end, then closes; resolves when that is done. */
  async retire(): Promise<void> {
    // Being closed for good meanwhile ends this too.
    await (await this.#opening).close().catch(() => undefined);
  }

  async close(): Promise<void> {
    await (await this.#opening).destroy();
  }
}

/** undici is loaded with the first call that needs it: who has only models on this machine never pays its 15 MB. */
async function openPool(options: { origin: string; connectTimeoutMs: number }): Promise<Pool> {
  const { Pool } = await import('undici');
  return new Pool(options.origin, {
    connect: { timeout: options.connectTimeoutMs },
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 4_000,
  });
}

/** One call: undici's callbacks on one side, ours on the other. */
class Dispatch implements Dispatcher.DispatchHandler, UpstreamHandle {
  readonly #handlers: UpstreamHandlers;
  #controller: Dispatcher.DispatchController | null = null;
  #done = false;
  #aborted = false;
  #paused = false;

  constructor(handlers: UpstreamHandlers) {
    this.#handlers = handlers;
  }

  get isOver(): boolean {
    return this.#done;
  }

  abort(): void {
    if (this.#done) return;
    this.#done = true;
    this.#aborted = true;
    this.#controller?.abort(new Error('aborted by the gateway'));
  }

  pause(): void {
    this.#paused = true;
    if (!this.#done) this.#controller?.pause();
  }

  resume(): void {
    this.#paused = false;
    if (!this.#done) this.#controller?.resume();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#aborted) controller.abort(new Error('aborted by the gateway'));
    else if (this.#paused) controller.pause();
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: UpstreamHeaders): void {
    if (this.#done || status < 200) return;
    this.#handlers.onHead(status, headers);
  }

  onResponseData(_controller: Dispatcher.DispatchController, bytes: Uint8Array): void {
    if (!this.#done) this.#handlers.onBytes(bytes);
  }

  onResponseEnd(): void {
    if (this.#done) return;
    this.#done = true;
    this.#handlers.onEnd();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(toTransportProblem(error));
  }

  #fail(problem: TransportProblem): void {
    if (this.#done) return;
    this.abort();
    this.#handlers.onError(problem);
  }
}
