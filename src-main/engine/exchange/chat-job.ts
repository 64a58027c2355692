import { dropAnthropicStart } from '../protocols/anthropic/start-and-ping.ts';
import type { ChatEvent, ChatResult } from '../protocols/chat-event.ts';
import type { ChatPart, ChatRequest, FormatName } from '../protocols/chat-request.ts';
import { GarbledReply } from '../protocols/failure.ts';
import type { ReplyContext, StreamRelay, SurfaceFormat, UpstreamFormat } from '../protocols/format.ts';
import { isJsonObject, type JsonObject } from '../protocols/json.ts';
import { canGlance } from '../protocols/glance-text.ts';
import { IMAGE_BY_ADDRESS } from '../protocols/ollama/find-unsupported.ts';
import { spliceFields } from '../protocols/splice-fields.ts';
import type { Endpoint } from '../routing/endpoint.ts';
import { AnswerCollector } from './answer-collector.ts';
import { AnswerListener } from './answer-listener.ts';
import { ANSWER_READERS } from './answer-readers.ts';
import type { ProviderAccess } from './context.ts';
import { GlancedRelay } from './glanced-relay.ts';
import { OverheardRelay } from './overheard-relay.ts';
import type { CallPlan, WholeReply } from './job.ts';
import { TranslatingRelay, withTotal } from './translating-relay.ts';
import { UPSTREAM_FORMATS } from './formats.ts';
import { callTo } from './call-to.ts';
import { inlineImages, inlineIntoOllamaBody, type InlineImages } from './inline-images.ts';
import { readJsonReply } from './read-json-reply.ts';

/** A client's text request as the gateway has read it. */
export interface ChatInbound {
  surface: SurfaceFormat;
  request: ChatRequest;
  /** The body as it came, decoded to text, and what it parses to. */
  text: string;
  body: JsonObject;
  reply: ReplyContext;
  /** Query string with its question mark, '' for none; travels to an upstream of the same protocol. */
  query: string;
  /** Headers of the client's protocol that travel along in that case: names and values in turn. */
  protocolHeaders: readonly string[];
  /** Addresses of images in the request; empty for most. */
  imageAddresses: readonly string[];
  /** Set once these images were fetched. */
  images: InlineImages | null;
  /** Since the request's arrival. */
  elapsedNs: () => number;
}

/** Sent for an answer when the client names no limit and the protocol demands one. */
const DEFAULT_MAX_OUTPUT_TOKENS = 8_192;
const ANTHROPIC_VERSION = '2023-06-01';

/** Which of its own formats a provider can take unchanged. */
export function speaksNatively(format: FormatName, access: ProviderAccess): boolean {
  switch (format) {
    case 'ollama-chat':
    case 'ollama-generate':
      return access.kind === 'ollama';
    case 'openai-chat':
      return access.kind === 'openai';
    case 'openai-responses':
      return access.kind === 'openai' && access.features.responses;
    case 'openai-completions':
      return access.kind === 'openai' && access.features.completions;
    case 'anthropic-messages':
      return access.kind === 'anthropic';
  }
}

/** The format a provider is spoken to in when the client's own is not its own. */
export function upstreamFormatOf(access: ProviderAccess, request: ChatRequest): UpstreamFormat {
  if (access.kind === 'ollama')
    return UPSTREAM_FORMATS[request.mode === 'completion' ? 'ollama-generate' : 'ollama-chat'];
  return access.kind === 'openai' ? UPSTREAM_FORMATS['openai-chat'] : UPSTREAM_FORMATS['anthropic-messages'];
}

/**
 * What of the request this provider cannot be asked, in words; empty when all of it can. `fetchesImages`: addresses of
 * images will be no obstacle, where one needs the images themselves.
 */
export function unsupportedAt(inbound: ChatInbound, access: ProviderAccess, fetchesImages: boolean): readonly string[] {
  const { surface, request } = inbound;
  const byAddress = inbound.imageAddresses.length > 0 && needsImageBytes(access);
  if (speaksNatively(surface.name, access)) return byAddress && !fetchesImages ? [IMAGE_BY_ADDRESS] : [];
  const asked = byAddress && fetchesImages ? inlineImages(request, () => SOME_IMAGE) : request;
  return upstreamFormatOf(access, asked).unsupported(asked);
}

