import type { ProviderTest } from '../../../src-shared/control.ts';
import { isJsonObject } from '../protocols/json.ts';
import type { Provider } from './provider.ts';
import type { JsonReply, UnreachableCause } from './request-json.ts';

/** A reply that is of no use; `other_json`: it is JSON, but not what was asked for. */
export type BadReply = Exclude<JsonReply, { kind: 'ok' }> | { kind: 'garbled'; reason: 'other_json' };
export type Problem = Exclude<ProviderTest['problem'], 'none'>;

export interface Complaint {
  problem: Problem;
  sentence: string;
}

/**
 * Says what a reply that is not a good one means: which of address, key, account, limit or protocol is wrong, in one
 * sentence with what to do. Names host and path, never query, key or the provider's own words.
 */
export function describeBadReply(
  reply: BadReply,
  options: { provider: Provider; path: string; hasKey: boolean },
): Complaint {
  const { provider } = options;
  if (reply.kind === 'unreachable') return describeUnreachable(reply.cause, reply.code, provider);
  const place = `${provider.origin}${provider.pathFor(options.path)}`;
  if (reply.kind === 'status') return describeStatus(reply, { ...options, place });
  const what = WHAT_CAME[reply.reason];
  return {
    problem: 'protocol',
    sentence: `${place} answered with ${what} instead of a list of models: check the base URL${HINTS[provider.kind]}.`,
  };
}

const WHAT_CAME: Readonly<Record<Extract<BadReply, { kind: 'garbled' }>['reason'], string>> = {
  web_page: 'a web page',
  not_json: 'something that is not JSON',
  too_large: 'far too much data',
  other_json: 'something else',
};

const HINTS: Readonly<Record<Provider['kind'], string>> = {
  openai: ' (it usually ends in /v1)',
  anthropic: ' (it usually ends in /v1)',
  ollama: ' (scheme, host and port only)',
};

function describeUnreachable(cause: UnreachableCause, code: string, provider: Provider): Complaint {
  const host = new URL(provider.origin).hostname;
  const sentences: Readonly<Record<UnreachableCause, string>> = {
    refused: `Nothing answers at ${provider.origin} (${code}): start the server there, or correct the address.`,
    dns: `The name ${host} is not known (${code}): correct the address, or check the network.`,
    tls: `No secure connection to ${provider.origin} (${code}): its certificate is not accepted, or it speaks plain http.`,
    connect_timeout: `${provider.origin} cannot be reached (${code}): correct the address, or check network and firewall.`,
    timeout: `${provider.origin} did not answer in time: correct the address, or try again later.`,
    reset: `${provider.origin} closed the connection without an answer (${code}): check scheme (http or https) and port.`,
    garbled: `${provider.origin} does not speak HTTP (${code}): check scheme (http or https) and port.`,
    aborted: `The look at ${provider.origin} was broken off.`,
  };
  return { problem: 'address', sentence: sentences[cause] };
}

interface StatusPlace {
  provider: Provider;
  place: string;
  hasKey: boolean;
}

function describeStatus(reply: Extract<JsonReply, { kind: 'status' }>, at: StatusPlace): Complaint {
  const { name } = at.provider;
  const { status } = reply;
  if (isKeyProblem(reply)) {
    const sentence = at.hasKey
      ? `${name} refused the key (${status}): paste a valid key, and check that it may be used for this.`
      : `${name} wants a key (${status}) and there is none: add one.`;
    return { problem: 'key', sentence };
  }
  if (status === 402 || isOutOfMoney(reply)) {
    return {
      problem: 'account',
      sentence: `${name} wants payment first (${status}): look at the account's balance and plan.`,
    };
  }
  if (status === 429) {
    return { problem: 'rate_limit', sentence: `${name} asks for a pause (429, too many requests): try again later.` };
  }
  if (status >= 300 && status < 400) {
    return {
      problem: 'address',
      sentence: `${at.place} has moved${targetOf(reply.location)} (${status}): correct the base URL.`,
    };
  }
  if (status === 404 || status === 405) {
    return {
      problem: 'protocol',
      sentence: `There is nothing at ${at.place} (${status}): check the base URL${HINTS[at.provider.kind]}.`,
    };
  }
  if (status >= 500) {
    return { problem: 'protocol', sentence: `${name} has trouble of its own (${status}): try again later.` };
  }
  return {
    problem: 'protocol',
    sentence: `${name} did not understand the request (${status}): check base URL and kind of provider.`,
  };
}

/** 401 and 403; some (Google) say 400 and mean the key. */
function isKeyProblem(reply: Extract<JsonReply, { kind: 'status' }>): boolean {
  if (reply.status === 401 || reply.status === 403) return true;
  return reply.status === 400 && /api[ _-]?key/i.test(JSON.stringify(reply.body));
}

/** OpenAI says 429 for an empty account too, and names it. */
function isOutOfMoney(reply: Extract<JsonReply, { kind: 'status' }>): boolean {
  const error = isJsonObject(reply.body) ? reply.body.error : undefined;
  const code = isJsonObject(error) ? (error.code ?? error.type) : undefined;
  return reply.status === 429 && typeof code === 'string' && /insufficient_quota|billing|balance/.test(code);
}

function targetOf(location: string | null): string {
  if (location === null || !URL.canParse(location)) return '';
  const target = new URL(location);
  return ` to ${target.origin}${target.pathname}`;
}
