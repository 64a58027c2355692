import { generateText, streamText } from 'ai';
import { describe, expect, it } from 'vitest';
import { answer } from '../../support/upstreams/answer-script.ts';
import { Gate } from '../../support/upstreams/gate.ts';
import { held } from '../../support/upstreams/script-changes.ts';
import { rigForTest } from '../support/rig-for-test.ts';
import { KINDS, type Rig } from '../support/start-rig.ts';
import { createAiOpenAi, createCompatible, createLangChain, createOpenAiClient } from './clients.ts';
import { HELLO } from './post-raw.ts';

/** No second reader beside the client: it would keep the connection open. */
const OPTIONS = { fetch };

/** Each starts a request and stops wanting it; streaming ones after their first piece of text. */
const STREAMING: Readonly<Record<string, (rig: Rig, control: AbortController) => Promise<unknown>>> = {
  'openai, break out of the loop': async (rig) => {
    const { chat } = createOpenAiClient(rig, OPTIONS);
    const stream = await chat.completions.create({ model: rig.model, messages: HELLO, stream: true });
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content === 'One') break;
  },
  'openai, stream().abort()': async (rig) => {
    const stream = createOpenAiClient(rig, OPTIONS).chat.completions.stream({ model: rig.model, messages: HELLO });
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content === 'One') stream.abort();
  },
  'openai responses, signal': async (rig, control) => {
    const { responses } = createOpenAiClient(rig, OPTIONS);
    const stream = responses.stream({ model: rig.model, input: 'Hello' }, { signal: control.signal });
    for await (const event of stream) if (event.type === 'response.output_text.delta') control.abort();
  },
  'AI SDK openai-compatible, abortSignal': async (rig, control) => {
    const model = createCompatible(rig, OPTIONS)(rig.model);
    const result = streamText({ model, prompt: 'Hello', abortSignal: control.signal, maxRetries: 0 });
    for await (const part of result.stream) if (part.type === 'text-delta') control.abort();
  },
  'LangChain, signal': async (rig, control) => {
    const stream = await createLangChain(rig, OPTIONS).stream('Hello', { signal: control.signal });
    for await (const chunk of stream) if (chunk.text === 'One') control.abort();
  },
};

const WHOLE: Readonly<Record<string, (rig: Rig, signal: AbortSignal) => Promise<unknown>>> = {
  'openai chat': (rig, signal) =>
    createOpenAiClient(rig, OPTIONS).chat.completions.create({ model: rig.model, messages: HELLO }, { signal }),
  'openai responses': (rig, signal) =>
    createOpenAiClient(rig, OPTIONS).responses.create({ model: rig.model, input: 'Hello' }, { signal }),
  'AI SDK openai.chat': (rig, abortSignal) =>
    generateText({
      model: createAiOpenAi(rig, OPTIONS).chat(rig.model),
      prompt: 'Hello',
      abortSignal,
      maxRetries: 0,
    }),
  LangChain: (rig, signal) => createLangChain(rig, OPTIONS).invoke('Hello', { signal }),
};

describe.each(KINDS)('a client of an upstream of the kind %s hangs up', (kind) => {
  it.each(Object.keys(STREAMING))('25. streaming: %s', async (name) => {
    const rig = await rigForTest({ kind, features: { responses: false } });
    const gate = new Gate();
    rig.upstream.script(answer({ text: ['One', gate, ' two'] }));
    await STREAMING[name]?.(rig, new AbortController()).catch(() => undefined);
    await expectCancelled(rig);
  });

  it.each(Object.keys(WHOLE))('25. not streaming: %s', async (name) => {
    const rig = await rigForTest({ kind, features: { responses: false } });
    rig.upstream.script(held(new Gate(), answer({ text: 'One' })));
    const control = new AbortController();
    const asked = WHOLE[name]?.(rig, control.signal).catch((reason: unknown) => reason);
    await rig.upstream.call(1);
    control.abort();
    expect(await asked).toBeInstanceOf(Error);
    await expectCancelled(rig);
  });

  it('25. before the first content of a stream', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(held(new Gate(), answer({ text: 'One' })));
    const control = new AbortController();
    const { chat } = createOpenAiClient(rig, OPTIONS);
    const ask = { model: rig.model, messages: HELLO, stream: true } as const;
    const asked = chat.completions.create(ask, { signal: control.signal }).catch((reason: unknown) => reason);
    await rig.upstream.call(1);
    control.abort();
    expect(await asked).toBeInstanceOf(Error);
    await expectCancelled(rig);
  });

  it('25. hanging up time and again does not trip the breaker, and no place is lost', async () => {
    const rig = await rigForTest({ kind, settings: { limits: { localConcurrency: 1, cloudConcurrency: 1 } } });
    const { chat } = createOpenAiClient(rig, OPTIONS);
    rig.upstream.script(held(new Gate(), answer({ text: 'One' })));
    for (let count = 1; count <= 7; count += 1) {
      const control = new AbortController();
      const ask = { model: rig.model, messages: HELLO };
      const asked = chat.completions.create(ask, { signal: control.signal }).catch(() => undefined);
      const call = await rig.upstream.call(count);
      control.abort();
      await asked;
      await call.aborted;
    }
    expect((await rig.endpoint()).circuit).toBe('closed');
    rig.upstream.script(answer({ text: 'Hello' }));
    const { choices } = await chat.completions.create({ model: rig.model, messages: HELLO });
    expect(choices[0]?.message.content).toBe('Hello');
    const outcomes = (await rig.recorded(8)).map((record) => record.outcome);
    expect(outcomes).toEqual(['ok', ...Array.from({ length: 7 }, () => 'cancelled')]);
  });
});

/** The upstream, still held at its gate, has lost its connection; the record says whose doing it was. */
async function expectCancelled(rig: Rig): Promise<void> {
  const call = await rig.upstream.call(1);
  await call.aborted;
  expect(call.isAborted).toBe(true);
  const [record] = await rig.recorded();
  expect(record).toMatchObject({ outcome: 'cancelled', status: 499, failureCode: 'cancelled' });
  expect(record?.attempts[0]?.outcome).toBe('cancelled');
  expect(await rig.endpoint()).toMatchObject({ circuit: 'closed', active: 0 });
}
