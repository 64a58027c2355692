import type { JsonObject } from '../json.ts';

/** A model elsewhere, as it is shown to apps that know nothing but Ollama. */
export interface RemoteModel {
  /** What the app must ask us for. */
  name: string;
  /** The provider's own name of the model. */
  remoteModel: string;
  /** Origin of the provider, such as `https://api.openai.com`. */
  remoteHost: string;
  contextTokens: number | null;
  /** completion, tools, insert, vision, embedding, thinking. */
  capabilities: string[];
  /** Unix milliseconds; when the provider was set up, or the list was fetched. */
  modifiedAtMs: number;
}

/** A body of `/api/tags`. `remote_host` says of every model that it is not on this machine. */
export function printOllamaTags(models: readonly RemoteModel[]): { models: JsonObject[] } {
  return {
    models: models.map((model) => ({
      name: model.name,
      model: model.name,
      ...printRemote(model),
      size: 0,
      digest: digestOf(`${model.remoteHost}/${model.remoteModel}`),
      details: printDetails(model),
      capabilities: model.capabilities,
    })),
  };
}

/** A body of `/api/show`. */
export function printOllamaShow(model: RemoteModel): JsonObject {
  const info: JsonObject = { 'general.architecture': 'remote' };
  if (model.contextTokens !== null) info['remote.context_length'] = model.contextTokens;
  return {
    license: '',
    modelfile: '',
    parameters: '',
    template: '',
    system: '',
    details: printDetails(model),
    messages: [],
    ...printRemote(model),
    model_info: info,
    capabilities: model.capabilities,
  };
}

function printRemote(model: RemoteModel): JsonObject {
  const modifiedAt = new Date(model.modifiedAtMs).toISOString();
  return { remote_model: model.remoteModel, remote_host: model.remoteHost, modified_at: modifiedAt };
}

/** Complete, because clients read these fields without asking whether they are there. */
function printDetails({ contextTokens }: RemoteModel): JsonObject {
  const details = {
    parent_model: '',
    format: '',
    family: '',
    families: [],
    parameter_size: '',
    quantization_level: '',
  };
  return contextTokens === null ? details : { ...details, context_length: contextTokens };
}

/**
 * 64 hexadecimal digits that name the model: there are no weights to hash, but clients cut the digest to twelve digits
 * (`ollama ls`) and tell models apart by it. Eight FNV-1a hashes, each from its own start.
 */
function digestOf(text: string): string {
  let digest = '';
  for (let part = 0; part < 8; part += 1) {
    let hash = 0x811c9dc5 + part;
    for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    digest += (hash >>> 0).toString(16).padStart(8, '0');
  }
  return digest;
}
