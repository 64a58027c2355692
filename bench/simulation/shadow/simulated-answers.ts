import { hashToUnit } from '../../../src-main/engine/jobs/shadow/hash-to-unit.ts';
import type { ChatRequest } from '../../../src-main/engine/protocols/chat-request.ts';
import type { SimulatedTask } from '../simulated-task.ts';

/** Wants and writes texts whose worth can be read off them, so that a simulated judge can look, and err. */
export interface AnswerStyle {
  topic: string;
  isGood: boolean;
  words: number;
}

const NUMBER_OUTPUT = {
  type: 'json_schema',
  schema: { type: 'object', properties: { value: { type: 'integer' } } },
} as const;

/** The request of a task with its topic in it. Extraction asks for JSON, whose values can be compared. */
export function toRequest(task: SimulatedTask, topic: string): ChatRequest {
  const text =
    task.request.messages
      .at(-1)
      ?.parts.map((part) => ('text' in part ? part.text : ''))
      .join('') ?? '';
  const parts: ChatRequest['messages'][number]['parts'] = [{ type: 'text', text: `${text} Topic ${topic}.` }];
  const { output: _, ...request } = task.request;
  return {
    ...request,
    messages: [{ role: 'user', parts }],
    ...(isComparable(task.kind) ? { output: NUMBER_OUTPUT } : {}),
  };
}

/** Kinds of task whose answers can be compared without a judge. */
export function isComparable(kind: SimulatedTask['kind']): boolean {
  return kind === 'extract';
}

/** The value that is right for a topic, or a wrong one. */
export function writeValue({ topic, isGood }: AnswerStyle): string {
  const right = Math.floor(hashToUnit(topic) * 9_973);
  return JSON.stringify({ value: isGood ? right : right + 1 });
}

/** Numbered words, all about the topic when it is good, half of them about nothing when it is not. */
export function writeText({ topic, isGood, words }: AnswerStyle): string {
  const written = Array.from({ length: words }, (_, at) => `${isGood || at % 2 === 0 ? topic : 'nothing'}-${at}`);
  return `${written.join(' ')} end-${words}.`;
}

/** Share of an answer that is in its place and about the topic: 1 for a good one, less for what is cut, shuffled or unrelated. */
export function worthOf(text: string, topic: string): number {
  const words = text.split(/\s+/u);
  const end = words.findIndex((word) => /^end-\d+\.?$/u.test(word));
  const wanted = Number(/end-(\d+)/u.exec(words[end] ?? '')?.[1] ?? Number.NaN);
  if (!Number.isFinite(wanted) || wanted === 0) return 0;
  // What is said before the answer begins does not count.
  const begin = Math.max(0, words.indexOf(`${topic}-0`));
  const right = words.slice(begin, begin + wanted).filter((word, at) => word === `${topic}-${at}`).length;
  return right / wanted;
}
