import { readSigns } from '../../../learning/read-signs.ts';
import type { AnswerSigns } from '../../../learning/answer-signs.ts';
import type { ChatRequest } from '../../../protocols/chat-request.ts';
import { readProfile } from '../../../routing/read-profile.ts';
import { bad, good, undecided, type Answer, type Comparison } from './answer-of.ts';
import { compareChoices } from './compare-choices.ts';
import { compareCode } from './compare-code.ts';
import { differenceOf, parseJsonAnswer } from './compare-json.ts';
import { compareNumbers } from './compare-numbers.ts';
import { compareToolCalls } from './compare-tool-calls.ts';
import { isSameText } from './normalise-text.ts';

/** Signs that make an answer useless whatever it says, in the order of telling. */
const FAULTS: readonly (readonly [keyof AnswerSigns, string])[] = [
  ['empty', 'it said nothing'],
  ['invalidJson', 'it is not the JSON that was asked for'],
  ['invalidToolCall', 'it calls a tool as the tool cannot be called'],
  ['refusal', 'it refused'],
  ['truncated', 'it broke off'],
];

/** What makes an accepted answer no measure for others; null: it is one. */
export function whyNoMeasure(request: ChatRequest, accepted: Answer): string | null {
  return faultOf(request, accepted);
}

/**
 * Whether the local answer would have done as well as the accepted one, as far as that can be told without opinion: faults
 * that anybody can see, then the same call, JSON, choice, number, code or words. Says `undecided` wherever it is not certain.
 */
export function compareAnswers(pair: { request: ChatRequest; accepted: Answer; local: Answer }): Comparison {
  const { request, accepted, local } = pair;
  const fault = faultOf(request, local);
  if (fault !== null) return bad(fault);
  if (accepted.toolCalls.length > 0 || local.toolCalls.length > 0) {
    return compareToolCalls({ accepted: accepted.toolCalls, local: local.toolCalls });
  }
  const texts = { accepted: accepted.text, local: local.text };
  if (request.output !== undefined) return compareOutputs(texts);
  if (texts.accepted.includes('```')) return compareCode(texts);
  if (isSameText(texts.accepted, texts.local)) return good('it said the same');
  const question = readProfile(request, 0).text;
  const choice = compareChoices(question, texts);
  return choice.verdict === 'undecided' ? compareNumbers(question, texts) : choice;
}

function faultOf(request: ChatRequest, answer: Answer): string | null {
  const signs = readSigns(answer, request);
  return FAULTS.find(([sign]) => signs[sign] === true)?.[1] ?? null;
}

/** Both parse by now, or are too long to look at. */
function compareOutputs(texts: { accepted: string; local: string }): Comparison {
  const accepted = parseJsonAnswer(texts.accepted);
  const local = parseJsonAnswer(texts.local);
  if (accepted === null || local === null) return undecided('the JSON cannot be read here');
  const difference = differenceOf(accepted.value, local.value);
  if (difference === 'none') return good('it gave the same values');
  return difference === 'fact' ? bad('it gave other values') : undecided('it gave the same fields in other words');
}
