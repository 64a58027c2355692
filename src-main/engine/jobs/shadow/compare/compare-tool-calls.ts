import type { ToolCallPart } from '../../../protocols/chat-request.ts';
import { bad, good, undecided, type Comparison } from './answer-of.ts';
import { differenceOf } from './compare-json.ts';

/**
 * Conclusive where the same tools are called: with the same arguments, in any order of calls, it is as good; with other
 * numbers, flags or fields it is not. Another tool, or words instead of a call, may be another good way.
 */
export function compareToolCalls(calls: {
  accepted: readonly ToolCallPart[];
  local: readonly ToolCallPart[];
}): Comparison {
  const accepted = inOrder(calls.accepted);
  const local = inOrder(calls.local);
  if (accepted.length === 0 || local.length === 0) return undecided('only one of them calls a tool');
  if (!isEqual(accepted.map(nameOf), local.map(nameOf))) return undecided('it calls other tools');
  const differences = accepted.map((call, at) => differenceOf(call.arguments, local[at]?.arguments));
  if (differences.includes('fact')) {
    // Of several calls of one tool it is not certain which belongs to which.
    if (new Set(accepted.map(nameOf)).size < accepted.length)
      return undecided('it calls the tools with other arguments');
    return bad('it calls the same tool with other arguments');
  }
  return differences.includes('wording')
    ? undecided('it calls the same tool in other words')
    : good('it calls the same tool with the same arguments');
}

function inOrder(calls: readonly ToolCallPart[]): ToolCallPart[] {
  const keyOf = (call: ToolCallPart) => `${call.name} ${JSON.stringify(call.arguments)}`;
  return calls.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

function nameOf({ name }: ToolCallPart): string {
  return name;
}

function isEqual(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name, at) => name === other[at]);
}
