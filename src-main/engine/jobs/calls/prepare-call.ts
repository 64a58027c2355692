import type { ChatRequest } from '../../protocols/chat-request.ts';
import type { UpstreamFormat } from '../../protocols/format.ts';
import type { ProviderAccess } from '../../providers/registry.ts';
import type { UpstreamCall } from '../../providers/upstream-call.ts';
import type { Endpoint } from '../../routing/endpoint.ts';
import { MOST_OUTPUT_TOKENS } from './hold-money.ts';
import { KEEP_ALIVE_SECONDS, type ModelLook } from './own-models.ts';
import { TEXT_FORMATS } from './text-format.ts';

export interface PreparedCall {
  format: UpstreamFormat;
  request: ChatRequest;
  call: UpstreamCall;
  /** Length of its body. */
  bodyCharacters: number;
}

const ANTHROPIC_VERSION = '2023-06-01';

/**
 * The request as it goes out: streamed, so that it can be broken off and its first token seen; bounded where it costs
 * money. How long a model stays in memory is said of models that are ours only, and another context window, for which
 * Ollama would load it anew, is asked of those only, too.
 */
export function toOwnRequest(request: ChatRequest, endpoint: Endpoint, { owner }: ModelLook): ChatRequest {
  const { keepAlive: _keepAlive, contextTokens, ...rest } = request;
  const own: ChatRequest = { ...rest, model: endpoint.model, stream: true };
  if (endpoint.track === 'cloud') {
    own.maxOutputTokens = Math.min(
      request.maxOutputTokens ?? MOST_OUTPUT_TOKENS,
      endpoint.maxOutputTokens ?? MOST_OUTPUT_TOKENS,
    );
  } else if (owner !== 'person') {
    own.keepAlive = KEEP_ALIVE_SECONDS;
    if (contextTokens !== undefined) own.contextTokens = contextTokens;
  }
  return own;
}

/** Puts the request into its provider's words. */
export function prepareCall(request: ChatRequest, endpoint: Endpoint, access: ProviderAccess): PreparedCall {
  const format = TEXT_FORMATS[access.kind];
  const { path, body } = format.printRequest(request, {
    model: endpoint.model,
    defaultMaxOutputTokens: MOST_OUTPUT_TOKENS,
    takesSampling: endpoint.takesSampling,
  });
  const text = JSON.stringify(body);
  const version = access.kind === 'anthropic' ? ['anthropic-version', ANTHROPIC_VERSION] : [];
  const base = ['content-type', 'application/json', 'accept-encoding', 'identity', 'user-agent', 'pointsman'];
  return {
    format,
    request,
    call: {
      origin: access.origin,
      path: access.basePath + path,
      method: 'POST',
      headers: [...base, ...access.authHeaders, ...version],
      body: text,
    },
    bodyCharacters: text.length,
  };
}
