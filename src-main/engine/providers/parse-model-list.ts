import { GarbledReply } from '../protocols/failure.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../protocols/json.ts';
import { UNKNOWN_CAPABILITIES, type Capabilities } from '../routing/endpoint.ts';
import { isEmbeddingName, isOtherMediumName, takesSampling } from './model-traits.ts';

/** One model as a provider lists it. null: not told. */
export interface ListedModel {
  name: string;
  capabilities: Capabilities;
  contextTokens: number | null;
  maxOutputTokens: number | null;
  takesSampling: boolean;
}

/** One page of a list; `next` is the cursor of the next page (Anthropic's `last_id`). */
export interface ModelPage {
  models: ListedModel[];
  next: string | null;
}

/**
 * Reads a model list of any of the known shapes: `{data: []}` (OpenAI, Anthropic), `{models: []}`, or a bare array
 * (Together). Entries without a name are passed over. Throws GarbledReply when there is no list.
 */
export function parseModelList(body: JsonValue): ModelPage {
  const list = Array.isArray(body) ? body : isJsonObject(body) ? (body.data ?? body.models) : undefined;
  const empty = isJsonObject(body) && (body.data === null || body.models === null);
  if (!Array.isArray(list) && !empty) throw new GarbledReply('the answer holds no list of models');
  const models = (Array.isArray(list) ? list : []).flatMap((item) => {
    const model = typeof item === 'string' ? { id: item } : item;
    return isJsonObject(model) ? toListedModel(model) : [];
  });
  return { models, next: isJsonObject(body) && body.has_more === true ? textOf(body.last_id) : null };
}

/** A model of which nothing but the name is known. */
export function unlistedModel(name: string): ListedModel {
  return {
    name,
    capabilities: byName(name),
    contextTokens: null,
    maxOutputTokens: null,
    takesSampling: takesSampling(name),
  };
}

function toListedModel(model: JsonObject): ListedModel[] {
  const name = nameOf(model);
  if (name === null) return [];
  const parameters = wordsOf(model.supported_parameters);
  const refusesTemperature = parameters !== null && parameters.length > 0 && !parameters.includes('temperature');
  return [
    {
      name,
      capabilities: capabilitiesOf(model, name, parameters),
      contextTokens: firstNumber(model, CONTEXT_FIELDS) ?? largestOf(model.providers, 'context_length'),
      maxOutputTokens: firstNumber(model, OUTPUT_FIELDS),
      takesSampling: takesSampling(name) && !refusesTemperature,
    },
  ];
}