/** Stands for an image that is yet to be fetched. */
const SOME_IMAGE = { data: '', mediaType: 'image/png' };

/** Ollama takes bare base64 only; the others fetch images themselves. */
export function needsImageBytes(access: ProviderAccess): boolean {
  return access.kind === 'ollama';
}

/** Whom a text request is put to. */
interface ChatTarget {
  endpoint: Endpoint;
  access: ProviderAccess;
  /** Somebody wants to know what the answer was like. */
  isWatched: boolean;
  /** The answer may be kept. */
  isKept: boolean;
}

/** Plans the call of one endpoint for a text request: bytes passed through, or translated. */
export function planChatCall(inbound: ChatInbound, { endpoint, access, isWatched, isKept }: ChatTarget): CallPlan {
  const { surface, reply } = inbound;
  const collector = isKept ? new AnswerCollector() : null;
  const listener = isWatched || isKept ? new AnswerListener(inbound.request, collector) : null;
  const plan = speaksNatively(surface.name, access)
    ? planPassThrough(inbound, { endpoint, access, listener })
    : planTranslation(inbound, { endpoint, access, listener });
  if (isWatched && surface.protocol === 'anthropic') {
    plan.afterHeartbeats = (opening) => (reply.startSent === true ? dropAnthropicStart(opening) : opening);
  }
  if (collector !== null) plan.collected = collector;
  if (!isWatched) plan.tap = null;
  return plan;
}

interface Heard {
  endpoint: Endpoint;
  access: ProviderAccess;
  /** null: nobody listens. */
  listener: AnswerListener | null;
}

const NATIVE_PATHS: Readonly<Record<FormatName, string>> = {
  'openai-chat': '/chat/completions',
  'openai-completions': '/completions',
  'openai-responses': '/responses',
  'ollama-chat': '/api/chat',
  'ollama-generate': '/api/generate',
  'anthropic-messages': '/messages',
};

function planPassThrough(inbound: ChatInbound, { endpoint, access, listener }: Heard): CallPlan {
  const { surface, reply, request } = inbound;
  const edits: Record<string, string> = {};
  if (inbound.images !== null && needsImageBytes(access)) {
    Object.assign(edits, inlineIntoOllamaBody(inbound.body, inbound.images));
  }
  if (request.model !== endpoint.model) edits.model = JSON.stringify(endpoint.model);
  if (request.stream && !reply.includeUsage && asksForStreamUsage(surface.name) && access.features.streamUsage) {
    const options = inbound.body.stream_options;
    edits.stream_options = JSON.stringify({ ...(isJsonObject(options) ? options : {}), include_usage: true });
  }
  const text = surface.scrubBody?.(inbound.text, inbound.body) ?? inbound.text;
  const call = callTo(access, {
    path: NATIVE_PATHS[surface.name] + inbound.query,
    body: Object.keys(edits).length === 0 ? text : spliceFields(text, edits),
    headers: inbound.protocolHeaders,
  });
  return {
    call,
    adjusted: [],
    relay: request.stream ? passThroughRelay(inbound, listener) : null,
    tap: listener,
    readWhole: (bytes) =>
      readJsonReply(bytes, access, (body) => {
        if (request.stream) {
          return streamWhole(inbound, upstreamFormatOf(access, request).parseResult(body, request), listener);
        }
        if (listener !== null) overhear(inbound, body, listener);
        const seen = surface.inspectResult(body);
        const { usage, finishReason } = seen;
        return {
          body: seen.repaired === null ? bytes : JSON.stringify(seen.repaired),
          usage,
          finishReason,
          failure: null,
        };
      }),
  };
}

function passThroughRelay({ surface, reply, request }: ChatInbound, listener: AnswerListener | null): StreamRelay {
  const relay = surface.createPassThrough(reply);
  if (listener === null) return relay;
  if (listener.wantsPlainText && canGlance(surface.name)) {
    return new GlancedRelay({ relay, format: surface.name, listener });
  }
  return new OverheardRelay({ relay, decoder: ANSWER_READERS[surface.name].createDecoder(request), listener });
}

