import { GarbledReply } from '../failure.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/** One model that Ollama has, from `/api/tags`. null: this version of Ollama does not tell. */
export interface OllamaModel {
  name: string;
  sizeBytes: number | null;
  digest: string | null;
  contextTokens: number | null;
  /** Set when the model runs elsewhere: it belongs to the cloud track. */
  remoteHost: string | null;
  /** completion, tools, insert, vision, embedding, thinking… */
  capabilities: string[] | null;
}

/** What `/api/show` tells of one model. */
export type OllamaModelDetails = Pick<OllamaModel, 'contextTokens' | 'remoteHost' | 'capabilities'>;

/** One model in memory, from `/api/ps`. */
export interface LoadedOllamaModel {
  name: string;
  /** All of it, wherever it lies. */
  sizeBytes: number | null;
  vramBytes: number | null;
  /** Unix milliseconds. */
  expiresAtMs: number | null;
  /** The window that it was loaded with. */
  contextTokens: number | null;
}

/** Reads `/api/tags`; entries without a name are passed over. Throws GarbledReply. */
export function parseOllamaTags(body: unknown): OllamaModel[] {
  return modelsIn(body).map(({ name, model }) => ({
    name,
    sizeBytes: numberOf(model.size),
    digest: textOf(model.digest),
    contextTokens: isJsonObject(model.details) ? positive(model.details.context_length) : null,
    remoteHost: textOf(model.remote_host),
    capabilities: wordsOf(model.capabilities),
  }));
}

/** Reads `/api/show`. Throws GarbledReply. */
export function parseOllamaShow(body: unknown): OllamaModelDetails {
  if (!isJsonObject(body)) throw new GarbledReply("Ollama's description of the model is not a JSON object.");
  const details = isJsonObject(body.details) ? body.details : {};
  return {
    contextTokens: contextIn(isJsonObject(body.model_info) ? body.model_info : {}) ?? positive(details.context_length),
    remoteHost: textOf(body.remote_host),
    capabilities: wordsOf(body.capabilities),
  };
}

/** Reads `/api/ps`. Throws GarbledReply. */
export function parseOllamaPs(body: unknown): LoadedOllamaModel[] {
  return modelsIn(body).map(({ name, model }) => {
    const expiresAtMs = typeof model.expires_at === 'string' ? Date.parse(model.expires_at) : Number.NaN;
    return {
      name,
      sizeBytes: numberOf(model.size),
      vramBytes: numberOf(model.size_vram),
      expiresAtMs: Number.isNaN(expiresAtMs) ? null : expiresAtMs,
      contextTokens: positive(model.context_length),
    };
  });
}

/** Versions with no model at all say `null` instead of an empty list. */
function modelsIn(body: unknown): { name: string; model: JsonObject }[] {
  if (!isJsonObject(body) || (body.models !== null && !Array.isArray(body.models))) {
    throw new GarbledReply("Ollama's answer holds no list of models.");
  }
  return (body.models ?? []).filter(isJsonObject).flatMap((model) => {
    const name = textOf(model.name) ?? textOf(model.model);
    return name === null ? [] : [{ name, model }];
  });
}

/** `<architecture>.context_length`; vision models have further ones for their projectors. */
function contextIn(info: JsonObject): number | null {
  const own = `${textOf(info['general.architecture']) ?? ''}.context_length`;
  const key = own in info ? own : Object.keys(info).find((each) => each.endsWith('.context_length'));
  return key === undefined ? null : positive(info[key]);
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function numberOf(value: JsonValue | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

function positive(value: JsonValue | undefined): number | null {
  return typeof value === 'number' && value > 0 ? value : null;
}

function wordsOf(value: JsonValue | undefined): string[] | null {
  return Array.isArray(value) ? value.filter((word) => typeof word === 'string') : null;
}
