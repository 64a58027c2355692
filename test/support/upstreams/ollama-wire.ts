import type { FinishReason } from '../../../src-main/engine/protocols/chat-event.ts';
import type { JsonObject } from '../../../src-main/engine/protocols/json.ts';
import { joined, mapPieces, type Answer, type AnswerToolCall, type Reply } from './answer.ts';
import { Gate } from './gate.ts';
import { printProblem } from './problem.ts';
import type { Chunk } from './script.ts';
import { CREATED_AT, type WireFormat } from './wire-format.ts';

/** `POST /api/chat`. */
export const OLLAMA_CHAT: WireFormat = {
  streamType: 'application/x-ndjson',
  streamsByDefault: true,
  printStream: (reply) =>
    lines(reply, [
      ...mapPieces(reply.thinking, (text) => message({ content: '', thinking: text })),
      ...mapPieces(reply.text, (text) => message({ content: text })),
      ...(reply.toolCalls.length === 0 ? [] : [message({ content: '', tool_calls: printCalls(reply) })]),
      { ...message({ content: '' }), ...ending(reply) },
    ]),
  printWhole: (reply) => ({
    ...head(reply),
    ...message({
      content: joined(reply.text),
      ...(reply.thinking.length === 0 ? {} : { thinking: joined(reply.thinking) }),
      ...(reply.toolCalls.length === 0 ? {} : { tool_calls: printCalls(reply) }),
    }),
    ...ending(reply),
  }),
};

/** `POST /api/generate`. */
export const OLLAMA_GENERATE: WireFormat = {
  streamType: 'application/x-ndjson',
  streamsByDefault: true,
  printStream: (reply) =>
    lines(reply, [
      ...mapPieces(reply.thinking, (text) => ({ response: '', thinking: text })),
      ...mapPieces(reply.text, (text) => ({ response: text })),
      { response: '', ...ending(reply), context: [1, 2, 3] },
    ]),
  printWhole: (reply) => ({
    ...head(reply),
    response: joined(reply.text),
    ...(reply.thinking.length === 0 ? {} : { thinking: joined(reply.thinking) }),
    ...ending(reply),
    context: [1, 2, 3],
  }),
};

function lines(reply: Reply, objects: (JsonObject | Gate)[]): Chunk[] {
  const line = (object: JsonObject): string => `${JSON.stringify({ ...head(reply), done: false, ...object })}\n`;
  const printed: Chunk[] = objects.map((object) => (object instanceof Gate ? object : line(object)));
  if (reply.answer.fails === undefined) return printed;
  return [...printed.slice(0, -1), `${JSON.stringify(printProblem('ollama', reply.answer.fails))}\n`];
}

function head(reply: Reply): JsonObject {
  return { model: reply.model, created_at: CREATED_AT };
}

function message(fields: JsonObject): JsonObject {
  return { message: { role: 'assistant', ...fields } };
}

/** Whole calls in one chunk, arguments as an object. */
function printCalls(reply: Reply): JsonObject[] {
  return reply.toolCalls.map((call: Required<AnswerToolCall>, position) => {
    const index = indexOf(position, reply.answer);
    return { id: call.id, function: { ...index, name: call.name, arguments: call.arguments } };
  });
}

function indexOf(position: number, answer: Answer): JsonObject {
  return { rising: { index: position }, zero: { index: 0 }, missing: {} }[answer.toolIndex ?? 'rising'];
}

/** Tool calls end with `stop` too: Ollama has no word of its own for it. */
function doneReason(finish: FinishReason): string {
  return finish === 'length' || finish === 'load' || finish === 'unload' ? finish : 'stop';
}

/** Durations in nanoseconds. Counts that are zero are left out, as the server does. */
function ending(reply: Reply): JsonObject {
  const usage = reply.usage;
  const counts = {
    prompt_eval_count: usage?.input ?? 0,
    prompt_eval_cached_count: usage?.cached ?? 0,
    eval_count: usage?.output ?? 0,
  };
  return {
    done: true,
    done_reason: doneReason(reply.finish),
    total_duration: 900_000_000,
    load_duration: 100_000_000,
    prompt_eval_duration: 200_000_000,
    eval_duration: 600_000_000,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
  };
}
