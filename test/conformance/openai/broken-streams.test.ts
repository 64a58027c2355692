import { streamText, type LanguageModel } from 'ai';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import type { ProviderKind } from '../../../src-shared/catalogue.ts';
import { answer } from '../../support/upstreams/answer-script.ts';
import type { Script } from '../../support/upstreams/script.ts';
import { endingAfter } from '../../support/upstreams/script-changes.ts';
import { rigForTest } from '../support/rig-for-test.ts';
import { KINDS, type Rig } from '../support/start-rig.ts';
import { createAiOpenAi, createCompatible, createLangChain, createOpenAiClient } from './clients.ts';
import { at, HELLO, postChatStream, postForEvents, textsAt } from './post-raw.ts';

const TEXT = ['One', ' two', ' three'];
const WHOLE = answer({ text: TEXT });
/** `texts`: events up to and with the second piece of text. */
const UPSTREAMS: readonly { upstream: string; kind: ProviderKind; responses: boolean; texts: number }[] = [
  { upstream: 'openai', kind: 'openai', responses: false, texts: 3 },
  { upstream: 'anthropic', kind: 'anthropic', responses: false, texts: 5 },
  { upstream: 'ollama', kind: 'ollama', responses: false, texts: 2 },
];
const NATIVE_RESPONSES = { upstream: 'openai with /responses', kind: 'openai', responses: true, texts: 6 } as const;

/** Ways for a stream to go wrong after its second piece of text. */
const BREAKS: readonly { point: string; how: string; code: string; script: (texts: number) => Script }[] = [
  {
    point: '22',
    how: 'an in-band error',
    code: 'overloaded',
    script: () => answer({ text: TEXT, fails: { status: 529, type: 'overloaded_error', message: 'Overloaded' } }),
  },
  ...(['complete', 'close', 'reset'] as const).map((end) => ({
    point: '23',
    how: `no end (${end})`,
    code: 'upstream_truncated',
    script: (texts: number) => endingAfter(texts, end, WHOLE),
  })),
];

const CASES = UPSTREAMS.flatMap((each) => BREAKS.map((way) => ({ ...each, ...way })));
const RESPONSES_CASES = [...UPSTREAMS, NATIVE_RESPONSES].flatMap((each) => BREAKS.map((way) => ({ ...each, ...way })));

async function rigBreaking(each: (typeof CASES)[number]): Promise<Rig> {
  const rig = await rigForTest({ kind: each.kind, features: { responses: each.responses } });
  rig.upstream.script(each.script(each.texts));
  return rig;
}

describe.each(RESPONSES_CASES)('responses of $upstream whose stream has $how', (each) => {
  it(`${each.point}. openai responses.stream throws`, async () => {
    const rig = await rigBreaking(each);
    const stream = createOpenAiClient(rig).responses.stream({ model: rig.model, input: 'Hello' });
    await expect(stream.finalResponse()).rejects.toThrow();
  });

  it(`${each.point}. the stream ends with error and response.failed`, async () => {
    const rig = await rigBreaking(each);
    const events = await postForEvents(rig, '/v1/responses', { input: 'Hello' });
    expect(events.slice(-2).map((event) => event.name)).toEqual(['error', 'response.failed']);
    expect(at(events.at(-1)?.data, 'response', 'status')).toBe('failed');
    expect(events.map((event) => at(event.data, 'sequence_number'))).toEqual(events.map((_, index) => index));
  });

  it(`${each.point}. AI SDK openai sees an error part`, async () => {
    const rig = await rigBreaking(each);
    expect(await errorParts(createAiOpenAi(rig)(rig.model))).not.toEqual([]);
  });
});

describe.each(CASES)('chat of an upstream of the kind $upstream whose stream has $how', (each) => {
  const { point, code } = each;

  it(`${point}. chat stream ends with an error event, without finish and [DONE]`, async () => {
    const rig = await rigBreaking(each);
    const chunks = await postChatStream(rig);
    expect(textsAt(chunks, 'choices', 0, 'delta', 'content').join('')).toMatch(/^One two/u);
    expect(at(chunks.at(-1), 'error', 'message')).toEqual(expect.any(String));
    expect(chunks).not.toContain('[DONE]');
    expect(chunks.filter((chunk) => at(chunk, 'choices', 0, 'finish_reason'))).toEqual([]);
  });

  it(`${point}. openai stream() throws`, async () => {
    const rig = await rigBreaking(each);
    const stream = createOpenAiClient(rig).chat.completions.stream({ model: rig.model, messages: HELLO });
    await expect(stream.finalChatCompletion()).rejects.toBeInstanceOf(OpenAI.APIError);
  });

  it(`${point}. AI SDK openai-compatible and openai.chat see an error part`, async () => {
    const rig = await rigBreaking(each);
    for (const model of [createCompatible(rig)(rig.model), createAiOpenAi(rig).chat(rig.model)]) {
      expect(await errorParts(model)).not.toEqual([]);
    }
  });

  it(`${point}. LangChain throws`, async () => {
    const rig = await rigBreaking(each);
    const read = async () => {
      for await (const chunk of await createLangChain(rig).stream('Hello')) expect(chunk.text).not.toContain('Overl');
    };
    await expect(read()).rejects.toThrow();
  });

  it(`${point}. the record says that it failed, and how`, async () => {
    const rig = await rigBreaking(each);
    await postChatStream(rig);
    const [record] = await rig.recorded();
    // Ollama's error is a sentence without a kind.
    const failureCode = each.kind === 'ollama' && point === '22' ? 'upstream_error' : code;
    expect(record).toMatchObject({ outcome: 'failed', status: 200, failureCode });
    expect(record?.attempts[0]).toMatchObject({ usageEstimated: true });
  });
});

describe.each(KINDS)('an upstream of the kind %s that fails before its first content', (kind) => {
  it('22. an error inside a 200 stream becomes a real HTTP error', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(errorOnly(kind));
    const create = createOpenAiClient(rig).chat.completions.create({ model: rig.model, messages: HELLO, stream: true });
    await expect(create).rejects.toMatchObject({ status: 502 });
  });

  it('23. a stream without content and end is a 502', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(endingAfter(0, 'complete', WHOLE));
    const create = createOpenAiClient(rig).chat.completions.create({ model: rig.model, messages: HELLO, stream: true });
    await expect(create).rejects.toMatchObject({ status: 502 });
  });

  it('23. a whole answer whose body stops short is a 502', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script((asked) => {
      const reply = WHOLE(asked);
      const text = [...((reply.chunks ?? []) as string[])].join('');
      return { ...reply, chunks: [text.slice(0, text.length / 2)], end: 'close' };
    });
    const create = createOpenAiClient(rig).chat.completions.create({ model: rig.model, messages: HELLO });
    await expect(create).rejects.toMatchObject({ status: 502, code: 'upstream_truncated' });
  });
});

/** The stream has nothing but its error. */
function errorOnly(kind: ProviderKind): Script {
  const failing = answer({ fails: { status: 500, message: 'Broken' } });
  return kind === 'ollama' ? (asked) => ({ ...failing(asked), chunks: ['{"error":"Broken"}\n'] }) : failing;
}

async function errorParts(model: LanguageModel): Promise<unknown[]> {
  const result = streamText({ model, prompt: 'Hello', maxRetries: 0, onError: () => undefined });
  const errors: unknown[] = [];
  for await (const part of result.stream) if (part.type === 'error') errors.push(part.error);
  return errors;
}
