import type { JsonObject } from '../../../src-main/engine/protocols/json.ts';
import type { Reply } from './answer.ts';
import type { Chunk } from './script.ts';

/** How one endpoint of one vendor says an answer. */
export interface WireFormat {
  streamType: string;
  /** What an absent `stream` means. */
  streamsByDefault: boolean;
  /** One chunk an event. */
  printStream(reply: Reply): Chunk[];
  printWhole(reply: Reply): JsonObject;
}

/** Seconds; every simulated answer is made at this moment. */
export const CREATED_SECONDS = 1_795_262_400;
export const CREATED_AT = new Date(CREATED_SECONDS * 1000).toISOString();

/** A server-sent event; without a name it has only data. */
export function sse(data: JsonObject | string, event?: string): string {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return `${event === undefined ? '' : `event: ${event}\n`}data: ${text}\n\n`;
}
