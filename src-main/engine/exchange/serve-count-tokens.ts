import { anthropicMessages } from '../protocols/anthropic/anthropic-messages.ts';
import { printAnthropicStreamError } from '../protocols/anthropic/errors.ts';
import { estimateInputTokens } from '../protocols/anthropic/estimate-input-tokens.ts';
import { UNKNOWN_USAGE } from '../protocols/chat-event.ts';
import { spliceFields } from '../protocols/splice-fields.ts';
import { callTo } from './call-to.ts';
import type { RouteFinder } from './find-route.ts';
import type { IncomingCall } from './incoming-call.ts';
import type { ClientSink, WholeReply } from './job.ts';
import { parseBody } from './parse-body.ts';
import { readJsonReply } from './read-json-reply.ts';
import { serve, type Inquiry } from './serve.ts';

/**
 * Serves Anthropic's `count_tokens`. A model at an Anthropic provider counts by itself; for all others the number is our
 * estimate and the header `x-pointsman-estimated` says so.
 */
export function serveCountTokens(finder: RouteFinder, call: IncomingCall, sink: ClientSink): void {
  const kind = { operation: 'count-tokens', protocol: 'anthropic' } as const;
  serve(finder, call, kind, () => readCount(call), sink);
}

function readCount(call: IncomingCall): Inquiry {
  const request = anthropicMessages.parseRequest({ max_tokens: 1, ...parseBody(call.text) });
  return {
    model: request.model,
    stream: false,
    streamType: 'application/json',
    needs: { capabilities: [], promptTokens: 0 },
    request: null,
    promptTokens: 0,
    unsupported: () => [],
    answer: ({ kind }) =>
      kind === 'anthropic'
        ? null
        : {
            body: JSON.stringify({ input_tokens: estimateInputTokens(request) }),
            headers: ['x-pointsman-estimated', 'true'],
            reason: 'counted here, as an estimate',
          },
    plan: (endpoint, access) => ({
      call: callTo(access, {
        path: `/messages/count_tokens${call.query}`,
        body: spliceFields(call.text, { model: JSON.stringify(endpoint.model) }),
        headers: call.protocolHeaders,
      }),
      adjusted: [],
      relay: null,
      tap: null,
      readWhole: (bytes) => readJsonReply(bytes, access, () => counted(bytes)),
    }),
    heartbeat: () => '',
    printStreamError: printAnthropicStreamError,
  };
}

/** Counting is free: the tokens that were counted are nobody's usage. */
function counted(body: Uint8Array): WholeReply {
  const usage = { ...UNKNOWN_USAGE, inputTokens: 0, outputTokens: 0 };
  return { body, usage, finishReason: null, failure: null };
}
