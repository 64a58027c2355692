import { ANTHROPIC_PING, printAnthropicStart } from '../protocols/anthropic/start-and-ping.ts';
import { checkVersionRules } from '../protocols/anthropic/version-rules.ts';
import type { FormatName } from '../protocols/chat-request.ts';
import type { ReplyContext } from '../protocols/format.ts';
import { isJsonObject, type JsonObject } from '../protocols/json.ts';
import { needsOf } from '../routing/request-needs.ts';
import { planChatCall, unsupportedAt, type ChatInbound } from './chat-job.ts';
import type { ExchangeContext } from './context.ts';
import type { RouteFinder } from './find-route.ts';
import { SURFACE_FORMATS } from './formats.ts';
import type { IncomingCall } from './incoming-call.ts';
import type { ClientSink } from './job.ts';
import { imageAddressesOf } from './inline-images.ts';
import { parseBody } from './parse-body.ts';
import { mayFetchImages, prepareImages } from './prepare-images.ts';
import { serve, type Inquiry } from './serve.ts';

/** Serves one text request on any surface. */
export function serveChat(finder: RouteFinder, format: FormatName, call: IncomingCall, sink: ClientSink): void {
  const { protocol } = SURFACE_FORMATS[format];
  serve(finder, call, { operation: format, protocol }, () => readChat(finder.context, format, call), sink);
}

function readChat(context: ExchangeContext, format: FormatName, call: IncomingCall): Inquiry {
  const inbound = readInbound(context, format, call);
  const { surface, request, reply } = inbound;
  const needs = needsOf(request, call.text.length);
  if (needs.capabilities.includes('vision')) inbound.imageAddresses = imageAddressesOf(request);
  return {
    model: request.model,
    stream: request.stream,
    streamType: surface.streamType,
    needs,
    request,
    promptTokens: needs.promptTokens,
    unsupported: (access) => unsupportedAt(inbound, access, mayFetchImages(context, call.caller, request.model)),
    prepare: (candidates) => prepareImages(context, inbound, candidates),
    mayBeKept: () => inbound.body.store !== false,
    plan: (endpoint, access, isWatched, isKept) => planChatCall(inbound, { endpoint, access, isWatched, isKept }),
    heartbeat: () => heartbeat(format, reply),
    printStreamError: (failure) => surface.createEncoder(reply).encode({ type: 'error', failure }),
  };
}

function readInbound(context: ExchangeContext, format: FormatName, call: IncomingCall): ChatInbound {
  const surface = SURFACE_FORMATS[format];
  const body = parseBody(call.text);
  if (format === 'anthropic-messages' && call.apiVersion !== null) {
    const complaint = checkVersionRules(body, call.apiVersion);
    if (complaint !== null) throw complaint;
  }
  const request = surface.parseRequest(body);
  const reply: ReplyContext = {
    id: call.id,
    model: request.model,
    createdAtMs: call.startedAtMs,
    includeUsage: wantsUsage(body),
    request,
  };
  return {
    surface,
    request,
    text: call.text,
    body,
    reply,
    query: call.query,
    protocolHeaders: call.protocolHeaders,
    imageAddresses: NO_ADDRESSES,
    images: null,
    elapsedNs: () => Math.round((context.clock.monotonicMs() - call.arrivedMs) * 1e6),
  };
}

const NO_ADDRESSES: readonly string[] = [];

function wantsUsage(body: JsonObject): boolean {
  const options = body.stream_options;
  return isJsonObject(options) && options.include_usage === true;
}

/** SSE comments are ignored by every client; Anthropic's own know `ping`, once the message has begun. NDJSON has neither. */
function heartbeat(format: FormatName, reply: ReplyContext): string {
  if (format === 'ollama-chat' || format === 'ollama-generate') return '';
  if (format !== 'anthropic-messages') return ': keep-alive\n\n';
  if (reply.startSent === true) return ANTHROPIC_PING;
  reply.startSent = true;
  return printAnthropicStart(reply) + ANTHROPIC_PING;
}
