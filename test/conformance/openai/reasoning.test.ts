import { generateText, streamText } from 'ai';
import { describe, expect, it } from 'vitest';
import type { ProviderKind } from '../../../src-shared/catalogue.ts';
import type { Answer } from '../../support/upstreams/answer.ts';
import { answer } from '../../support/upstreams/answer-script.ts';
import { rigForTest } from '../support/rig-for-test.ts';
import { KINDS } from '../support/start-rig.ts';
import { createCompatible, createLangChain, createOpenAiClient } from './clients.ts';
import { at, HELLO, postChatStream, postRaw, textsAt } from './post-raw.ts';

type Spelling = NonNullable<Answer['reasoningField']>;

/** How the upstream names its thinking; where it is native there is one name only. */
const SPELLINGS: readonly { kind: ProviderKind; spelling: Spelling }[] = [
  { kind: 'openai', spelling: 'reasoning_content' },
  { kind: 'openai', spelling: 'reasoning' },
  { kind: 'anthropic', spelling: 'reasoning' },
  { kind: 'ollama', spelling: 'reasoning' },
];

describe.each(SPELLINGS)('thinking of an upstream of the kind $kind ($spelling)', ({ kind, spelling }) => {
  async function rigThinking() {
    const rig = await rigForTest({ kind });
    const thinking = ['Let me ', 'think.'];
    rig.upstream.script(answer({ thinking, text: ['The ', 'answer.'], reasoningField: spelling }));
    return rig;
  }

  it('10. chat stream: reasoning and reasoning_content in the same delta, never in content', async () => {
    const rig = await rigThinking();
    const deltas = (await postChatStream(rig)).map((chunk) => at(chunk, 'choices', 0, 'delta'));
    const told = deltas.filter((delta) => at(delta, 'reasoning') !== undefined);
    expect(told.map((delta) => at(delta, 'reasoning'))).toEqual(['Let me ', 'think.']);
    for (const delta of told) expect(at(delta, 'reasoning_content')).toBe(at(delta, 'reasoning'));
    expect(textsAt(deltas, 'content').join('')).toBe('The answer.');
  });

  it('10. whole answer: both names, and content without the thinking', async () => {
    const rig = await rigThinking();
    const { text } = await postRaw(rig, '/v1/chat/completions', { messages: HELLO });
    expect(at(JSON.parse(text), 'choices', 0, 'message')).toMatchObject({
      content: 'The answer.',
      reasoning: 'Let me think.',
      reasoning_content: 'Let me think.',
    });
  });

  it('10. AI SDK openai-compatible has the thinking once, streamed and whole', async () => {
    const rig = await rigThinking();
    const model = createCompatible(rig)(rig.model);
    const streamed = streamText({ model, prompt: 'Hello', maxRetries: 0 });
    expect((await streamed.finalStep).reasoningText).toBe('Let me think.');
    expect(await streamed.text).toBe('The answer.');
    const whole = await generateText({ model, prompt: 'Hello', maxRetries: 0 });
    expect([whole.finalStep.reasoningText, whole.text]).toEqual(['Let me think.', 'The answer.']);
  });

  it('10. LangChain reads reasoning_content, streamed and whole', async () => {
    const rig = await rigThinking();
    const model = createLangChain(rig);
    const whole = await model.invoke('Hello');
    expect([whole.additional_kwargs.reasoning_content, whole.text]).toEqual(['Let me think.', 'The answer.']);
    let thinking = '';
    for await (const chunk of await model.stream('Hello')) {
      const piece = chunk.additional_kwargs.reasoning_content;
      if (typeof piece === 'string') thinking += piece;
    }
    expect(thinking).toBe('Let me think.');
  });

  it('10. openai stream() keeps content free of the thinking', async () => {
    const rig = await rigThinking();
    const stream = createOpenAiClient(rig).chat.completions.stream({ model: rig.model, messages: HELLO });
    expect(await stream.finalContent()).toBe('The answer.');
  });
});

describe.each(KINDS)('asking an upstream of the kind %s to think', (kind) => {
  it('10. reasoning_effort reaches it in its own words', async () => {
    const rig = await rigForTest({ kind });
    await postRaw(rig, '/v1/chat/completions', { messages: HELLO, reasoning_effort: 'high', max_tokens: 20_000 });
    const body = rig.upstream.calls[0]?.body;
    const asked = { openai: body?.reasoning_effort, ollama: body?.think, anthropic: at(body, 'thinking', 'type') };
    expect(asked[kind]).toBe(kind === 'anthropic' ? 'enabled' : 'high');
  });

  it('10. reasoning_effort "none" switches thinking off', async () => {
    const rig = await rigForTest({ kind });
    await postRaw(rig, '/v1/chat/completions', { messages: HELLO, reasoning_effort: 'none' });
    const body = rig.upstream.calls[0]?.body;
    const asked = { openai: body?.reasoning_effort, ollama: body?.think, anthropic: at(body, 'thinking', 'type') };
    expect(asked[kind] ?? 'disabled').toBe({ openai: 'none', ollama: false, anthropic: 'disabled' }[kind]);
  });
});
