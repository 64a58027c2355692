import type { FinishReason, TokenUsage } from '../chat-event.ts';
import type { ChatRequest, OutputFormat, ToolDefinition } from '../chat-request.ts';
import type { Failure, FailureCode } from '../failure.ts';
import type { ReplyContext } from '../format.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { printResponseUsage } from './response-usage.ts';

/** Where an answer stands. */
export type ResponseState =
  | { status: 'in_progress' }
  | { status: 'ended'; reason: FinishReason; usage: TokenUsage; output: JsonObject[] }
  | { status: 'failed'; failure: Failure; output: JsonObject[] };

/** The `response` object, as events carry it and as a whole answer is one. It repeats what was asked for. */
export function printResponse(reply: ReplyContext, state: ResponseState): JsonObject {
  const { request } = reply;
  const metadata = request.extra?.protocol === 'openai' ? request.extra.fields.metadata : undefined;
  const printed: JsonObject = {
    id: `resp_${reply.id}`,
    object: 'response',
    created_at: Math.floor(reply.createdAtMs / 1000),
    status: 'in_progress',
    error: null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: request.maxOutputTokens ?? null,
    model: reply.model,
    output: [],
    parallel_tool_calls: request.parallelToolCalls ?? true,
    previous_response_id: null,
    reasoning: { effort: effortOf(request), summary: null },
    store: false,
    temperature: request.temperature ?? null,
    text: { format: printFormat(request.output) },
    tool_choice: printToolChoice(request),
    tools: (request.tools ?? []).map(printTool),
    top_p: request.topP ?? null,
    truncation: 'disabled',
    metadata: isJsonObject(metadata) ? metadata : {},
  };
  return { ...printed, ...printState(state) };
}

function printState(state: ResponseState): JsonObject {
  switch (state.status) {
    case 'in_progress':
      return {};
    case 'failed':
      return { status: 'failed', error: printResponseError(state.failure), output: state.output };
    case 'ended': {
      const { output, reason } = state;
      const cut = incompleteReason(reason);
      const usage = printResponseUsage(state.usage);
      const end =
        cut === null ? { status: 'completed' } : { status: 'incomplete', incomplete_details: { reason: cut } };
      return usage === null ? { ...end, output } : { ...end, output, usage };
    }
  }
}

/** Why an answer is not whole; null when it is. */
export function incompleteReason(reason: FinishReason): string | null {
  if (reason === 'length' || reason === 'context_length') return 'max_output_tokens';
  return reason === 'content_filter' ? 'content_filter' : null;
}

const ERROR_CODES: Partial<Record<FailureCode, string>> = {
  rate_limited: 'rate_limit_exceeded',
  invalid_request: 'invalid_prompt',
  unsupported_feature: 'invalid_prompt',
  context_too_long: 'invalid_prompt',
};

/** `response.error`: the format knows few codes. */
export function printResponseError(failure: Failure): JsonObject {
  return { code: ERROR_CODES[failure.code] ?? 'server_error', message: failure.message };
}

function effortOf({ reasoning }: ChatRequest): string | null {
  return reasoning?.enabled === false ? 'none' : (reasoning?.effort ?? null);
}

function printFormat(output: OutputFormat | undefined): JsonObject {
  if (output === undefined) return { type: 'text' };
  if (output.type === 'json') return { type: 'json_object' };
  const { name, schema, strict } = output;
  return { type: 'json_schema', name: name ?? 'response', schema, strict: strict ?? null };
}

function printToolChoice({ toolChoice }: ChatRequest): JsonValue {
  if (toolChoice === undefined) return 'auto';
  return toolChoice.type === 'tool' ? { type: 'function', name: toolChoice.name } : toolChoice.type;
}

function printTool({ name, description, parameters, strict }: ToolDefinition): JsonObject {
  const tool = { type: 'function', name, parameters: parameters ?? null, strict: strict ?? null };
  return description === undefined ? tool : { ...tool, description };
}
