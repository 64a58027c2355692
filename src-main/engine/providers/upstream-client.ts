import type { Clock } from '../ports.ts';
import { DecodedCall } from './decoded-call.ts';
import { Http1Client } from './http1-client.ts';
import { UndiciClient } from './undici-client.ts';
import type { UpstreamCall, UpstreamHandle, UpstreamHandlers } from './upstream-call.ts';

/**
 * Calls providers. Bodies arrive decoded; redirects are never followed. Plain HTTP, which is what engines on this
 * machine and the local network speak, goes over our own light client; TLS and streamed bodies over undici. Time limits
 * are the caller's business, except the one for connecting.
 */
export class UpstreamClient {
  readonly #options: { connectTimeoutMs: number; clock: Clock };
  readonly #plain = new Map<string, Http1Client>();
  readonly #undici = new Map<string, UndiciClient>();
  #closed = false;

  constructor(options: { connectTimeoutMs: number; clock: Clock }) {
    this.#options = options;
  }

  send(call: UpstreamCall, handlers: UpstreamHandlers): UpstreamHandle {
    const decoded = new DecodedCall(handlers);
    if (this.#closed) return failSoon(decoded);
    const isPlain = call.origin.startsWith('http:') && isWhole(call.body);
    const client = isPlain ? this.#plainFor(call.origin) : this.#undiciFor(call.origin);
    return decoded.over(client.send(call, decoded));
  }

  /** Ends all connections for good; calls under way, and calls from now on, report `reset`. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const client of this.#plain.values()) client.close();
    await Promise.all([...this.#undici.values()].map((client) => client.close()));
  }

  #plainFor(origin: string): Http1Client {
    let client = this.#plain.get(origin);
    if (client === undefined) {
      const { hostname, host, port } = new URL(origin);
      const address = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80), authority: host };
      this.#plain.set(origin, (client = new Http1Client({ ...address, ...this.#options })));
    }
    return client;
  }

  #undiciFor(origin: string): UndiciClient {
    let client = this.#undici.get(origin);
    if (client === undefined) {
      const { connectTimeoutMs } = this.#options;
      this.#undici.set(origin, (client = new UndiciClient({ origin, connectTimeoutMs })));
    }
    return client;
  }
}

function isWhole(body: UpstreamCall['body']): boolean {
  return body === null || typeof body === 'string' || body instanceof Uint8Array;
}

function failSoon(call: DecodedCall): UpstreamHandle {
  queueMicrotask(() => call.onError({ kind: 'reset', code: 'closed' }));
  return call;
}
