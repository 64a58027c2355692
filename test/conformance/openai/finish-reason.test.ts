import { describe, expect, it } from 'vitest';
import type { FinishReason } from '../../../src-main/engine/protocols/chat-event.ts';
import type { ProviderKind } from '../../../src-shared/catalogue.ts';
import type { Answer } from '../../support/upstreams/answer.ts';
import { answer } from '../../support/upstreams/answer-script.ts';
import { jsonReply, raw } from '../../support/upstreams/script.ts';
import { CREATED_SECONDS, sse } from '../../support/upstreams/wire-format.ts';
import { rigForTest } from '../support/rig-for-test.ts';
import { KINDS } from '../support/start-rig.ts';
import { createOpenAiClient } from './clients.ts';
import { at, HELLO, postChatStream } from './post-raw.ts';
import { TWO_CALLS, WEATHER_TOOL } from './weather-tool.ts';

interface Case {
  kind: ProviderKind;
  said: FinishReason;
  told: string;
}

const ENDS: readonly Case[] = [
  ...KINDS.flatMap((kind): Case[] => [
    { kind, said: 'stop', told: 'stop' },
    { kind, said: 'length', told: 'length' },
  ]),
  // Ollama has no word for these.
  { kind: 'openai', said: 'content_filter', told: 'content_filter' },
  { kind: 'anthropic', said: 'content_filter', told: 'content_filter' },
  { kind: 'anthropic', said: 'stop_sequence', told: 'stop' },
  { kind: 'anthropic', said: 'pause', told: 'stop' },
  { kind: 'anthropic', said: 'context_length', told: 'length' },
  // Only Ollama has these, and OpenAI's clients know neither.
  { kind: 'ollama', said: 'load', told: 'stop' },
  { kind: 'ollama', said: 'unload', told: 'stop' },
];

async function reasonsOf(kind: ProviderKind, meaning: Answer): Promise<unknown[]> {
  const rig = await rigForTest({ kind });
  rig.upstream.script(answer(meaning));
  const chunks = await postChatStream(rig, { tools: [WEATHER_TOOL] });
  const streamed = chunks.map((chunk) => at(chunk, 'choices', 0, 'finish_reason')).filter((reason) => reason);
  const client = createOpenAiClient(rig);
  const { choices } = await client.chat.completions.create({
    model: rig.model,
    messages: HELLO,
    tools: [WEATHER_TOOL],
  });
  return [...streamed, choices[0]?.finish_reason];
}

describe('finish_reason', () => {
  it.each(ENDS)('9. $said of an upstream of the kind $kind is told as $told', async ({ kind, said, told }) => {
    expect(await reasonsOf(kind, { text: 'Hello', finish: said })).toEqual([told, told]);
  });

  it.each(KINDS)('9. length beats tool_calls (%s)', async (kind) => {
    expect(await reasonsOf(kind, { ...TWO_CALLS, finish: 'length' })).toEqual(['length', 'length']);
  });

  it.each(['stop', 'load', 'unload', 'eos'])(
    '9. "%s" of an OpenAI-style server leaks in neither form',
    async (word) => {
      const rig = await rigForTest({ kind: 'openai' });
      const head = { id: 'chatcmpl-1', created: CREATED_SECONDS, model: rig.model };
      const chunk = (delta: object, finish_reason: string | null): string =>
        sse({ ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta: { ...delta }, finish_reason }] });
      const message = { role: 'assistant', content: 'Hello', refusal: null };
      const choices = [{ index: 0, message, logprobs: null, finish_reason: word }];
      rig.upstream.script(
        raw({
          headers: { 'content-type': 'text/event-stream' },
          chunks: [chunk({ role: 'assistant', content: 'Hello' }, null), chunk({}, word), sse('[DONE]')],
        }),
        raw(jsonReply({ ...head, object: 'chat.completion', choices })),
      );
      const stream = createOpenAiClient(rig).chat.completions.stream({ model: rig.model, messages: HELLO });
      expect((await stream.finalChatCompletion()).choices[0]?.finish_reason).toBe('stop');
      const whole = await createOpenAiClient(rig).chat.completions.create({ model: rig.model, messages: HELLO });
      expect(whole.choices[0]?.finish_reason).toBe('stop');
    },
  );
});
