import type { ChatMessage, ChatRequest, OutputFormat, Reasoning, ReasoningEffort } from '../chat-request.ts';
import { Fields, mismatch } from '../fields.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import { omitUndefined } from '../omit-undefined.ts';
import { parseInput } from './parse-input.ts';
import { parseTools } from './parse-tools.ts';
import { lookUp } from '../look-up.ts';

/** Hints and bookkeeping that only a Responses server acts on; others lose nothing by not seeing them. */
const HINTS = ['prompt_cache_key', 'prompt_cache_retention', 'prompt_cache_options', 'stream_options', 'store'];

/** What an answer cannot do without, and what no stateless server has. Each makes a request that is not translated. */
const STATE = ['previous_response_id', 'conversation', 'prompt', 'background'];

/**
 * `POST /v1/responses`. A native server gets the client's own bytes; this is the form for all others. What they cannot
 * do without the server's state (`previous_response_id`, `conversation`, a stored `prompt`, `background`, a forced
 * hosted tool) becomes an opaque part that every translation refuses. Other fields without a name go into `extra`,
 * skipped input items under `input`; hosted tools (`web_search`, `namespace`, `custom`…) are left out.
 */
export function parseResponsesRequest(body: JsonObject): ChatRequest {
  const fields = new Fields(body);
  const { messages, skipped } = parseInput(fields.take('input'));
  const instructions = fields.string('instructions');
  const { tools, toolChoice, hostedChoice } = parseTools(fields);
  const text = new Fields(fields.object('text') ?? {}, 'text');
  const include = fields.array('include') ?? [];
  const topLogprobs = fields.integer('top_logprobs') ?? 0;
  for (const name of HINTS) fields.take(name);
  const user = fields.string('user') ?? fields.string('safety_identifier');
  const known = {
    model: fields.requiredString('model'),
    mode: 'chat' as const,
    messages: [...refusals(fields, hostedChoice), ...instructionMessage(instructions), ...messages],
    stream: fields.boolean('stream') ?? false,
  };
  const optional = {
    tools,
    toolChoice,
    parallelToolCalls: fields.boolean('parallel_tool_calls'),
    maxOutputTokens: fields.integer('max_output_tokens'),
    temperature: fields.number('temperature'),
    topP: fields.number('top_p'),
    output: parseOutput(text),
    reasoning: parseReasoning(fields),
    logprobs: include.includes('message.output_text.logprobs') ? { top: topLogprobs } : undefined,
    user,
  };
  return { ...known, ...omitUndefined({ ...optional, extra: toExtra(fields, text, skipped) }) };
}

function instructionMessage(instructions: string | undefined): ChatMessage[] {
  return instructions === undefined ? [] : [{ role: 'system', parts: [{ type: 'text', text: instructions }] }];
}

function refusals(fields: Fields, hostedChoice: JsonObject | undefined): ChatMessage[] {
  const parts: ChatMessage['parts'] = [];
  for (const kind of STATE) {
    const value = fields.take(kind);
    if (value === undefined || value === false) continue;
    parts.push({ type: 'opaque', protocol: 'openai', kind, value: { [kind]: value } });
  }
  if (hostedChoice !== undefined) {
    parts.push({ type: 'opaque', protocol: 'openai', kind: 'tool_choice', value: { tool_choice: hostedChoice } });
  }
  return parts.length === 0 ? [] : [{ role: 'system', parts }];
}

function parseOutput(text: Fields): OutputFormat | undefined {
  const value = text.object('format');
  if (value === undefined) return undefined;
  const format = new Fields(value, 'text.format');
  switch (format.oneOf('type', ['text', 'json_object', 'json_schema'])) {
    case undefined:
      throw mismatch('text.format.type', 'one of "text", "json_object", "json_schema"', undefined);
    case 'text':
      return undefined;
    case 'json_object':
      return { type: 'json' };
    case 'json_schema': {
      const schema = format.object('schema');
      if (schema === undefined) throw mismatch('text.format.schema', 'a JSON schema', undefined);
      const { name, description, strict } = {
        name: format.string('name'),
        description: format.string('description'),
        strict: format.boolean('strict'),
      };
      return { type: 'json_schema', schema, ...omitUndefined({ name, description, strict }) };
    }
  }
}

const EFFORTS: Readonly<Record<string, ReasoningEffort>> = {
  minimal: 'minimal',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'xhigh',
  max: 'max',
  ultra: 'max',
};

/** Words that are newer than this code leave the effort to the model. */
function parseReasoning(fields: Fields): Reasoning | undefined {
  const value = fields.object('reasoning');
  if (value === undefined) return undefined;
  const word = new Fields(value, 'reasoning').string('effort');
  if (word === 'none') return { enabled: false };
  const effort = word === undefined ? undefined : lookUp(EFFORTS, word);
  return effort === undefined ? undefined : { effort };
}

function toExtra(fields: Fields, text: Fields, skipped: JsonObject[]): ChatRequest['extra'] {
  const rest: JsonObject = { ...fields.rest() };
  const verbosity = text.string('verbosity');
  if (verbosity !== undefined) rest.verbosity = verbosity;
  if (skipped.length > 0) rest.input = skipped;
  if (isJsonObject(rest.metadata) && Object.keys(rest.metadata).length === 0) delete rest.metadata;
  return Object.keys(rest).length === 0 ? undefined : { protocol: 'openai', fields: rest };
}
