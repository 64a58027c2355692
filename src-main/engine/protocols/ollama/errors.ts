import type { Failure, FailureCode } from '../failure.ts';
import { isJsonObject, type JsonObject } from '../json.ts';

/**
 * The sentence in an error body of Ollama: `{"error": "text"}`. Proxies in front of it answer with other shapes
 * (`{"error": {"message"}}`, `{"message"}`) or with text. '' when there is none.
 */
export function parseOllamaError(_status: number, body: unknown): { message: string } {
  return { message: sentenceIn(body) };
}

/**
 * An error body as Ollama's clients read it: `error` is always a string. What Ollama itself said goes on as it is, with
 * the fields beside it (`signin_url`).
 */
export function printOllamaError(failure: Failure): JsonObject {
  const own = failure.upstreamBody;
  return typeof own?.error === 'string' ? own : { error: failure.message };
}

/** The line that ends a stream with an error. */
export function printOllamaStreamError(failure: Failure): string {
  return `${JSON.stringify(printOllamaError(failure))}\n`;
}

/** What each wording means; the first match counts. */
const WORDINGS: [RegExp, FailureCode][] = [
  [/server busy|maximum pending requests/i, 'overloaded'],
  [/does not support|is not supported/i, 'unsupported_feature'],
  [/\bmodel\b.*\bnot found\b|\bnot found\b.*\bmodel\b/i, 'unknown_model'],
  [/exceeds?\b.*\bcontext|context (?:length|window)\b.*\bexceed/i, 'context_too_long'],
];

/** The failure that an `{"error": …}` line in the middle of a stream tells; its status was 200 already. */
export function toStreamFailure(line: JsonObject): Failure {
  const message = sentenceIn(line) || 'Ollama stopped with an error that it did not name.';
  const code = WORDINGS.find(([wording]) => wording.test(message))?.[1] ?? 'upstream_error';
  // Another server's envelope is not Ollama's to relay: it may look like a third protocol's without being one.
  return typeof line.error === 'string' ? { code, message, upstreamBody: line } : { code, message };
}

export const TRUNCATED: Failure = {
  code: 'upstream_truncated',
  message: 'Ollama closed the connection before the end of its answer.',
};

export const GARBLED: Failure = { code: 'upstream_garbled', message: 'Ollama sent a line that is not a JSON object.' };

function sentenceIn(body: unknown): string {
  if (typeof body === 'string') return body.trim();
  if (!isJsonObject(body)) return '';
  const { error, message } = body;
  if (typeof error === 'string') return error.trim();
  if (isJsonObject(error) && typeof error.message === 'string') return error.message.trim();
  return typeof message === 'string' ? message.trim() : '';
}
