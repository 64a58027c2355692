import fc from 'fast-check';
import type {
  ChatMessage,
  ChatPart,
  ChatRequest,
  ImagePart,
  ImageSource,
  Protocol,
  TextPart,
  ToolCallPart,
} from '../../src-main/engine/protocols/chat-request.ts';
import type { JsonObject, JsonValue } from '../../src-main/engine/protocols/json.ts';

/** The optional fields of a request, each with the arbitrary for its values. */
export type FieldArbitraries = {
  [Name in Exclude<keyof ChatRequest, 'model' | 'mode' | 'messages' | 'stream'>]?: fc.Arbitrary<
    NonNullable<ChatRequest[Name]>
  >;
};

/** What one wire format can express, so that printing and parsing again must give the same request. */
export interface Expressible {
  mode: ChatRequest['mode'];
  /** The optional fields that it has a word for: pick from `requestFields`, narrow where the format is narrower. */
  fields: FieldArbitraries;
  /** Names of models; any name when absent. */
  model?: fc.Arbitrary<string>;
  /** Where system messages may stand; `first` means one, before all others. Default `anywhere`. */
  system?: 'none' | 'first' | 'anywhere';
  /** Images in user messages: bare base64, base64 with its media type, or a URL. None by default. */
  images?: readonly ImageKind[];
  /** Most text parts of one message (default 1); formats with plain string contents have room for one only. */
  maxTexts?: number;
  /** Texts before images instead of any order. */
  textsFirst?: boolean;
  /** Thinking at the front of assistant messages. None by default. */
  thinking?: 'plain' | 'signed' | 'signed_or_redacted';
  /** Tool calls at the end of assistant messages, each answered by its result. Absent: no tools in messages. */
  tools?: ToolTalk;
  /** Parts only this protocol understands, in user messages. */
  opaque?: fc.Arbitrary<Extract<ChatPart, { type: 'opaque' }>>;
}

interface ToolTalk {
  /** All results of a turn in one `tool` message (Anthropic) or each in its own. */
  results: 'together' | 'apart';
  /** Results carry the tool's name (Ollama). */
  named?: boolean;
  /** Results may say `isError` (Anthropic). */
  errors?: boolean;
  /** Images in results. None by default. */
  images?: readonly ImageKind[];
  /** Most text parts of one result (default 1). */
  maxTexts?: number;
}

type ImageKind = 'bare' | 'typed' | 'url';

/** Non-empty text with quotes, line ends, astral characters and all else that has to survive. */
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((each) => each.trim() !== '');

const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,11}$/);
const tokenCount = fc.integer({ min: 1, max: 1_000_000 });
/** Floating point that JSON keeps; without 0, which some formats treat like absent, and without -0. */
const penalty = fc.double({ min: -2, max: 2, noNaN: true }).filter((value) => value !== 0);
const share = fc.double({ min: 0.01, max: 1, noNaN: true });

/** JSON objects as they come out of JSON.parse; no `__proto__` key, no null (which every format takes for absent), no -0. */
const jsonObject: fc.Arbitrary<JsonObject> = fc
  .dictionary(word, fc.jsonValue({ maxDepth: 2, noUnicodeString: false }), { maxKeys: 4 })
  .map((value) => withoutNull(JSON.parse(JSON.stringify(value)) as JsonObject));

function withoutNull(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== null));
}

