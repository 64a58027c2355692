import { isJsonObject, type JsonObject } from '../engine/protocols/json.ts';
import type { ComposedReply } from './compose-reply.ts';
import { readConversation, readLimit, readStop, readText, type EnginePrompt } from './engine-prompt.ts';
import { splitTokens } from './split-tokens.ts';

/** A piece of an answer; what is absent is not in it. */
interface WirePiece {
  text?: string;
  thinking?: string;
  toolCall?: ComposedReply['toolCall'];
}

/** Moments of one answer on the monotonic clock, and the time that loading took. */
export interface WireTiming {
  startMs: number;
  firstMs: number;
  endMs: number;
  loadMs: number;
}

interface WireEnding {
  reply: ComposedReply;
  promptTokens: number;
  timing: WireTiming;
}

/** How `/api/chat` and `/api/generate` say the same answer. */
export interface OllamaWire {
  piece(piece: WirePiece): JsonObject;
  whole(reply: ComposedReply): JsonObject;
  ending(ending: WireEnding): JsonObject;
}

export const OLLAMA_WIRES: Readonly<Record<'chat' | 'generate', OllamaWire>> = {
  chat: {
    piece: (piece) => ({ message: { role: 'assistant', content: piece.text ?? '', ...extras(piece) } }),
    whole: (reply) => ({ message: { role: 'assistant', content: reply.text.join(''), ...extras(toPiece(reply)) } }),
    ending: printEnding,
  },
  generate: {
    piece: (piece) => ({ response: piece.text ?? '', ...extras({ ...piece, toolCall: null }) }),
    whole: (reply) => ({ response: reply.text.join(''), ...extras({ ...toPiece(reply), toolCall: null }) }),
    ending: (ending) => ({ ...printEnding(ending), context: [0] }),
  },
};

function toPiece(reply: ComposedReply): WirePiece {
  return { thinking: reply.thinking.join(''), toolCall: reply.toolCall };
}

function extras({ thinking, toolCall }: WirePiece): JsonObject {
  return {
    ...(thinking === undefined || thinking === '' ? {} : { thinking }),
    ...(toolCall === null || toolCall === undefined ? {} : { tool_calls: [{ function: { index: 0, ...toolCall } }] }),
  };
}

/** Durations in nanoseconds. Tool calls end with `stop` as well, as Ollama has it. */
function printEnding({ reply, promptTokens, timing }: WireEnding): JsonObject {
  const toNs = (durationMs: number): number => Math.round(durationMs * 1_000_000);
  return {
    done: true,
    done_reason: reply.finish === 'length' ? 'length' : 'stop',
    total_duration: toNs(timing.endMs - timing.startMs),
    load_duration: toNs(timing.loadMs),
    prompt_eval_count: promptTokens,
    prompt_eval_duration: toNs(Math.max(0, timing.firstMs - timing.startMs - timing.loadMs)),
    eval_count: reply.outputTokens,
    eval_duration: toNs(timing.endMs - timing.firstMs),
  };
}

/** Reads a body of `/api/chat`, or of `/api/generate`, whose prompt is one user message. */
export function readOllamaPrompt(body: JsonObject): EnginePrompt {
  const options = isJsonObject(body.options) ? body.options : {};
  const prompt = readText(body.prompt);
  const conversation = readConversation(body);
  const asked =
    typeof body.prompt === 'string'
      ? { ...conversation, question: prompt, promptTokens: 4 + splitTokens(prompt + readText(body.system)).length }
      : conversation;
  return {
    ...asked,
    toolChoice: 'auto',
    output: isJsonObject(body.format) ? body.format : body.format === 'json' ? 'json' : null,
    maxTokens: readLimit(options.num_predict),
    stop: readStop(options.stop),
    think: body.think === undefined || body.think === null ? null : body.think !== false,
  };
}
