import { isCloudName } from '../protocols/ollama/is-cloud-name.ts';
import type { LoadedOllamaModel, OllamaModel, OllamaModelDetails } from '../protocols/ollama/parse-models.ts';
import { UNKNOWN_CAPABILITIES, type Capabilities, type Endpoint } from '../routing/endpoint.ts';
import { isEmbeddingName } from './model-traits.ts';
import type { Provider } from './provider.ts';

/** One model that an Ollama has, with all that it tells in different places. */
export interface SeenModel {
  model: OllamaModel;
  /** From `/api/show`; null while it could not be read. */
  details: OllamaModelDetails | null;
  /** From `/api/ps`; null: not in memory. */
  loaded: LoadedOllamaModel | null;
  /** False: what is in memory could not be read. */
  loadedKnown: boolean;
}

/** The endpoint of one model of an Ollama. Models that it hands to its cloud are on the cloud track. */
export function toOllamaEndpoint(provider: Provider, seen: SeenModel): Endpoint {
  const { model, details, loaded, loadedKnown } = seen;
  const remote = model.remoteHost ?? details?.remoteHost ?? null;
  const track = provider.track === 'cloud' || remote !== null || isCloudName(model.name) ? 'cloud' : 'local';
  return {
    id: `${provider.id}/${model.name}`,
    providerId: provider.id,
    model: model.name,
    track,
    protocol: 'ollama',
    capabilities: toCapabilities(details?.capabilities ?? model.capabilities, model.name),
    contextTokens: details?.contextTokens ?? model.contextTokens,
    maxOutputTokens: null,
    takesSampling: true,
    sizeBytes: track === 'local' ? model.sizeBytes : null,
    loaded: track === 'local' && loadedKnown ? loaded !== null : null,
  };
}

/** The endpoint of a model that an Ollama is believed to have, known by name only. */
export function unseenOllamaEndpoint(provider: Provider, name: string): Endpoint {
  const model: OllamaModel = {
    name,
    sizeBytes: null,
    digest: null,
    contextTokens: null,
    remoteHost: null,
    capabilities: null,
  };
  return toOllamaEndpoint(provider, { model, details: null, loaded: null, loadedKnown: false });
}

/** Ollama's list is complete: what is not in it the model cannot do. Every text model can be held to a schema. */
function toCapabilities(words: readonly string[] | null, name: string): Capabilities {
  if (words === null || words.length === 0) {
    return isEmbeddingName(name)
      ? { ...UNKNOWN_CAPABILITIES, text: false, tools: false, embeddings: true }
      : UNKNOWN_CAPABILITIES;
  }
  const text = words.includes('completion');
  return {
    text,
    tools: words.includes('tools'),
    vision: words.includes('vision'),
    jsonSchema: text,
    thinking: words.includes('thinking'),
    // Ollama embeds with models that talk too, whatever they list: whether that is wanted, the person says by the name.
    embeddings: words.includes('embedding') ? true : null,
    insert: words.includes('insert'),
  };
}
