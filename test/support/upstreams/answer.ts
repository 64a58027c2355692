import type { FinishReason } from '../../../src-main/engine/protocols/chat-event.ts';
import type { JsonObject } from '../../../src-main/engine/protocols/json.ts';
import { Gate } from './gate.ts';
import type { Problem } from './problem.ts';

/** Text in pieces; each piece is one stream event. A gate holds the stream where it stands (a whole answer: its start). */
type Pieces = string | readonly (string | Gate)[];

/** An answer in meaning, which every kind of upstream says in its own words. Thinking comes before text before tools. */
export interface Answer {
  thinking?: Pieces;
  /** Proof of the thinking text (Anthropic only). */
  signature?: string;
  text?: Pieces;
  toolCalls?: readonly AnswerToolCall[];
  /** null: the upstream tells none. Default: 11 in, 7 out. */
  usage?: AnswerUsage | null;
  /** Default: `tool_calls` when there are some, else `stop`. */
  finish?: FinishReason;
  stopSequence?: string;
  /** Instead of its end the stream carries this error; an answer that is not streamed becomes the error. */
  fails?: Problem;
  /** Model name that the answer carries. Default: as requested. */
  model?: string;
  /** How OpenAI-style servers name thinking text; the spellings of DeepSeek and of OpenRouter. */
  reasoningField?: 'reasoning_content' | 'reasoning';
  /** How tool calls are numbered: properly, or as some servers do it. */
  toolIndex?: 'rising' | 'zero' | 'missing';
}

export interface AnswerToolCall {
  /** Default: `call_1`, `call_2`… */
  id?: string;
  name: string;
  arguments: JsonObject;
}

/** Tokens, inclusive: `input` contains `cached` and `cacheWrite`, `cacheWrite` contains `cacheWrite1h`, `output` `reasoning`. */
interface AnswerUsage {
  input: number;
  output: number;
  cached?: number;
  cacheWrite?: number;
  cacheWrite1h?: number;
  reasoning?: number;
}

/** What a printer of one wire format gets. */
export interface Reply {
  answer: Answer;
  model: string;
  /** Unique in this upstream. */
  number: number;
  /** The parsed body of the request. */
  asked: JsonObject;
  text: readonly (string | Gate)[];
  thinking: readonly (string | Gate)[];
  toolCalls: readonly Required<AnswerToolCall>[];
  usage: Required<AnswerUsage> | null;
  finish: FinishReason;
}

/** Fills in all that the answer leaves open. */
export function toReply(answer: Answer, about: { asked: JsonObject; number: number }): Reply {
  const asked = about.asked;
  return {
    answer,
    asked,
    number: about.number,
    model: answer.model ?? (typeof asked.model === 'string' ? asked.model : 'unnamed'),
    text: toPieces(answer.text),
    thinking: toPieces(answer.thinking),
    toolCalls: (answer.toolCalls ?? []).map((call, index) => ({ id: `call_${index + 1}`, ...call })),
    usage: answer.usage === null ? null : { ...NO_TOKENS, ...(answer.usage ?? { input: 11, output: 7 }) },
    finish: answer.finish ?? (answer.toolCalls === undefined ? 'stop' : 'tool_calls'),
  };
}

const NO_TOKENS = { cached: 0, cacheWrite: 0, cacheWrite1h: 0, reasoning: 0 };

/** The pieces as one text. */
export function joined(pieces: readonly (string | Gate)[]): string {
  return pieces.filter((piece) => typeof piece === 'string').join('');
}

/** The JSON text of the arguments in pieces of at most eight characters. */
export function argumentPieces(call: AnswerToolCall): string[] {
  return JSON.stringify(call.arguments).match(/.{1,8}/gsu) ?? [];
}

/** All gates of the answer, for those who send it in one go. */
export function gatesOf(reply: Reply): Gate[] {
  return [...reply.thinking, ...reply.text].filter((piece) => piece instanceof Gate);
}

/** One thing for every string, the gates kept between them. */
export function mapPieces<Item>(pieces: readonly (string | Gate)[], map: (text: string) => Item): (Item | Gate)[] {
  return pieces.map((piece) => (piece instanceof Gate ? piece : map(piece)));
}

function toPieces(pieces: Pieces | undefined): readonly (string | Gate)[] {
  if (pieces === undefined) return [];
  return typeof pieces === 'string' ? [pieces] : pieces;
}
