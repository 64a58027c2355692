import { isJsonObject, type JsonObject, type JsonValue } from '../engine/protocols/json.ts';
import type { DemoRequest, SurfaceName } from './demo-request.ts';
import { objectsIn, readText } from './engine-prompt.ts';

/** What an answer, or one event of a stream, says. Absent: nothing of that kind. */
export interface Said {
  text?: string;
  /** Name of a tool that is called. */
  tool?: string;
  /** A piece of its arguments, in JSON. */
  toolArguments?: string;
  inputTokens?: number;
  outputTokens?: number;
  /** An error that came in-band, or instead of the answer. */
  error?: string;
}

/** How one surface is asked and read: only what the demo needs of it. */
export interface Surface {
  path: string;
  toBody(request: DemoRequest): JsonObject;
  readWhole(body: JsonObject): Said[];
  readEvent(event: JsonObject): Said[];
}

export const SURFACES: Readonly<Record<SurfaceName, Surface>> = {
  OpenAI: {
    path: '/v1/chat/completions',
    toBody: ({ model, question, stream, tool, schema, maxTokens }) => ({
      model,
      messages: [{ role: 'user', content: question }],
      stream,
      ...(maxTokens === undefined ? {} : { max_completion_tokens: maxTokens }),
      ...(stream ? { stream_options: { include_usage: true } } : {}),
      ...(tool === undefined ? {} : { tools: [{ type: 'function', function: { ...tool } }] }),
      ...(schema === undefined
        ? {}
        : { response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } } }),
    }),
    readWhole: (body) => [...readChoice(dig(body, 'choices', 0, 'message')), ...readUsage(body.usage)],
    readEvent: (event) => [...readChoice(dig(event, 'choices', 0, 'delta')), ...readUsage(event.usage)],
  },
  Responses: {
    path: '/v1/responses',
    toBody: ({ model, question, stream }) => ({ model, input: question, stream }),
    readWhole: (body) => [
      ...objectsIn(body.output).flatMap((item) =>
        objectsIn(item.content).map((part) => ({ text: readText(part.text) })),
      ),
      ...readUsage(body.usage),
    ],
    readEvent: (event) => {
      if (event.type === 'response.output_text.delta') return [{ text: readText(event.delta) }];
      return readUsage(dig(event, 'response', 'usage'));
    },
  },
  Anthropic: {
    path: '/v1/messages',
    toBody: ({ model, question, stream, tool }) => ({
      model,
      max_tokens: 256,
      messages: [{ role: 'user', content: question }],
      stream,
      ...(tool === undefined
        ? {}
        : { tools: [{ name: tool.name, description: tool.description, input_schema: tool.parameters }] }),
    }),
    readWhole: (body) => [
      ...objectsIn(body.content).flatMap((block) => readBlock(block)),
      ...objectsIn(body.content)
        .filter((block) => block.type === 'tool_use')
        .map((block) => ({ toolArguments: JSON.stringify(block.input) })),
      ...readUsage(body.usage),
    ],
    readEvent: (event) => [
      ...readBlock(event.content_block),
      ...readBlock(event.delta),
      ...readUsage(dig(event, 'message', 'usage')),
      ...readUsage(event.usage),
    ],
  },
  Ollama: {
    path: '/api/chat',
    toBody: ({ model, question, stream }) => ({ model, messages: [{ role: 'user', content: question }], stream }),
    readWhole: readOllama,
    readEvent: readOllama,
  },
};

/** The error's sentence in any surface's form; null when there is none. */
export function readError(body: JsonObject): string | null {
  const error = body.error ?? dig(body, 'response', 'error');
  if (typeof error === 'string') return error;
  return isJsonObject(error) ? readText(error.message) : null;
}

/** Follows names and positions into a JSON value. */
function dig(value: JsonValue | undefined, ...steps: (string | number)[]): JsonValue | undefined {
  let at = value;
  for (const step of steps) {
    if (typeof step === 'number') at = Array.isArray(at) ? at[step] : undefined;
    else at = isJsonObject(at) ? at[step] : undefined;
  }
  return at;
}

function readChoice(message: JsonValue | undefined): Said[] {
  if (!isJsonObject(message)) return [];
  const calls = objectsIn(message.tool_calls).map(({ function: called }) => ({
    ...(typeof dig(called, 'name') === 'string' ? { tool: readText(dig(called, 'name')) } : {}),
    toolArguments: readText(dig(called, 'arguments')),
  }));
  return [{ text: readText(message.content) }, ...calls];
}

function readBlock(block: JsonValue | undefined): Said[] {
  if (!isJsonObject(block)) return [];
  if (block.type === 'tool_use') return [{ tool: readText(block.name) }];
  if (block.type === 'input_json_delta') return [{ toolArguments: readText(block.partial_json) }];
  return block.type === 'text' || block.type === 'text_delta' ? [{ text: readText(block.text) }] : [];
}

function readOllama(body: JsonObject): Said[] {
  const usage = { input_tokens: body.prompt_eval_count, output_tokens: body.eval_count };
  return [{ text: readText(dig(body, 'message', 'content')) }, ...(body.done === true ? readUsage(usage) : [])];
}

/** Tokens under OpenAI's or Anthropic's names. The latter tells them in parts, the last of which counts. */
function readUsage(usage: JsonValue | undefined): Said[] {
  if (!isJsonObject(usage)) return [];
  const input = usage.prompt_tokens ?? usage.input_tokens;
  const output = usage.completion_tokens ?? usage.output_tokens;
  return [
    {
      ...(typeof input === 'number' ? { inputTokens: input } : {}),
      ...(typeof output === 'number' ? { outputTokens: output } : {}),
    },
  ];
}
