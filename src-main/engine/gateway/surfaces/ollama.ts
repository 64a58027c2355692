import { printOllamaShow, printOllamaTags, type RemoteModel } from '../../protocols/ollama/print-models.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../protocols/json.ts';
import { InvalidRequest } from '../../protocols/failure.ts';
import { parseBody } from '../../exchange/parse-body.ts';
import { UNKNOWN_CAPABILITIES, type Capabilities } from '../../routing/endpoint.ts';
import type { GatewayCall } from '../call.ts';
import { inferChat, inferEmbeddings } from '../infer.ts';
import { listModels } from '../list-models.ts';
import { passToOllama } from '../pass-through.ts';
import { readBody } from '../read-body.ts';
import { sendFailure, sendJson, sendText } from '../respond.ts';
import type { RouteTable } from '../router.ts';
import type { GatewayServices } from '../services.ts';

/** What Ollama answers at its root, where apps look whether it runs. */
export function ollamaRoot(call: GatewayCall): void {
  sendText(call, 200, 'Ollama is running');
}

/** Ollama's own API: its models as it lists them, and all others beside them. */
export function ollamaRoutes(services: GatewayServices): RouteTable {
  return {
    'GET /api/version': (call) => void sendVersion(services, call),
    'GET /api/tags': (call) => void sendTags(services, call),
    'GET /api/ps': (call) => void sendLoaded(services, call),
    'POST /api/show': (call) => show(services, call),
    'POST /api/chat': inferChat(services, 'ollama-chat'),
    'POST /api/generate': inferChat(services, 'ollama-generate'),
    'POST /api/embed': inferEmbeddings(services, 'ollama'),
    'POST /api/embeddings': inferEmbeddings(services, 'ollama-legacy'),
    '* /api/*': passToOllama(services),
  };
}

/** Apps ask for the version to know what they may use: Ollama's own while it is there, else the one last seen. */
async function sendVersion(services: GatewayServices, call: GatewayCall): Promise<void> {
  const reply = await services.askOllama('/api/version');
  if (reply.kind === 'ok') sendJson(call, 200, reply.body);
  else sendJson(call, 200, { version: services.ollamaVersion() ?? '0.0.0' });
}

async function sendTags(services: GatewayServices, call: GatewayCall): Promise<void> {
  const models = await modelsOf(services, '/api/tags');
  sendJson(call, 200, { models: [...models, ...printOllamaTags(remoteModels(services)).models] });
}

async function sendLoaded(services: GatewayServices, call: GatewayCall): Promise<void> {
  sendJson(call, 200, { models: await modelsOf(services, '/api/ps') });
}

async function modelsOf(services: GatewayServices, path: string): Promise<JsonValue[]> {
  const reply = await services.askOllama(path);
  if (reply.kind !== 'ok' || !isJsonObject(reply.body) || !Array.isArray(reply.body.models)) return [];
  return reply.body.models;
}

/** Everything that apps may ask for and that Ollama does not list: virtual names and other providers' models. */
function remoteModels(services: GatewayServices): RemoteModel[] {
  const { context } = services;
  return listModels(services)
    .filter((model) => model.endpoint?.protocol !== 'ollama')
    .map(({ id, endpoint, createdAtMs }) => ({
      name: id,
      remoteModel: endpoint?.model ?? id,
      remoteHost: endpoint === null ? 'pointsman' : (context.providers.access(endpoint.providerId)?.origin ?? ''),
      contextTokens: endpoint?.contextTokens ?? null,
      capabilities: ollamaCapabilities(endpoint?.capabilities ?? ABLE),
      modifiedAtMs: createdAtMs,
    }));
}

const OLLAMA_WORDS: readonly (readonly [keyof Capabilities, string])[] = [
  ['text', 'completion'],
  ['tools', 'tools'],
  ['insert', 'insert'],
  ['vision', 'vision'],
  ['embeddings', 'embedding'],
  ['thinking', 'thinking'],
];

/** A virtual name goes to whatever model is able. */
const ABLE: Capabilities = { ...UNKNOWN_CAPABILITIES, text: true, tools: true, vision: true };

/** Unknown counts as able to generate text and as unable for the rest: apps hide what they believe a model lacks. */
function ollamaCapabilities(capabilities: Capabilities): string[] {
  return OLLAMA_WORDS.flatMap(([name, word]) =>
    (capabilities[name] ?? (name === 'text' && capabilities.embeddings !== true)) ? [word] : [],
  );
}

/** `show` of a model that is not Ollama's is answered here; the body is read to know, and travels on as it came. */
function show(services: GatewayServices, call: GatewayCall): void {
  readBody(call.request, services.context.settings().gateway.maxBodyBytes, {
    onFailure: (failure) => sendFailure(call, failure),
    onBody: (bytes) => {
      const body = readShow(call, bytes);
      if (body === null) return;
      const name = body.model ?? body.name;
      const remote = remoteModels(services).find((model) => model.name === name || `${model.name}:latest` === name);
      if (remote === undefined) passToOllama(services)(call, bytes);
      else sendJson(call, 200, printOllamaShow(remote));
    },
  });
}

function readShow(call: GatewayCall, bytes: Buffer): JsonObject | null {
  try {
    return parseBody(bytes.toString('utf8'));
  } catch (error) {
    if (!(error instanceof InvalidRequest)) throw error;
    sendFailure(call, error.failure);
    return null;
  }
}
