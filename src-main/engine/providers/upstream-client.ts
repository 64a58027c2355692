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
  readonly #clock: Clock;
  readonly #plain = new Map<string, Http1Client>();
  readonly #undici = new Map<string, UndiciClient>();
  /** Made for an older time limit; their calls under way go on. */
  readonly #retired = new Set<UndiciClient>();
  #connectTimeoutMs: number;
  #closed = false;

  constructor(options: { connectTimeoutMs: number; clock: Clock }) {
    this.#clock = options.clock;
    this.#connectTimeoutMs = options.connectTimeoutMs;
  }

  /** Holds for every connection that is opened from now on. */
  setConnectTimeout(connectTimeoutMs: number): void {
    if (connectTimeoutMs === this.#connectTimeoutMs) return;
    this.#connectTimeoutMs = connectTimeoutMs;
    for (const client of this.#plain.values()) client.setConnectTimeout(connectTimeoutMs);
    for (const client of this.#undici.values()) {
      this.#retired.add(client);
      void client.retire().then(() => this.#retired.delete(client));
    }
    this.#undici.clear();
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
    await Promise.all([...this.#undici.values(), ...this.#retired].map((client) => client.close()));
  }

  #plainFor(origin: string): Http1Client {
    let client = this.#plain.get(origin);
    if (client === undefined) {
      const { hostname, host, port } = new URL(origin);
      const address = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80), authority: host };
      const options = { ...address, connectTimeoutMs: this.#connectTimeoutMs, clock: this.#clock };
      this.#plain.set(origin, (client = new Http1Client(options)));
    }
    return client;
  }

  #undiciFor(origin: string): UndiciClient {
    let client = this.#undici.get(origin);
    if (client === undefined) {
      const connectTimeoutMs = this.#connectTimeoutMs;
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
