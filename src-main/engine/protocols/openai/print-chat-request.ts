import type { ChatRequest, OutputFormat, Reasoning, ToolChoice, ToolDefinition } from '../chat-request.ts';
import type { PrintedRequest, PrintTarget } from '../format.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { isServedByOpenAi, refusesReasoningEffort, wantsMaxCompletionTokens } from './model-traits.ts';
import { printMessages } from './print-messages.ts';

/** Content parts that chat servers know beside text and images. */
const PART_KINDS = new Set(['input_audio', 'file', 'video_url', 'audio_url']);

/** Fields of the other OpenAI formats that mean nothing here and would be refused. */
const FOREIGN_EXTRA = new Set(
  (
    'echo best_of include previous_response_id conversation truncation background max_tool_calls prompt text ' +
    'instructions input client_metadata context_management'
  ).split(' '),
);

/** Hints to OpenAI's own service that do not change the answer; strict servers refuse what they do not know. */
const OPENAI_HINTS = new Set(
  'store metadata service_tier prompt_cache_key prompt_cache_retention safety_identifier verbosity'.split(' '),
);

/** Our fields that the protocol has no word for; local servers know some, but the strict clouds refuse them. */
const WORDLESS = {
  topK: 'top_k',
  minP: 'min_p',
  repeatPenalty: 'repeat_penalty',
  keepAlive: 'keep_alive',
  contextTokens: 'num_ctx',
} as const satisfies Partial<Record<keyof ChatRequest, string>>;

/** What may not be left out and cannot be said. Alternatives could be asked for, but our answers carry only one. */
export function listUnsupported(request: ChatRequest): string[] {
  const found: string[] = [];
  if (request.choices !== undefined) found.push(`${request.choices} alternative answers (n)`);
  if (request.suffix !== undefined) found.push('fill in the middle (suffix)');
  const kinds = new Set<string>();
  for (const { parts } of request.messages) {
    for (const part of parts) {
      if (part.type === 'opaque' && !(part.protocol === 'openai' && PART_KINDS.has(part.kind))) kinds.add(part.kind);
    }
  }
  return [...found, ...[...kinds].map((kind) => `content of type "${kind}"`)];
}

/** Prints the body of `POST /chat/completions`. Keys that hold undefined are absent once it is serialized. */
export function printChatRequest(request: ChatRequest, target: PrintTarget): PrintedRequest {
  const adjusted = new Set<string>();
  const { model } = target;
  for (const [field, word] of Object.entries(WORDLESS) as [keyof typeof WORDLESS, string][]) {
    if (request[field] !== undefined) adjusted.add(`${word} (the OpenAI protocol has no such field)`);
  }
  const body: JsonObject = {
    ...printExtra(request, model, adjusted),
    model,
    messages: printMessages({ messages: request.messages, model, adjusted }),
    stream: request.stream ? true : undefined,
    stream_options: request.stream ? { include_usage: true } : undefined,
    [wantsMaxCompletionTokens(model) ? 'max_completion_tokens' : 'max_tokens']: request.maxOutputTokens,
    stop: request.stop,
    ...printSampling(request, target, adjusted),
    n: request.choices,
    logprobs: request.logprobs === undefined ? undefined : true,
    top_logprobs: request.logprobs?.top,
    response_format: printOutput(request.output) ?? extraOf(request, 'response_format'),
    reasoning_effort: printEffort(request.reasoning, model, adjusted) ?? extraOf(request, 'reasoning_effort'),
    user: request.user,
    ...printTools(request, adjusted),
  };
  return { path: '/chat/completions', body: dropUndefined(body), adjusted: [...adjusted] };
}

function printSampling(request: ChatRequest, target: PrintTarget, adjusted: Set<string>): JsonObject {
  const { seed, presencePenalty, frequencyPenalty, temperature, topP } = request;
  const others = { seed, presence_penalty: presencePenalty, frequency_penalty: frequencyPenalty };
  if (target.takesSampling) return { temperature, top_p: topP, ...others };
  if (temperature !== undefined) adjusted.add(`temperature (${target.model} does not take it)`);
  if (topP !== undefined) adjusted.add(`top_p (${target.model} does not take it)`);
  return others;
}

/** `tool_choice` and `parallel_tool_calls` are refused where no tools are. */
function printTools(request: ChatRequest, adjusted: Set<string>): JsonObject {
  const others = extraOf(request, 'tools');
  const tools = [...(request.tools ?? []).map(printTool), ...(Array.isArray(others) ? others : [])];
  const choice = printToolChoice(request.toolChoice) ?? extraOf(request, 'tool_choice');
  const { parallelToolCalls } = request;
  if (tools.length > 0) return { tools, tool_choice: choice, parallel_tool_calls: parallelToolCalls };
  if (choice !== undefined) adjusted.add('tool_choice (there are no tools)');
  if (parallelToolCalls !== undefined) adjusted.add('parallel_tool_calls (there are no tools)');
  return { tool_choice: undefined };
}

function printTool(tool: ToolDefinition): JsonObject {
  const { name, description, parameters, strict } = tool;
  return { type: 'function', function: dropUndefined({ name, description, parameters, strict }) };
}

function printToolChoice(choice: ToolChoice | undefined): JsonValue | undefined {
  return choice?.type === 'tool' ? { type: 'function', function: { name: choice.name } } : choice?.type;
}

function printOutput(output: OutputFormat | undefined): JsonObject | undefined {
  if (output === undefined) return undefined;
  if (output.type === 'json') return { type: 'json_object' };
  const { name = 'response', description, schema, strict } = output;
  return { type: 'json_schema', json_schema: dropUndefined({ name, description, schema, strict }) };
}

/** A thinking budget in tokens becomes the nearest word; "on" without a measure is left to the model. */
function printEffort(reasoning: Reasoning | undefined, model: string, adjusted: Set<string>): string | undefined {
  if (reasoning === undefined) return undefined;
  const { enabled, effort, budgetTokens } = reasoning;
  if (refusesReasoningEffort(model)) {
    if (enabled !== false) adjusted.add(`reasoning_effort (${model} does not take it)`);
    return undefined;
  }
  if (enabled === false) return 'none';
  if (effort === undefined && budgetTokens === undefined) {
    adjusted.add('reasoning (the OpenAI protocol cannot switch it on without an effort)');
    return undefined;
  }
  if (budgetTokens === undefined) return effort;
  const word = effort ?? toEffort(budgetTokens);
  adjusted.add(`thinking budget of ${budgetTokens} tokens (became reasoning_effort "${word}")`);
  return word;
}

/** Anthropic's smallest budget is 1,024 tokens; its documentation calls more than 16,000 a lot. */
function toEffort(budgetTokens: number): string {
  if (budgetTokens <= 2048) return 'low';
  return budgetTokens <= 16_384 ? 'medium' : 'high';
}

function printExtra(request: ChatRequest, model: string, adjusted: Set<string>): JsonObject {
  const { extra } = request;
  if (extra?.protocol !== 'openai') return {};
  const known: JsonObject = {};
  for (const [name, value] of Object.entries(extra.fields)) {
    if (FOREIGN_EXTRA.has(name)) adjusted.add(`${name} (chat completions have no such field)`);
    else if (OPENAI_HINTS.has(name) && !isServedByOpenAi(model))
      adjusted.add(`${name} (a hint for OpenAI's own models)`);
    else known[name] = value;
  }
  return known;
}

function extraOf(request: ChatRequest, name: string): JsonValue | undefined {
  return request.extra?.protocol === 'openai' ? request.extra.fields[name] : undefined;
}

function dropUndefined(body: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}
