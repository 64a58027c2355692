import type { ChatPart, ChatRequest } from '../chat-request.ts';
import type { PrintTarget } from '../format.ts';
import { forcedTools } from './forced-tools.ts';

/** One thing Ollama has no word for but an answer can do without, and how to tell that a request holds it. */
interface Adjustment {
  text: string;
  applies(request: ChatRequest, target: PrintTarget): boolean;
}

const ADJUSTMENTS: Adjustment[] = [
  {
    text: 'tool_choice is enforced by constrained decoding',
    applies: (request) => forcedTools(request) !== null,
  },
  {
    text: 'output format left out because a tool call is required',
    applies: (request) => forcedTools(request) !== null && request.output !== undefined,
  },
  {
    text: 'strict tool arguments are not enforced',
    applies: (request) => forcedTools(request) === null && (request.tools ?? []).some((tool) => tool.strict === true),
  },
  { text: 'thinking budget left out', applies: ({ reasoning }) => reasoning?.budgetTokens !== undefined },
  { text: 'redacted thinking left out', applies: hasPart((part) => part.type === 'redacted_thinking') },
  {
    text: 'error mark of tool results left out',
    applies: hasPart((part) => part.type === 'tool_result' && part.isError === true),
  },
  { text: 'user left out', applies: (request) => request.user !== undefined },
  {
    text: 'temperature, top_p and top_k left out',
    applies: ({ temperature, topP, topK }, target) =>
      !target.takesSampling && (temperature ?? topP ?? topK) !== undefined,
  },
];

/** What of a request is left out or changed for Ollama, in words. */
export function findAdjustments(request: ChatRequest, target: PrintTarget): string[] {
  const found = ADJUSTMENTS.filter((each) => each.applies(request, target)).map((each) => each.text);
  const { extra } = request;
  if (extra !== undefined && extra.protocol !== 'ollama') {
    found.push(`${extra.protocol} fields left out: ${Object.keys(extra.fields).join(', ')}`);
  }
  return found;
}

function hasPart(test: (part: ChatPart) => boolean): (request: ChatRequest) => boolean {
  return (request) => request.messages.some((message) => message.parts.some(test));
}