/** An arbitrary for every optional field whose values do not depend on the wire format. */
export const requestFields = {
  tools: fc.uniqueArray(
    fc.record(
      { name: word, description: text, parameters: jsonObject, strict: fc.boolean() },
      { requiredKeys: ['name'] },
    ),
    { minLength: 1, maxLength: 3, selector: (tool) => tool.name },
  ),
  toolChoice: fc.oneof(
    fc.constant({ type: 'auto' as const }),
    fc.constant({ type: 'none' as const }),
    fc.constant({ type: 'required' as const }),
    fc.record({ type: fc.constant('tool' as const), name: word }),
  ),
  parallelToolCalls: fc.boolean(),
  maxOutputTokens: tokenCount,
  stop: fc.array(text, { minLength: 1, maxLength: 4 }),
  temperature: fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0),
  topP: share,
  topK: fc.integer({ min: 1, max: 500 }),
  minP: share,
  seed: fc.integer({ min: 0, max: 2 ** 31 }),
  presencePenalty: penalty,
  frequencyPenalty: penalty,
  repeatPenalty: fc.double({ min: 0.5, max: 2, noNaN: true }),
  output: fc.oneof(
    fc.constant({ type: 'json' as const }),
    fc.record(
      {
        type: fc.constant('json_schema' as const),
        schema: jsonObject,
        name: word,
        description: text,
        strict: fc.boolean(),
      },
      { requiredKeys: ['type', 'schema', 'name'] },
    ),
  ),
  reasoning: fc.constantFrom('minimal', 'low', 'medium', 'high', 'xhigh', 'max').map((effort) => ({ effort })),
  choices: fc.integer({ min: 2, max: 5 }),
  logprobs: fc.record({ top: fc.integer({ min: 0, max: 20 }) }),
  suffix: text,
  keepAlive: fc.oneof(fc.integer({ min: -1, max: 86_400 }), fc.constantFrom('5m', '24h', '-1s')),
  contextTokens: tokenCount,
  user: text,
} as const satisfies FieldArbitraries;

/** Requests of which the format can express every part; everything optional is absent about half of the time. */
export function arbitraryChatRequest(can: Expressible): fc.Arbitrary<ChatRequest> {
  const shape = {
    model: can.model ?? fc.stringMatching(/^[a-z][a-z0-9./:-]{0,20}$/),
    mode: fc.constant(can.mode),
    messages: can.mode === 'chat' ? conversation(can) : prompt(can),
    stream: fc.boolean(),
    ...can.fields,
  };
  return fc.record(shape, { requiredKeys: ['model', 'mode', 'messages', 'stream'] });
}

/** Fields without a name in our form, for `extra`: unknown to everybody, so that they only travel along. */
export function extraFields(protocol: Protocol): fc.Arbitrary<NonNullable<ChatRequest['extra']>> {
  const value = fc.oneof(fc.integer(), fc.boolean(), text, jsonObject) as fc.Arbitrary<JsonValue>;
  return fc
    .dictionary(
      word.map((each) => `x_${each}`),
      value,
      { minKeys: 1, maxKeys: 3 },
    )
    .map((fields) => ({ protocol, fields: JSON.parse(JSON.stringify(fields)) as JsonObject }));
}

/** A continued prompt: one user message, perhaps after a system message. */
function prompt(can: Expressible): fc.Arbitrary<ChatMessage[]> {
  return fc.tuple(systemMessages(can), userMessage(can)).map(([system, user]) => [...system, user]);
}

/** User and assistant take turns; calls are followed by their results. */
function conversation(can: Expressible): fc.Arbitrary<ChatMessage[]> {
  const turn = fc
    .tuple(
      can.system === undefined || can.system === 'anywhere' ? systemMessages(can) : fc.constant([]),
      userMessage(can),
      assistantTurn(can),
    )
    .map(([system, user, answer]) => [...system, user, ...answer]);
  return fc
    .tuple(systemMessages(can), fc.array(turn, { maxLength: 3 }), userMessage(can))
    .map(([system, turns, last]) => [...system, ...turns.flat(), last]);
}

function systemMessages(can: Expressible): fc.Arbitrary<ChatMessage[]> {
  const message = texts(can.maxTexts).map((parts): ChatMessage => ({ role: 'system', parts }));
  return fc.array(message, { maxLength: can.system === 'none' ? 0 : 1 });
}

function userMessage(can: Expressible): fc.Arbitrary<ChatMessage> {
  const images = imageParts(can.images ?? [], 2);
  const opaque = can.opaque === undefined ? fc.constant([]) : fc.array(can.opaque, { maxLength: 1 });
  const parts = fc
    .tuple(texts(can.maxTexts), images, opaque, fc.boolean())
    .map(([said, seen, other, imagesFirst]): ChatPart[] =>
      imagesFirst && can.textsFirst !== true ? [...seen, ...said, ...other] : [...said, ...seen, ...other],
    );
  return parts.map((each) => ({ role: 'user', parts: each }));
}

