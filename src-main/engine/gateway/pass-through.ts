import { parseModelName } from '../routing/model-name.ts';
import { isCloudName } from '../protocols/ollama/is-cloud-name.ts';
import type { Failure } from '../protocols/failure.ts';
import { isJsonObject, type JsonObject } from '../protocols/json.ts';
import type { Endpoint } from '../routing/endpoint.ts';
import type { ProviderAccess } from '../exchange/context.ts';
import { ERROR_FORMATS } from '../exchange/formats.ts';
import { findTwinOfModel } from '../exchange/parse-body.ts';
import type { Caller } from '../exchange/incoming-call.ts';
import { serveThrough } from '../exchange/serve-through.ts';
import type { GatewayCall } from './call.ts';
import { HttpSink } from './http-sink.ts';
import { isFormType, notWhilePrivate, staysHere, whyNotPassed, whyNotToOllama, wrongType } from './passing-rules.ts';
import { readCaller } from './read-caller.ts';
import { readBody } from './read-body.ts';
import { sendFailure } from './respond.ts';
import type { GatewayServices } from './services.ts';

/** Any `/api/*` call that is Ollama's own business: pull, create, blobs, and whatever it learns next. */
export function passToOllama(services: GatewayServices) {
  return (call: GatewayCall, body: Buffer | null = null): void => {
    const ollama = services.ollama();
    const caller = readPassing(services, call);
    if (caller === null) return;
    const refusal = ollama === null ? ollamaIsOff() : whyNotToOllama(services, call, caller);
    if (ollama === null || refusal !== null) sendFailure(call, refusal ?? ollamaIsOff());
    else through(services, call, { access: ollama, isLocal: true, basePath: ollama.basePath, body, caller });
  };
}

/**
 * Any `/v1/*` call we have no word for. A JSON body that names a model goes to the provider of that model, everything
 * else to Ollama, which answers such paths itself.
 */
export function passByModel(services: GatewayServices) {
  return (call: GatewayCall): void => {
    const type = call.request.headers['content-type'];
    const { gateway } = services.context.settings();
    const caller = readPassing(services, call);
    if (caller === null) return;
    const isJsonPost = call.method === 'POST' && type?.startsWith('application/json') === true;
    if (isFormType(type)) sendFailure(call, wrongType(type));
    else if (isJsonPost) readJson(services, call, caller, gateway.maxBodyBytes);
    else if (call.method !== 'GET' && staysHere(services, caller, null)) sendFailure(call, notWhilePrivate(call));
    else passToOllamaV1(services, call, caller, null);
  };
}

function readJson(services: GatewayServices, call: GatewayCall, caller: Caller, maxBodyBytes: number): void {
  readBody(call.request, maxBodyBytes, {
    onFailure: (failure) => sendFailure(call, failure),
    onBody: (body) => passJson(services, call, caller, body),
  });
}

function passJson(services: GatewayServices, call: GatewayCall, caller: Caller, body: Buffer): void {
  const parsed = parseObject(body);
  const model = typeof parsed.model === 'string' ? parsed.model : null;
  const { endpoint, isOnOtherTrack } = findNamed(services, model);
  const access = endpoint === undefined ? null : services.context.providers.access(endpoint.providerId);
  const isLocal = endpoint === undefined ? model === null || !isCloudName(model) : endpoint.track === 'local';
  const refusal =
    findTwinOfModel(parsed)?.failure ??
    (isOnOtherTrack ? onOtherTrack(model) : whyNotPassed(services, caller, { model, endpoint, isLocal }));
  if (refusal !== null) sendFailure(call, refusal);
  else if (access === null || access.kind === 'ollama') passToOllamaV1(services, call, caller, body);
  else {
    // Our own prefix is `/v1`; the provider's base URL has its own.
    const path = call.path.slice('/v1'.length);
    through(services, call, { access, isLocal, basePath: access.basePath, body, path, caller });
  }
}

function onOtherTrack(model: string | null): Failure {
  return { code: 'forbidden', message: `"${model ?? ''}" names a track that its model is not on.` };
}

/** The endpoint that a body names; `isOnOtherTrack`: there is one, but not on the track that stands before its name. */
function findNamed(
  { finder }: GatewayServices,
  model: string | null,
): { endpoint: Endpoint | undefined; isOnOtherTrack: boolean } {
  const name = model === null ? null : parseModelName(model);
  if (name?.kind !== 'exact') return { endpoint: undefined, isOnOtherTrack: false };
  const [endpoint] = finder.models.resolve(name.name, name.track);
  const isOnOtherTrack =
    endpoint === undefined && name.track !== null && finder.models.resolve(name.name, null).length > 0;
  return { endpoint, isOnOtherTrack };
}

function passToOllamaV1(services: GatewayServices, call: GatewayCall, caller: Caller, body: Buffer | null): void {
  const ollama = services.ollama();
  if (ollama === null) sendFailure(call, { code: 'not_found', message: `${call.path} is not known here.` });
  else through(services, call, { access: ollama, isLocal: true, basePath: ollama.basePath, body, caller });
}

/** The caller of a request that is passed through; null: it was refused. */
function readPassing(services: GatewayServices, call: GatewayCall): Caller | null {
  const read = readCaller(services, call);
  if (read.ok) return read.caller;
  sendFailure(call, read.failure);
  return null;
}

function ollamaIsOff(): Failure {
  return {
    code: 'not_found',
    message: 'This call is for Ollama, which is switched off in the settings (ollama.enabled).',
  };
}

interface Destination {
  access: ProviderAccess;
  isLocal: boolean;
  basePath: string;
  caller: Caller;
  /** null: streamed from the client as it comes. */
  body: Buffer | null;
  path?: string;
}

function through(services: GatewayServices, call: GatewayCall, to: Destination): void {
  services.onRequest();
  const errors = ERROR_FORMATS[call.protocol];
  const { headers } = call.request;
  const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
  serveThrough(
    services.context,
    {
      id: call.id,
      arrivedMs: call.arrivedMs,
      startedAtMs: call.startedAtMs,
      app: to.caller.name,
      method: call.method,
      path: to.basePath + (to.path ?? call.path) + call.query,
      headers: travellingHeaders(call, to.body !== null),
      body: to.body ?? (hasBody ? call.request : null),
      access: to.access,
      isLocal: to.isLocal,
      printError: (failure) => ({ status: errors.statusOf(failure), body: JSON.stringify(errors.print(failure)) }),
    },
    new HttpSink(call.response, call.cors),
  );
}

/** Who called and from which page is nobody else's business, and the client's key is for us. */
const KEPT_BACK = new Set([
  'host',
  'origin',
  'referer',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'expect',
  'upgrade',
  'accept-encoding',
  'authorization',
  'x-api-key',
  'cookie',
]);

function travellingHeaders({ request }: GatewayCall, isBodyRead: boolean): string[] {
  const travelling = ['accept-encoding', 'identity'];
  for (const [name, value] of Object.entries(request.headers)) {
    if (KEPT_BACK.has(name) || name.startsWith('sec-') || name.startsWith('x-pointsman-')) continue;
    if (isBodyRead && (name === 'content-length' || name === 'content-encoding')) continue;
    for (const each of [value].flat()) if (each !== undefined) travelling.push(name, each);
  }
  return travelling;
}

/** Empty when the body is no JSON object: then it names nothing. */
function parseObject(body: Buffer): JsonObject {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    return isJsonObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}
