import type { EmbeddingRequest, EmbeddingResult } from '../protocols/embeddings.ts';
import type { Protocol } from '../protocols/chat-request.ts';
import { UNKNOWN_USAGE, type TokenUsage } from '../protocols/chat-event.ts';
import { isJsonObject, type JsonObject } from '../protocols/json.ts';
import { spliceFields } from '../protocols/splice-fields.ts';
import { parseOllamaEmbeddingsRequest, parseOllamaEmbedRequest } from '../protocols/ollama/parse-embed-request.ts';
import {
  parseOllamaEmbedResult,
  printOllamaEmbeddingsResult,
  printOllamaEmbedResult,
} from '../protocols/ollama/embed-result.ts';
import { printOllamaEmbedRequest } from '../protocols/ollama/print-embed-request.ts';
import {
  parseOpenAiEmbeddingRequest,
  parseOpenAiEmbeddingResult,
  printOpenAiEmbeddingRequest,
  printOpenAiEmbeddingResult,
} from '../protocols/openai/embeddings.ts';
import type { Endpoint } from '../routing/endpoint.ts';
import { callTo } from './call-to.ts';
import type { ProviderAccess } from './context.ts';
import type { RouteFinder } from './find-route.ts';
import { ERROR_FORMATS } from './formats.ts';
import type { IncomingCall } from './incoming-call.ts';
import type { CallPlan, ClientSink, WholeReply } from './job.ts';
import { parseBody } from './parse-body.ts';
import { readJsonReply } from './read-json-reply.ts';
import { serve, type Inquiry } from './serve.ts';

/** The three ways an app may ask for embeddings. */
export type EmbeddingSurface = 'openai' | 'ollama' | 'ollama-legacy';

interface EmbeddingFormat {
  protocol: Protocol;
  /** Path at a provider that speaks the same. */
  nativePath: string;
  parse(body: JsonObject): EmbeddingRequest;
  print(result: EmbeddingResult, request: EmbeddingRequest): JsonObject;
}

const FORMATS: Readonly<Record<EmbeddingSurface, EmbeddingFormat>> = {
  openai: {
    protocol: 'openai',
    nativePath: '/embeddings',
    parse: parseOpenAiEmbeddingRequest,
    print: printOpenAiEmbeddingResult,
  },
  ollama: {
    protocol: 'ollama',
    nativePath: '/api/embed',
    parse: parseOllamaEmbedRequest,
    print: (result, { model }) => printOllamaEmbedResult(result, { model }),
  },
  'ollama-legacy': {
    protocol: 'ollama',
    nativePath: '/api/embeddings',
    parse: parseOllamaEmbeddingsRequest,
    print: printOllamaEmbeddingsResult,
  },
};

/** Serves one request for embedding vectors. */
export function serveEmbeddings(
  finder: RouteFinder,
  surface: EmbeddingSurface,
  call: IncomingCall,
  sink: ClientSink,
): void {
  const { protocol } = FORMATS[surface];
  serve(finder, call, { operation: 'embeddings', protocol }, () => readEmbedding(surface, call), sink);
}

function readEmbedding(surface: EmbeddingSurface, call: IncomingCall): Inquiry {
  const format = FORMATS[surface];
  const request = format.parse(parseBody(call.text));
  return {
    model: request.model,
    stream: false,
    streamType: 'application/json',
    needs: { capabilities: ['embeddings'], promptTokens: 0 },
    request: null,
    promptTokens: Math.ceil(call.text.length / 4),
    unsupported: (access) => unsupportedAt(access, request),
    plan: (endpoint, access) => planEmbedding({ access, format, request, call, endpoint }),
    heartbeat: () => '',
    printStreamError: (failure) => ERROR_FORMATS[format.protocol].printInStream(failure),
  };
}

function unsupportedAt(access: ProviderAccess, request: EmbeddingRequest): string[] {
  if (access.kind === 'anthropic') return ['embedding'];
  const tokens = typeof request.inputs[0] === 'object';
  return tokens && access.kind === 'ollama' ? ['input given as token numbers'] : [];
}

interface EmbeddingPlan {
  access: ProviderAccess;
  format: EmbeddingFormat;
  request: EmbeddingRequest;
  call: IncomingCall;
  endpoint: Endpoint;
}

function planEmbedding(parts: EmbeddingPlan): CallPlan {
  const { access, format, request, call, endpoint } = parts;
  if (access.kind === format.protocol) {
    const renamed = spliceFields(call.text, { model: JSON.stringify(endpoint.model) });
    const body = request.model === endpoint.model ? call.text : renamed;
    return {
      call: callTo(access, { path: format.nativePath + call.query, body, headers: call.protocolHeaders }),
      adjusted: [],
      relay: null,
      tap: null,
      readWhole: (bytes) => readJsonReply(bytes, access, (reply) => embedded(bytes, tokensOf(reply))),
    };
  }
  const isOllama = access.kind === 'ollama';
  const printed = isOllama
    ? printOllamaEmbedRequest(request, { model: endpoint.model })
    : printOpenAiEmbeddingRequest(request, { model: endpoint.model });
  return {
    call: callTo(access, { path: printed.path, body: JSON.stringify(printed.body), headers: [] }),
    adjusted: printed.adjusted,
    relay: null,
    tap: null,
    readWhole: (bytes) =>
      readJsonReply(bytes, access, (reply) => {
        const result = isOllama ? parseOllamaEmbedResult(reply) : parseOpenAiEmbeddingResult(reply);
        return embedded(JSON.stringify(format.print(result, request)), result.inputTokens);
      }),
  };
}

function embedded(body: string | Uint8Array, inputTokens: number | null): WholeReply {
  const usage: TokenUsage = { ...UNKNOWN_USAGE, inputTokens, outputTokens: 0 };
  return { body, usage, finishReason: null, failure: null };
}

function tokensOf(reply: JsonObject): number | null {
  const told = isJsonObject(reply.usage) ? reply.usage.prompt_tokens : reply.prompt_eval_count;
  return typeof told === 'number' ? told : null;
}
