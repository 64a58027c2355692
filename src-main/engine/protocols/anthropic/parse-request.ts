import type { ChatRequest, OutputFormat, Reasoning, ReasoningEffort, ToolDefinition } from '../chat-request.ts';
import { InvalidRequest } from '../failure.ts';
import { Fields, mismatch } from '../fields.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import { omitUndefined } from '../omit-undefined.ts';
import { parseMessages } from './parse-messages.ts';

const EFFORTS: readonly ReasoningEffort[] = ['low', 'medium', 'high', 'xhigh', 'max'];

/**
 * `POST /v1/messages`. Words that are newer than this code (thinking modes, efforts, tool choices) and server tools go
 * into `extra`. `cache_control` and other marks on blocks are not kept: they mean something to Anthropic only, and an
 * Anthropic upstream gets the client's own bytes.
 */
export function parseMessagesRequest(body: JsonObject): ChatRequest {
  const maxOutputTokens = new Fields(body).integer('max_tokens');
  if (maxOutputTokens === undefined || maxOutputTokens < 0) {
    throw mismatch('max_tokens', 'a whole number of tokens, 0 or more', maxOutputTokens);
  }
  return parseCountTokensRequest(body);
}

/** `POST /v1/messages/count_tokens`: the same body, of which only the prompt matters; `max_tokens` may be missing. */
export function parseCountTokensRequest(body: JsonObject): ChatRequest {
  const fields = new Fields(body);
  const unknown: JsonObject = {};
  const known = {
    model: fields.requiredString('model'),
    mode: 'chat' as const,
    messages: parseMessages(fields),
    stream: fields.boolean('stream') ?? false,
  };
  const optional = {
    tools: parseTools(fields, unknown),
    ...parseToolChoice(fields, unknown),
    maxOutputTokens: fields.integer('max_tokens'),
    stop: fields.strings('stop_sequences'),
    temperature: fields.number('temperature'),
    topP: fields.number('top_p'),
    topK: fields.integer('top_k'),
    output: parseOutput(fields, unknown),
    reasoning: parseReasoning(fields, unknown),
    user: parseUser(fields, unknown),
  };
  const extra = { ...fields.rest(), ...unknown };
  const kept = Object.keys(extra).length === 0 ? undefined : { protocol: 'anthropic' as const, fields: extra };
  return { ...known, ...omitUndefined({ ...optional, extra: kept }) };
}

/** Tools that the client runs. Those of another `type` run at Anthropic. */
function parseTools(fields: Fields, unknown: JsonObject): ToolDefinition[] | undefined {
  const server: JsonObject[] = [];
  const custom: ToolDefinition[] = [];
  fields.array('tools')?.forEach((value, index) => {
    const tool = Fields.of(value, `tools[${index}]`);
    if (isJsonObject(value) && (tool.string('type') ?? 'custom') !== 'custom') server.push(value);
    else custom.push(parseTool(tool));
  });
  if (server.length > 0) unknown.tools = server;
  return custom.length === 0 ? undefined : custom;
}

function parseTool(tool: Fields): ToolDefinition {
  const { description, parameters, strict } = {
    description: tool.string('description'),
    parameters: tool.object('input_schema'),
    strict: tool.boolean('strict'),
  };
  return { name: tool.requiredString('name'), ...omitUndefined({ description, parameters, strict }) };
}

function parseToolChoice(fields: Fields, unknown: JsonObject): Pick<ChatRequest, 'toolChoice' | 'parallelToolCalls'> {
  const value = fields.object('tool_choice');
  if (value === undefined) return {};
  const choice = new Fields(value, 'tool_choice');
  const serial = choice.boolean('disable_parallel_tool_use');
  const parallel = serial === undefined ? {} : { parallelToolCalls: !serial };
  const type = choice.requiredString('type');
  switch (type) {
    case 'auto':
    case 'none':
      return { toolChoice: { type }, ...parallel };
    case 'any':
      return { toolChoice: { type: 'required' }, ...parallel };
    case 'tool':
      return { toolChoice: { type, name: choice.requiredString('name') }, ...parallel };
    default:
      unknown.tool_choice = value;
      return parallel;
  }
}

/** `thinking` and `output_config.effort`. Adaptive and between-tools thinking both mean: on, as the model sees fit. */
function parseReasoning(fields: Fields, unknown: JsonObject): Reasoning | undefined {
  const thinking = fields.object('thinking');
  const effort = parseEffort(fields, unknown);
  if (thinking === undefined) return effort === undefined ? undefined : { effort };
  const config = new Fields(thinking, 'thinking');
  const budgetTokens = config.integer('budget_tokens');
  const type = config.requiredString('type');
  const enabled =
    type === 'disabled' ? false : ['enabled', 'adaptive', 'between_tools'].includes(type) ? true : undefined;
  if (enabled === undefined) unknown.thinking = thinking;
  const reasoning = omitUndefined({ enabled, budgetTokens, effort });
  return Object.keys(reasoning).length === 0 ? undefined : reasoning;
}

function parseEffort(fields: Fields, unknown: JsonObject): ReasoningEffort | undefined {
  const config = fields.object('output_config');
  if (config === undefined) return undefined;
  const word = new Fields(config, 'output_config').string('effort');
  const effort = EFFORTS.find((each) => each === word);
  if (word !== undefined && effort === undefined) unknown.output_config = config;
  return effort;
}

/** `output_config.format`, or `output_format` as it was called before. */
function parseOutput(fields: Fields, unknown: JsonObject): OutputFormat | undefined {
  const older = fields.object('output_format');
  const config = fields.object('output_config');
  const current = config === undefined ? undefined : new Fields(config, 'output_config').object('format');
  const value = current ?? older;
  if (value === undefined) return undefined;
  const format = new Fields(value, current === undefined ? 'output_format' : 'output_config.format');
  if (format.requiredString('type') !== 'json_schema') {
    unknown.output_config = { ...config, format: value };
    return undefined;
  }
  const schema = format.object('schema');
  if (schema === undefined) throw new InvalidRequest(`${format.path('schema')} is missing: it must be an object.`);
  return { type: 'json_schema', schema };
}

function parseUser(fields: Fields, unknown: JsonObject): string | undefined {
  const value = fields.object('metadata');
  if (value === undefined) return undefined;
  const metadata = new Fields(value, 'metadata');
  const user = metadata.string('user_id');
  const rest = metadata.rest();
  if (rest !== undefined) unknown.metadata = rest;
  return user;
}