/** An assistant message and, when it calls tools, the results. */
function assistantTurn(can: Expressible): fc.Arbitrary<ChatMessage[]> {
  const calls = can.tools === undefined ? fc.constant<ToolCallPart[]>([]) : toolCalls();
  return fc
    .tuple(thinkingParts(can), texts(can.maxTexts), calls)
    .chain(([thought, said, called]) =>
      toolResults(can.tools, called).map((results): ChatMessage[] => [
        { role: 'assistant', parts: [...thought, ...said, ...called] },
        ...results,
      ]),
    );
}

function thinkingParts(can: Expressible): fc.Arbitrary<ChatPart[]> {
  if (can.thinking === undefined) return fc.constant([]);
  const type = fc.constant('thinking' as const);
  const signature = fc.base64String({ minLength: 4, maxLength: 20 });
  const plain = fc.record({ type, text });
  const signed = fc.record({ type, text, signature });
  const redacted = fc.record({ type: fc.constant('redacted_thinking' as const), data: signature });
  const kinds = { plain, signed, signed_or_redacted: fc.oneof(signed, redacted) };
  return fc.array<ChatPart>(kinds[can.thinking], { maxLength: 1 });
}

function toolCalls(): fc.Arbitrary<ToolCallPart[]> {
  const call = fc.record({
    type: fc.constant('tool_call' as const),
    id: fc.stringMatching(/^call_[a-z0-9]{6}$/),
    name: word,
    arguments: jsonObject,
  });
  return fc.uniqueArray(call, { maxLength: 2, selector: (each) => each.id });
}

function toolResults(talk: ToolTalk | undefined, calls: ToolCallPart[]): fc.Arbitrary<ChatMessage[]> {
  if (talk === undefined || calls.length === 0) return fc.constant([]);
  const content = fc
    .tuple(texts(talk.maxTexts), imageParts(talk.images ?? [], 1))
    .map(([said, seen]) => [...said, ...seen]);
  const results = calls.map((call) =>
    fc.tuple(content, fc.boolean()).map(([parts, failed]): ChatPart => {
      const name = talk.named === true ? { name: call.name } : {};
      const isError = talk.errors === true && failed ? { isError: true } : {};
      return { type: 'tool_result', callId: call.id, ...name, content: parts, ...isError };
    }),
  );
  return fc
    .tuple(...results)
    .map((parts): ChatMessage[] =>
      talk.results === 'together'
        ? [{ role: 'tool', parts }]
        : parts.map((part): ChatMessage => ({ role: 'tool', parts: [part] })),
    );
}

function texts(maximum = 1): fc.Arbitrary<TextPart[]> {
  return fc.array(
    text.map((each): TextPart => ({ type: 'text', text: each })),
    { minLength: 1, maxLength: maximum },
  );
}

function imageParts(kinds: readonly ImageKind[], maximum: number): fc.Arbitrary<ImagePart[]> {
  if (kinds.length === 0) return fc.constant([]);
  const source = fc.oneof(...kinds.map((kind) => imageSources[kind]));
  return fc.array(
    source.map((each): ImagePart => ({ type: 'image', source: each })),
    { maxLength: maximum },
  );
}

const base64 = fc.base64String({ minLength: 4, maxLength: 24 });
const mediaType = fc.constantFrom('image/png', 'image/jpeg', 'image/webp', 'image/gif');

const imageSources: Record<ImageKind, fc.Arbitrary<ImageSource>> = {
  bare: base64.map((data) => ({ kind: 'base64', data })),
  typed: fc.tuple(base64, mediaType).map(([data, type]) => ({ kind: 'base64', data, mediaType: type })),
  url: fc.webUrl().map((url) => ({ kind: 'url', url })),
};