/** Gemini lists `models/NAME` and is called with NAME. */
function nameOf(model: JsonObject): string | null {
  const name = [model.id, model.name, model.model].find((value) => typeof value === 'string' && value !== '');
  return typeof name === 'string' ? name.replace(/^models\//, '') : null;
}

/** Where providers say how long prompt plus answer may be, the serving limit before the model's own. */
const CONTEXT_FIELDS: readonly (readonly string[])[] = [
  ['top_provider', 'context_length'],
  ['context_length'],
  ['max_model_len'],
  ['context_window'],
  ['max_context_length'],
  ['max_input_tokens'],
  ['metadata', 'context_length'],
];

const OUTPUT_FIELDS: readonly (readonly string[])[] = [
  ['top_provider', 'max_completion_tokens'],
  ['max_completion_tokens'],
  ['max_output_tokens'],
  ['max_output_length'],
  ['max_tokens'],
  ['metadata', 'max_tokens'],
];

function firstNumber(model: JsonObject, fields: readonly (readonly string[])[]): number | null {
  for (const path of fields) {
    let value: JsonValue | undefined = model;
    for (const name of path) value = isJsonObject(value) ? value[name] : undefined;
    if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  }
  return null;
}

/** Hugging Face's router: one entry for each company behind it. */
function largestOf(list: JsonValue | undefined, field: string): number | null {
  if (!Array.isArray(list)) return null;
  const numbers = list.flatMap((item) => (isJsonObject(item) && typeof item[field] === 'number' ? [item[field]] : []));
  return numbers.length === 0 ? null : Math.max(...numbers);
}

/** What each capability is called in `capabilities` and `supported_parameters` lists. */
const WORDS: Readonly<Record<keyof Capabilities, readonly string[]>> = {
  text: ['completion', 'chat', 'completion_chat', 'chat_completion', 'text-generation', 'text_generation'],
  tools: ['tools', 'tool_use', 'tool-use', 'function_calling', 'function-calling', 'tool_calling', 'tool-calling'],
  vision: ['vision', 'image_input', 'image-input'],
  jsonSchema: ['structured_outputs', 'structured_output', 'structured-outputs', 'json_schema'],
  thinking: ['thinking', 'reasoning'],
  embeddings: ['embedding', 'embeddings', 'embed'],
  insert: ['insert', 'completion_fim', 'fim'],
};

/** Capabilities that a list of request parameters speaks of by leaving them out. */
const PARAMETER_CAPABILITIES: readonly (keyof Capabilities)[] = ['tools', 'jsonSchema', 'thinking'];

function capabilitiesOf(model: JsonObject, name: string, parameters: string[] | null): Capabilities {
  const told: Partial<Capabilities> = {
    ...fromType(model.type),
    ...fromModalities(model.architecture),
    ...(parameters === null || parameters.length === 0 ? {} : fromWords(parameters, PARAMETER_CAPABILITIES)),
    ...fromCapabilities(model.capabilities),
  };
  return { ...byName(name), ...told };
}

function byName(name: string): Capabilities {
  if (isEmbeddingName(name)) return EMBEDS_ONLY;
  return isOtherMediumName(name) ? { ...UNKNOWN_CAPABILITIES, text: false, embeddings: false } : UNKNOWN_CAPABILITIES;
}

const EMBEDS_ONLY: Capabilities = { ...UNKNOWN_CAPABILITIES, text: false, tools: false, embeddings: true };

/** `type` of Together, Vercel and LM Studio. */
function fromType(type: JsonValue | undefined): Partial<Capabilities> {
  if (type === 'embedding' || type === 'embeddings') return EMBEDS_ONLY;
  if (type === 'vlm') return { text: true, vision: true };
  if (type === 'chat' || type === 'language' || type === 'code' || type === 'llm') return { text: true };
  const others = ['image', 'audio', 'video', 'rerank', 'reranking', 'moderation', 'transcribe', 'speech'];
  return typeof type === 'string' && others.includes(type) ? { text: false, embeddings: false } : {};
}

/** OpenRouter's and Hugging Face's `architecture`. */
function fromModalities(architecture: JsonValue | undefined): Partial<Capabilities> {
  if (!isJsonObject(architecture)) return {};
  const [into, out] = [wordsOf(architecture.input_modalities), wordsOf(architecture.output_modalities)];
  return {
    ...(into === null ? {} : { vision: into.includes('image') }),
    ...(out === null ? {} : { text: out.includes('text') }),
  };
}

/** A list of words, or an object of booleans (Mistral) or of `{supported}` objects (Anthropic). */
function fromCapabilities(value: JsonValue | undefined): Partial<Capabilities> {
  const words = wordsOf(value);
  if (words !== null) return words.some(isKnownWord) ? fromWords(words, allCapabilities()) : {};
  if (!isJsonObject(value)) return {};
  const told: Partial<Capabilities> = {};
  for (const capability of allCapabilities()) {
    for (const word of WORDS[capability]) {
      const said = value[word];
      const flag = isJsonObject(said) ? said.supported : said;
      if (typeof flag === 'boolean') told[capability] = flag;
    }
  }
  return told;
}

function fromWords(words: readonly string[], about: readonly (keyof Capabilities)[]): Partial<Capabilities> {
  return Object.fromEntries(about.map((each) => [each, WORDS[each].some((word) => words.includes(word))]));
}

function allCapabilities(): (keyof Capabilities)[] {
  return ['text', 'tools', 'vision', 'jsonSchema', 'thinking', 'embeddings', 'insert'];
}

function isKnownWord(word: string): boolean {
  return allCapabilities().some((capability) => WORDS[capability].includes(word));
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function wordsOf(value: JsonValue | undefined): string[] | null {
  return Array.isArray(value) ? value.filter((word) => typeof word === 'string') : null;
}
