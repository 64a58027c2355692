import { streamText } from 'ai';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answer } from '../../support/upstreams/answer-script.ts';
import { problem } from '../../support/upstreams/problem.ts';
import type { Script } from '../../support/upstreams/script.ts';
import { compressed, cutEvery, recut } from '../../support/upstreams/script-changes.ts';
import { rigForTest } from '../support/rig-for-test.ts';
import { KINDS, type Rig } from '../support/start-rig.ts';
import { createCompatible, createLangChain, createOpenAiClient } from './clients.ts';
import { HELLO, postRaw } from './post-raw.ts';
import { argumentsOf, CITIES } from './weather-tool.ts';

/** One, two, three and four bytes to a character. */
const TEXT = 'hé 你好🌍';
const BYTES = Buffer.byteLength(TEXT);
const OFFSETS = Array.from({ length: BYTES + 1 }, (_, index) => index);

const SAYING = answer({ text: TEXT });

/** The body in two pieces, cut that many bytes into the text (which a body may hold several times: all of them). */
function cutInText(offset: number, script: Script): Script {
  return recut((bytes) => {
    const pieces: Uint8Array[] = [];
    const body = Buffer.from(bytes);
    let start = 0;
    for (let at = body.indexOf(TEXT); at !== -1; at = body.indexOf(TEXT, at + 1)) {
      pieces.push(body.subarray(start, at + offset));
      start = at + offset;
    }
    return [...pieces, body.subarray(start)];
  }, script);
}

/** Each door's text, streamed. */
const DOORS: Readonly<Record<string, (rig: Rig) => Promise<string | null>>> = {
  'openai chat': (rig) =>
    createOpenAiClient(rig).chat.completions.stream({ model: rig.model, messages: HELLO }).finalContent(),
  'openai responses': async (rig) => {
    const stream = createOpenAiClient(rig).responses.stream({ model: rig.model, input: 'Hello' });
    return (await stream.finalResponse()).output_text;
  },
  'openai completions': async (rig) => {
    const ask = { model: rig.model, prompt: 'Hello', stream: true } as const;
    let text = '';
    for await (const chunk of await createOpenAiClient(rig).completions.create(ask))
      text += chunk.choices[0]?.text ?? '';
    return text;
  },
};

describe.each(KINDS)('bytes of an upstream of the kind %s', (kind) => {
  it.each(Object.keys(DOORS))(`26. cut at every byte of "${TEXT}": %s streams the same text`, async (door) => {
    const rig = await rigForTest({ kind });
    for (const offset of OFFSETS) {
      rig.upstream.script(cutInText(offset, SAYING));
      expect(await DOORS[door]?.(rig), `cut at ${offset}`).toBe(TEXT);
    }
  });

  it('26. every byte on its own, streamed and whole', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(cutEvery(1, SAYING));
    for (const stream of [true, false]) {
      const { text } = await postRaw(rig, '/v1/chat/completions', { messages: HELLO, stream });
      expect(text).toContain(TEXT);
      expect(text).not.toContain('\u{FFFD}');
    }
  });

  it('26. AI SDK and LangChain read every byte on its own', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(cutEvery(1, SAYING));
    const result = streamText({ model: createCompatible(rig)(rig.model), prompt: 'Hello', maxRetries: 0 });
    expect(await result.text).toBe(TEXT);
    let text = '';
    for await (const chunk of await createLangChain(rig).stream('Hello')) text += chunk.text;
    expect(text).toBe(TEXT);
  });

  it('26. wherever a stream with thinking, text and calls is cut, the answer is the same', async () => {
    const rig = await rigForTest({ kind });
    const toolCalls = CITIES.map((city) => ({ name: 'weather', arguments: { city, note: TEXT } }));
    const saying = answer({ thinking: [TEXT, '…'], text: [TEXT, 'ß', TEXT], toolCalls });
    const places = fc.array(fc.nat(4_000), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(places, async (cuts) => {
        rig.upstream.script(recut((bytes) => pieces(bytes, cuts), saying));
        const stream = createOpenAiClient(rig, { fetch }).chat.completions.stream({
          model: rig.model,
          messages: HELLO,
        });
        const message = (await stream.finalChatCompletion()).choices[0]?.message;
        expect(message?.content).toBe(`${TEXT}ß${TEXT}`);
        expect(message?.tool_calls?.map(argumentsOf)).toEqual(toolCalls.map((call) => call.arguments));
      }),
      { numRuns: 40 },
    );
  });

  it('26. characters of the request arrive as they are', async () => {
    const rig = await rigForTest({ kind });
    await createOpenAiClient(rig).chat.completions.create({
      model: rig.model,
      messages: [{ role: 'user', content: TEXT }],
    });
    expect(JSON.stringify(rig.upstream.calls[0]?.body)).toContain(TEXT);
  });

  it.each(['gzip', 'deflate', 'br'] as const)('27. %s bodies arrive decoded, streamed and whole', async (encoding) => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(compressed(encoding, answer({ text: [TEXT, TEXT] })));
    for (const stream of [true, false]) {
      const { headers, text } = await postRaw(rig, '/v1/chat/completions', { messages: HELLO, stream });
      expect(headers.get('content-encoding')).toBeNull();
      expect(text).toContain(TEXT);
    }
    expect(await DOORS['openai chat']?.(rig)).toBe(TEXT + TEXT);
  });

  it('27. a compressed stream arrives piece by piece when cut anywhere', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(cutEvery(3, compressed('gzip', answer({ text: [TEXT, TEXT] }))));
    expect(await DOORS['openai chat']?.(rig)).toBe(TEXT + TEXT);
  });

  it.each(['gzip', 'br'] as const)('27. an error body in %s is read', async (encoding) => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(compressed(encoding, problem({ status: 400, message: 'too many dragons' })));
    const { status, text } = await postRaw(rig, '/v1/chat/completions', { messages: HELLO });
    expect(status).toBe(400);
    expect(text).toContain('too many dragons');
  });

  it('27. the upstream is asked for plain bytes', async () => {
    const rig = await rigForTest({ kind });
    await createOpenAiClient(rig).chat.completions.create({ model: rig.model, messages: HELLO });
    expect(rig.upstream.calls[0]?.headers['accept-encoding'] ?? 'identity').toBe('identity');
  });
});

function pieces(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const edges = [...new Set(cuts.map((place) => place % bytes.length))].sort((left, right) => left - right);
  return [0, ...edges].map((start, index) => bytes.subarray(start, edges[index] ?? bytes.length));
}
