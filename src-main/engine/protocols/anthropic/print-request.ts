import type { ChatRequest } from '../chat-request.ts';
import type { PrintedRequest, PrintTarget } from '../format.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { printMessages } from './print-messages.ts';
import { printReasoning } from './print-reasoning.ts';
import { printSampling } from './print-sampling.ts';
import { printTools } from './print-tools.ts';

/** Anthropic has no JSON mode without a schema, and a schema for "any object" allows only the empty one: so in words. */
const JSON_INSTRUCTION = 'Answer with a single valid JSON object and nothing else: no prose and no code fence.';

/** The body of `POST /v1/messages` for API version 2023-06-01, valid for later ones when the target takes no sampling. */
export function printMessagesRequest(request: ChatRequest, target: PrintTarget): PrintedRequest {
  const adjusted: string[] = [];
  const extra = extraFields(request, adjusted);
  const maxTokens = request.maxOutputTokens ?? target.defaultMaxOutputTokens;
  const reasoning = printReasoning(request, { target, maxTokens, adjusted });
  const { system, messages } = printMessages(request.messages);
  const body: JsonObject = {
    ...extra.fields,
    model: target.model,
    max_tokens: maxTokens,
    ...printSystem(system, request, adjusted),
    messages,
    stream: request.stream,
    ...printTools(request, extra.serverTools, adjusted),
    ...printSampling(request, { takesSampling: target.takesSampling, isThinking: reasoning.isOn, adjusted }),
  };
  if (reasoning.thinking !== undefined) body.thinking = reasoning.thinking;
  const outputConfig = printOutputConfig(request, reasoning.effort);
  if (outputConfig !== undefined) body.output_config = outputConfig;
  if (request.user !== undefined) body.metadata = { ...objectOf(extra.fields.metadata), user_id: request.user };
  if (request.mode === 'completion') adjusted.push('the prompt was sent as a user message: Anthropic only chats');
  return { path: '/messages', body, adjusted };
}

/** Fields of the same protocol travel; fields of another are named. */
function extraFields(request: ChatRequest, adjusted: string[]): { fields: JsonObject; serverTools: JsonObject[] } {
  const { extra } = request;
  if (extra === undefined) return { fields: {}, serverTools: [] };
  if (extra.protocol !== 'anthropic') {
    adjusted.push(`left out, because only ${extra.protocol} understands it: ${Object.keys(extra.fields).join(', ')}`);
    return { fields: {}, serverTools: [] };
  }
  const { tools, ...fields } = extra.fields;
  return { fields, serverTools: Array.isArray(tools) ? tools.filter(isJsonObject) : [] };
}

function printSystem(system: JsonValue | undefined, request: ChatRequest, adjusted: string[]): JsonObject {
  if (request.output?.type !== 'json') return system === undefined ? {} : { system };
  adjusted.push('JSON output was asked for in the system prompt: Anthropic has no JSON mode without a schema');
  const blocks = typeof system === 'string' ? [{ type: 'text', text: system }] : Array.isArray(system) ? system : [];
  return { system: [...blocks, { type: 'text', text: JSON_INSTRUCTION }] };
}

function printOutputConfig(request: ChatRequest, effort: string | undefined): JsonObject | undefined {
  const config: JsonObject = {};
  if (effort !== undefined) config.effort = effort;
  if (request.output?.type === 'json_schema') {
    config.format = { type: 'json_schema', schema: request.output.schema };
  }
  return Object.keys(config).length === 0 ? undefined : config;
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