function overhear({ surface, request }: ChatInbound, body: JsonObject, listener: AnswerListener): void {
  try {
    listener.hearWhole(ANSWER_READERS[surface.name].readWhole(body, request));
  } catch (error) {
    if (!(error instanceof GarbledReply)) throw error;
    listener.lose();
  }
}

function asksForStreamUsage(format: FormatName): boolean {
  return format === 'openai-chat' || format === 'openai-completions';
}

function planTranslation(inbound: ChatInbound, { endpoint, access, listener }: Heard): CallPlan {
  const { surface, reply, images } = inbound;
  const isInlined = images !== null && needsImageBytes(access);
  const request = isInlined ? inlineImages(inbound.request, (address) => images.get(address)) : inbound.request;
  const format = upstreamFormatOf(access, request);
  const printed = format.printRequest(request, {
    model: endpoint.model,
    defaultMaxOutputTokens: Math.min(DEFAULT_MAX_OUTPUT_TOKENS, endpoint.maxOutputTokens ?? DEFAULT_MAX_OUTPUT_TOKENS),
    takesSampling: endpoint.takesSampling,
  });
  const call = callTo(access, {
    path: printed.path,
    body: JSON.stringify(printed.body),
    headers: access.kind === 'anthropic' ? ['anthropic-version', ANTHROPIC_VERSION] : [],
  });
  let relay: StreamRelay | null = null;
  if (request.stream) {
    relay = new TranslatingRelay({
      decoder: format.createDecoder(request),
      encoder: surface.createEncoder(reply),
      elapsedNs: inbound.elapsedNs,
      listener,
    });
  }
  return {
    call,
    adjusted: printed.adjusted,
    relay,
    tap: listener,
    readWhole: (bytes) =>
      readJsonReply(bytes, access, (body) => {
        const result = format.parseResult(body, request);
        if (request.stream) return streamWhole(inbound, result, listener);
        listener?.hearWhole(result.parts);
        const { usage, finishReason } = result;
        return {
          body: JSON.stringify(surface.printResult(withTotal(result, inbound.elapsedNs), reply)),
          usage,
          finishReason,
          failure: null,
        };
      }),
  };
}

/** The whole stream at once, for a server that did not stream although it was asked to. */
function streamWhole(inbound: ChatInbound, result: ChatResult, listener: AnswerListener | null): WholeReply {
  listener?.hearWhole(result.parts);
  const encoder = inbound.surface.createEncoder(inbound.reply);
  const body = toEvents(withTotal(result, inbound.elapsedNs))
    .map((event) => encoder.encode(event))
    .join('');
  return { body, usage: result.usage, finishReason: result.finishReason, failure: null };
}

function toEvents(result: ChatResult): ChatEvent[] {
  const start: ChatEvent = { type: 'start', usage: result.usage };
  let calls = 0;
  const content = result.parts.flatMap((part) => {
    const events = partEvents(part, calls);
    if (part.type === 'tool_call') calls += 1;
    return events;
  });
  const finish: ChatEvent = { type: 'finish', reason: result.finishReason, usage: result.usage };
  if (result.stopSequence !== undefined) finish.stopSequence = result.stopSequence;
  if (result.timings !== undefined) finish.timings = result.timings;
  if (result.logprobs !== undefined) content.push({ type: 'logprobs', content: result.logprobs });
  return [start, ...content, finish];
}

function partEvents(part: ChatPart, index: number): ChatEvent[] {
  switch (part.type) {
    case 'text':
      return [{ type: 'text', text: part.text }];
    case 'thinking': {
      const thinking: ChatEvent = { type: 'thinking', text: part.text };
      return part.signature === undefined
        ? [thinking]
        : [thinking, { type: 'thinking_signature', signature: part.signature }];
    }
    case 'redacted_thinking':
      return [{ type: 'redacted_thinking', data: part.data }];
    case 'tool_call':
      return [
        { type: 'tool_call', index, id: part.id, name: part.name },
        { type: 'tool_arguments', index, text: JSON.stringify(part.arguments) },
      ];
    case 'image':
    case 'tool_result':
    case 'opaque':
      return [];
  }
}
