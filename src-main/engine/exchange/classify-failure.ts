import type { Protocol } from '../protocols/chat-request.ts';
import { parseAnthropicError } from '../protocols/anthropic/errors.ts';
import { parseOllamaError } from '../protocols/ollama/errors.ts';
import { parseOpenAiError } from '../protocols/openai/errors.ts';
import { failureOfStatus } from '../protocols/failure-of-status.ts';
import type { Failure, FailureCode } from '../protocols/failure.ts';
import { isJsonObject, type JsonObject } from '../protocols/json.ts';
import type { UpstreamHeaders } from '../providers/upstream-call.ts';
import type { TransportProblem } from '../providers/transport-problem.ts';

/** Headers about limits and retries: the client's own back-off depends on them, so they travel verbatim. */
const RELAYED = /^(retry-after|retry-after-ms|x-should-retry|x-ratelimit-.*|anthropic-ratelimit-.*)$/;

const ERROR_READERS: Readonly<Record<Protocol, (status: number, body: unknown) => { message: string }>> = {
  openai: parseOpenAiError,
  anthropic: parseAnthropicError,
  ollama: parseOllamaError,
};

/** Makes a failure of an upstream's error response. Its own words are relayed only where they are about the request. */
export function classifyStatus(reply: {
  protocol: Protocol;
  providerName: string;
  status: number;
  headers: UpstreamHeaders;
  body: Buffer;
}): Failure {
  const { status, providerName } = reply;
  const code = failureOfStatus(status);
  const headers = relayedHeaders(reply.headers);
  const base: Failure = Object.keys(headers).length === 0 ? { code, message: '' } : { code, message: '', headers };
  if (code === 'credential_refused') return { ...base, message: credentialSentence(status, providerName) };
  const body = parseObject(reply.body);
  if (code === 'rate_limited' || status >= 500 || code === 'upstream_timeout') {
    return {
      ...base,
      status: code === 'rate_limited' ? 429 : statusAbove500(status),
      message: troubleSentence(status, providerName),
    };
  }
  const told = body === null ? '' : ERROR_READERS[reply.protocol](status, body).message;
  const message = told === '' ? `${providerName} refused the request with status ${status}.` : told;
  return body === null ? { ...base, status, message } : { ...base, status, message, upstreamBody: body };
}

function troubleSentence(status: number, providerName: string): string {
  if (status === 429) return `${providerName} is limiting requests (status 429). Wait, or let another model answer.`;
  if (status === 503 || status === 529) return `${providerName} is overloaded (status ${status}). Try again shortly.`;
  return `${providerName} failed with status ${status}.`;
}

/** 500 stays a gateway's 502: the fault is behind us. 503, 504 and 529 mean the same on both sides. */
function statusAbove500(status: number): number {
  return status === 503 || status === 529 ? 503 : status === 504 || status === 408 ? 504 : 502;
}

function credentialSentence(status: number, providerName: string): string {
  if (status === 402) return `${providerName} wants payment (status 402): check the account's credit there.`;
  const what = status === 401 ? 'did not accept the key' : 'does not allow this key to do that';
  return `${providerName} ${what} (status ${status}). Set a new one with \`pointsman providers key\`.`;
}

const TRANSPORT_CODES: Readonly<Record<TransportProblem['kind'], FailureCode>> = {
  refused: 'upstream_unreachable',
  dns: 'upstream_unreachable',
  tls: 'upstream_unreachable',
  connect_timeout: 'upstream_timeout',
  reset: 'upstream_truncated',
  garbled: 'upstream_garbled',
};

const TRANSPORT_WORDS: Readonly<Record<TransportProblem['kind'], string>> = {
  refused: 'cannot be reached: nothing answers at its address. Is it running?',
  dns: 'cannot be reached: its host name was not found. Is this machine online?',
  tls: 'cannot be reached safely: its certificate was not accepted.',
  connect_timeout: 'did not accept a connection in time.',
  reset: 'closed the connection before the answer was complete.',
  garbled: 'sent something that is not a valid answer.',
};

/** Makes a failure of a call that got no response, or only a part of one. */
export function classifyTransport(problem: TransportProblem, providerName: string): Failure {
  return {
    code: TRANSPORT_CODES[problem.kind],
    message: `${providerName} ${TRANSPORT_WORDS[problem.kind]} (${problem.code})`,
  };
}

function relayedHeaders(headers: UpstreamHeaders): Record<string, string> {
  const relayed: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (typeof value === 'string' && RELAYED.test(name)) relayed[name] = value;
  }
  return relayed;
}

function parseObject(bytes: Buffer): JsonObject | null {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** Milliseconds a 429 or 503 asks us to wait: retry-after-ms, else retry-after in seconds or as a date; else null. */
export function retryAfterMs(failure: Failure, nowMs: number): number | null {
  const milliseconds = Number(failure.headers?.['retry-after-ms']);
  if (Number.isFinite(milliseconds) && milliseconds >= 0) return milliseconds;
  const text = failure.headers?.['retry-after'];
  if (text === undefined) return null;
  const seconds = Number(text);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - nowMs);
}
