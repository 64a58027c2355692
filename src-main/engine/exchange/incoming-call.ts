import type { AppSettings } from '../../../src-shared/settings.ts';
import type { RequestPins } from '../routing/decision.ts';

/** Who calls, and what the call says about itself besides its body. */
export interface Caller {
  /** App id of the key that came with the call, else the product token of its User-Agent; null: neither. */
  name: string | null;
  /** The person's rules for the app of that key; null: no key of ours. */
  app: AppSettings | null;
  pins: RequestPins;
  /** Session ids that came in headers; null: none. */
  session: Readonly<Record<string, string>> | null;
  /** `cache-control: no-store` came with it. */
  noStore?: true;
}

/** One inference request as the gateway hands it over: checked by the guard, read, decoded, not yet understood. */
export interface IncomingCall {
  id: string;
  /** Monotonic milliseconds. */
  arrivedMs: number;
  /** Unix milliseconds. */
  startedAtMs: number;
  caller: Caller;
  /** The body as text. */
  text: string;
  /** Query string with its question mark, '' for none. */
  query: string;
  /** Headers that belong to the client's protocol and travel on to an upstream of the same one: names and values in turn. */
  protocolHeaders: readonly string[];
  /** `anthropic-version` as sent; null for none. */
  apiVersion: string | null;
}
