import type { Clock } from '../../ports.ts';
import { GarbledReply } from '../../protocols/failure.ts';
import type { JsonValue } from '../../protocols/json.ts';
import { parseOllamaPs, type LoadedOllamaModel } from '../../protocols/ollama/parse-models.ts';
import type { ProviderAccess } from '../../providers/registry.ts';
import { requestJson, type JsonReply } from '../../providers/request-json.ts';

interface OllamaCall {
  clock: Clock;
  access: ProviderAccess;
  signal?: AbortSignal;
}

/** Administration is answered at once or not at all. */
const TIMEOUT_MS = 2_000;

/** What an Ollama has in memory now; null: it could not be asked. Never rejects. */
export async function readOllamaMemory(call: OllamaCall): Promise<LoadedOllamaModel[] | null> {
  const body = await askOllama({ ...call, path: '/api/ps' });
  return body === null ? null : parsed(body, parseOllamaPs);
}

/** Asks an Ollama to take a model out of memory; true: it agreed. It may take a moment until the memory is free. */
export async function unloadFromOllama(call: OllamaCall & { model: string }): Promise<boolean> {
  const { model, ...rest } = call;
  return (await askOllama({ ...rest, path: '/api/generate', body: { model, keep_alive: 0, stream: false } })) !== null;
}

/** One small call to an Ollama's own administration; null: no good answer came. Never rejects. */
export async function askOllama(call: OllamaCall & { path: string; body?: JsonValue }): Promise<JsonValue | null> {
  const { clock, access, path, signal, body } = call;
  const reply: JsonReply = await requestJson({
    clock,
    origin: access.origin,
    path: `${access.basePath}${path}`,
    method: body === undefined ? 'GET' : 'POST',
    headers: access.authHeaders,
    timeoutMs: TIMEOUT_MS,
    ...(body === undefined ? {} : { body }),
    ...(signal === undefined ? {} : { signal }),
  });
  return reply.kind === 'ok' ? reply.body : null;
}

/** null instead of what another program than Ollama answers. */
export function parsed<Value>(body: JsonValue, parse: (body: JsonValue) => Value): Value | null {
  try {
    return parse(body);
  } catch (error) {
    if (error instanceof GarbledReply) return null;
    throw error;
  }
}
