import type { FormatName } from '../protocols/chat-request.ts';
import type { IncomingCall } from '../exchange/incoming-call.ts';
import { serveChat } from '../exchange/serve-chat.ts';
import { serveCountTokens } from '../exchange/serve-count-tokens.ts';
import { serveEmbeddings, type EmbeddingSurface } from '../exchange/serve-embeddings.ts';
import type { ClientSink } from '../exchange/job.ts';
import type { GatewayCall } from './call.ts';
import { HttpSink } from './http-sink.ts';
import { readCaller } from './read-caller.ts';
import { readBody } from './read-body.ts';
import { sendFailure, sendInternal } from './respond.ts';
import type { GatewayServices } from './services.ts';

type Serve = (incoming: IncomingCall, sink: ClientSink) => void;

/** Serves a text request on the surface of `format`. */
export function inferChat(services: GatewayServices, format: FormatName) {
  return (call: GatewayCall) =>
    infer(services, call, (incoming, sink) => serveChat(services.finder, format, incoming, sink));
}

export function inferEmbeddings(services: GatewayServices, surface: EmbeddingSurface) {
  return (call: GatewayCall) =>
    infer(services, call, (incoming, sink) => serveEmbeddings(services.finder, surface, incoming, sink));
}

export function inferTokenCount(services: GatewayServices) {
  return (call: GatewayCall) =>
    infer(services, call, (incoming, sink) => serveCountTokens(services.finder, incoming, sink));
}

/** Reads the body and hands the call to the exchange; the rest of its life is there. */
function infer(services: GatewayServices, call: GatewayCall, serve: Serve): void {
  const { headers } = call.request;
  if (!isJson(headers['content-type'])) {
    sendFailure(call, {
      code: 'unsupported_media_type',
      message: `The content-type is ${headers['content-type'] ?? 'missing'}: send the header "content-type: application/json".`,
    });
    return;
  }
  const read = readCaller(services, call);
  if (!read.ok) {
    sendFailure(call, read.failure);
    return;
  }
  services.onRequest();
  const { caller } = read;
  readBody(call.request, services.context.settings().gateway.maxBodyBytes, {
    onFailure: (failure) => sendFailure(call, failure),
    onBody: (bytes) => {
      const incoming: IncomingCall = {
        id: call.id,
        arrivedMs: call.arrivedMs,
        startedAtMs: call.startedAtMs,
        caller,
        text: bytes.toString('utf8'),
        query: call.query,
        protocolHeaders: protocolHeaders(call),
        apiVersion: headers['anthropic-version']?.toString() ?? null,
      };
      try {
        serve(incoming, new HttpSink(call.response, call.cors));
      } catch (error) {
        sendInternal(call, services.context.log, error);
      }
    },
  });
}

function isJson(contentType: string | undefined): boolean {
  return contentType !== undefined && /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(contentType);
}

const NONE: readonly string[] = [];
const TRAVELLING: Readonly<Record<GatewayCall['protocol'], readonly string[]>> = {
  anthropic: ['anthropic-version', 'anthropic-beta'],
  openai: ['openai-beta'],
  ollama: [],
};

/** Headers of the client's own protocol that change what an upstream of the same protocol does. */
function protocolHeaders({ protocol, request }: GatewayCall): readonly string[] {
  let travelling: string[] | null = null;
  for (const name of TRAVELLING[protocol]) {
    const value = request.headers[name];
    if (typeof value === 'string') (travelling ??= []).push(name, value);
  }
  return travelling ?? NONE;
}
