import type { ProviderKind } from '../../../src-shared/catalogue.ts';
import { ANTHROPIC_MESSAGES } from './anthropic-wire.ts';
import { gatesOf, toReply, type Answer } from './answer.ts';
import { OLLAMA_CHAT, OLLAMA_GENERATE } from './ollama-wire.ts';
import { OPENAI_CHAT } from './openai-chat-wire.ts';
import { OPENAI_COMPLETIONS } from './openai-completions-wire.ts';
import { OPENAI_RESPONSES } from './openai-responses-wire.ts';
import { problem } from './problem.ts';
import { jsonReply, type Asked, type RawReply, type Script } from './script.ts';
import type { WireFormat } from './wire-format.ts';

/** Where answers are generated, by kind and path below the base URL. */
const FORMATS: Readonly<Record<ProviderKind, Readonly<Record<string, WireFormat>>>> = {
  openai: {
    '/chat/completions': OPENAI_CHAT,
    '/completions': OPENAI_COMPLETIONS,
    '/responses': OPENAI_RESPONSES,
  },
  anthropic: { '/messages': ANTHROPIC_MESSAGES },
  ollama: { '/api/chat': OLLAMA_CHAT, '/api/generate': OLLAMA_GENERATE },
};

/** True when a request to this path is answered from the scripts. */
export function isGeneration(kind: ProviderKind, path: string): boolean {
  return FORMATS[kind][path] !== undefined;
}

/** Says an answer as the asked endpoint says it: streamed if the request wants it, in the vendor's own format. */
export function answer(meaning: Answer): Script {
  return (asked) => {
    const format = FORMATS[asked.kind][asked.path];
    if (format === undefined) return jsonReply({ error: `no answers are generated at ${asked.path}` }, { status: 500 });
    const { stream } = asked.request.body;
    const streams = typeof stream === 'boolean' ? stream : format.streamsByDefault;
    return streams ? printStream(format, meaning, asked) : printWhole(format, meaning, asked);
  };
}

function printStream(format: WireFormat, meaning: Answer, asked: Asked): RawReply {
  const reply = toReply(meaning, { asked: asked.request.body, number: asked.number });
  return { headers: { 'content-type': format.streamType, ...vendorHeaders(asked) }, chunks: format.printStream(reply) };
}

function printWhole(format: WireFormat, meaning: Answer, asked: Asked): RawReply {
  const reply = toReply(meaning, { asked: asked.request.body, number: asked.number });
  const whole =
    meaning.fails === undefined
      ? jsonReply(format.printWhole(reply), { headers: vendorHeaders(asked) })
      : problem(meaning.fails)(asked);
  return { ...whole, before: gatesOf(reply) };
}

function vendorHeaders(asked: Asked): Record<string, string> {
  if (asked.kind === 'ollama') return {};
  const name = asked.kind === 'openai' ? 'x-request-id' : 'request-id';
  return { [name]: `req_upstream${asked.number}` };
}
