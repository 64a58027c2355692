/** One inference request as the gateway hands it over: checked by the guard, read, decoded, not yet understood. */
export interface IncomingCall {
  id: string;
  /** Monotonic milliseconds. */
  arrivedMs: number;
  /** Unix milliseconds. */
  startedAtMs: number;
  /** Product token of the User-Agent, null when there is none. */
  app: string | null;
  /** The body as text. */
  text: string;
  /** Query string with its question mark, '' for none. */
  query: string;
  /** Headers that belong to the client's protocol and travel on to an upstream of the same one: names and values in turn. */
  protocolHeaders: readonly string[];
  /** `anthropic-version` as sent; null for none. */
  apiVersion: string | null;
}
