import type { ChatRequest, ReasoningEffort } from '../chat-request.ts';
import type { PrintTarget } from '../format.ts';
import type { JsonObject } from '../json.ts';
import { realSignature } from './unsigned-thinking.ts';

/** Thinking tokens for each effort, for models that take a budget. The least that Anthropic accepts is 1,024. */
const BUDGET_TOKENS: Readonly<Record<ReasoningEffort, number>> = {
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 16_384,
  xhigh: 24_576,
  max: 32_768,
};
const LEAST_BUDGET_TOKENS = 1024;
/** A budget counts towards max_tokens; this share of it at most, so that an answer has room. */
const BUDGET_SHARE = 0.8;

export interface PrintedReasoning {
  thinking?: JsonObject;
  effort?: ReasoningEffort;
  /** Thinking is on: sampling parameters cannot be. */
  isOn: boolean;
}

/**
 * How much to think. Models that refuse sampling parameters (`takesSampling: false`) also refuse budgets: they get
 * adaptive thinking and an effort. All others get a budget, from the effort when the client gave none.
 */
export function printReasoning(
  request: ChatRequest,
  options: { target: PrintTarget; maxTokens: number; adjusted: string[] },
): PrintedReasoning {
  const { reasoning } = request;
  if (reasoning === undefined) return { isOn: false };
  if (reasoning.enabled === false) return { thinking: { type: 'disabled' }, isOn: false };
  const obstacle = whyNotThink(request, options.target);
  if (obstacle !== null) {
    options.adjusted.push(`thinking was left out: ${obstacle}`);
    return { isOn: false };
  }
  return options.target.takesSampling ? printBudget(request, options) : printEffort(request, options.adjusted);
}

function whyNotThink(request: ChatRequest, target: PrintTarget): string | null {
  const choice = request.toolChoice?.type;
  if (request.tools !== undefined && (choice === 'required' || choice === 'tool')) {
    return 'this model cannot think when a tool is forced';
  }
  if (target.takesSampling && isToolTurnWithoutThinking(request)) {
    return 'the tool calls it would continue were made without signed thinking';
  }
  return null;
}

/** With a budget, an assistant turn whose tool results come last must open with thinking that Anthropic signed. */
function isToolTurnWithoutThinking(request: ChatRequest): boolean {
  const chat = request.messages.filter((message) => message.role !== 'system');
  if (!chat.at(-1)?.parts.some((part) => part.type === 'tool_result')) return false;
  const turn = chat.findLast((message) => message.role === 'assistant');
  return !turn?.parts.some(
    (part) =>
      part.type === 'redacted_thinking' || (part.type === 'thinking' && realSignature(part.signature) !== undefined),
  );
}

function printBudget(
  request: ChatRequest,
  { maxTokens, adjusted }: { maxTokens: number; adjusted: string[] },
): PrintedReasoning {
  const { budgetTokens, effort } = request.reasoning ?? {};
  const wanted = budgetTokens ?? BUDGET_TOKENS[effort ?? 'medium'];
  const mostForThis = budgetTokens !== undefined && budgetTokens < maxTokens ? budgetTokens : maxTokens * BUDGET_SHARE;
  const budget = Math.max(LEAST_BUDGET_TOKENS, Math.min(wanted, Math.floor(mostForThis)));
  if (budget >= maxTokens) {
    adjusted.push(
      `thinking was left out: it takes ${LEAST_BUDGET_TOKENS} tokens, but the answer may have ${maxTokens}`,
    );
    return { isOn: false };
  }
  if (budgetTokens !== undefined && budget !== budgetTokens) {
    adjusted.push(`the thinking budget of ${budgetTokens} tokens was changed to ${budget}`);
  }
  return { thinking: { type: 'enabled', budget_tokens: budget }, isOn: true };
}

function printEffort(request: ChatRequest, adjusted: string[]): PrintedReasoning {
  const { budgetTokens, effort } = request.reasoning ?? {};
  const thinking = { type: 'adaptive' };
  if (effort === 'minimal') {
    adjusted.push('the reasoning effort "minimal" was sent as "low"');
    return { thinking, effort: 'low', isOn: true };
  }
  if (effort !== undefined) return { thinking, effort, isOn: true };
  if (budgetTokens === undefined) return { thinking, isOn: true };
  const nearest = effortFor(budgetTokens);
  adjusted.push(`the thinking budget of ${budgetTokens} tokens was sent as effort "${nearest}"`);
  return { thinking, effort: nearest, isOn: true };
}

/** The least effort that gives the budget. */
function effortFor(budgetTokens: number): ReasoningEffort {
  const efforts: ReasoningEffort[] = ['low', 'medium', 'high', 'xhigh'];
  return efforts.find((effort) => BUDGET_TOKENS[effort] >= budgetTokens) ?? 'max';
}
