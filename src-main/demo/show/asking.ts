import type { JsonObject } from '../../engine/protocols/json.ts';

/** A request of the show. */
export interface Asking {
  question: string;
  /** The traffic that it belongs to, in a word for people. */
  kind: string;
  app: string;
  /** Default: `pointsman/auto`. */
  model?: string;
  /** Must stay on this machine. */
  isPrivate?: boolean;
  /** Of an app with rules of its own. */
  key?: string;
  schema?: JsonObject;
  maxTokens?: number;
  /** Default true: whether the answer is right is known here, and the gateway is told so. */
  judge?: boolean;
}
