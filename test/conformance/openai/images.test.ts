import { generateText } from 'ai';
import { describe, expect, it } from 'vitest';
import { rigForTest } from '../support/rig-for-test.ts';
import { KINDS, type Rig } from '../support/start-rig.ts';
import { createAiOpenAi, createOpenAiClient } from './clients.ts';
import { at, postRaw } from './post-raw.ts';

/** One transparent pixel. */
const BASE64 = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
const DATA_URL = `data:image/png;base64,${BASE64}`;

describe.each(KINDS)('images for an upstream of the kind %s', (kind) => {
  it('13. openai: a data URL arrives as the upstream wants it', async () => {
    const rig = await rigForTest({ kind });
    await createOpenAiClient(rig).chat.completions.create({ model: rig.model, messages: [asking(DATA_URL)] });
    expectImage(rig);
  });

  it('13. openai responses: input_image arrives likewise', async () => {
    const rig = await rigForTest({ kind, features: { responses: false } });
    const content = [
      { type: 'input_text', text: 'What is this?' } as const,
      { type: 'input_image', image_url: DATA_URL, detail: 'auto' } as const,
    ];
    await createOpenAiClient(rig).responses.create({ model: rig.model, input: [{ role: 'user', content }] });
    expectImage(rig);
  });

  it('13. AI SDK: bytes of an image arrive likewise', async () => {
    const rig = await rigForTest({ kind });
    const file = { type: 'file', data: Buffer.from(BASE64, 'base64'), mediaType: 'image/png' } as const;
    const content = [{ type: 'text', text: 'What is this?' } as const, file];
    const model = createAiOpenAi(rig).chat(rig.model);
    await generateText({ model, messages: [{ role: 'user', content }], maxRetries: 0 });
    expectImage(rig);
  });

  it('13. text and images of one message stay one message', async () => {
    const rig = await rigForTest({ kind });
    await createOpenAiClient(rig).chat.completions.create({ model: rig.model, messages: [asking(DATA_URL)] });
    expect(rig.upstream.calls[0]?.body.messages).toHaveLength(1);
  });

  it('13. something that is no image URL is a clear 400', async () => {
    const rig = await rigForTest({ kind });
    const messages = [asking('file:///etc/passwd')];
    const { status, text } = await postRaw(rig, '/v1/chat/completions', { messages });
    expect(rig.upstream.calls).toHaveLength(0);
    expect(status).toBe(400);
    expect(text).toContain('image_url');
  });
});

describe('images by address', () => {
  const URL = 'http://127.0.0.1:9/cat.png';

  it('13. Ollama cannot take one: 400 in words, and nobody fetches it', async () => {
    const rig = await rigForTest({ kind: 'ollama' });
    const { status, text } = await postRaw(rig, '/v1/chat/completions', { messages: [asking(URL)] });
    expect(status).toBe(400);
    expect(text).toContain('image given by its address');
    expect(rig.upstream.calls).toHaveLength(0);
  });

  it('13. OpenAI and Anthropic get the address as it is', async () => {
    const openai = await rigForTest({ kind: 'openai' });
    await postRaw(openai, '/v1/chat/completions', { messages: [asking(URL)] });
    expect(JSON.stringify(openai.upstream.calls[0]?.body)).toContain(URL);
    const anthropic = await rigForTest({ kind: 'anthropic' });
    await postRaw(anthropic, '/v1/chat/completions', { messages: [asking(URL)] });
    expect(at(anthropic.upstream.calls[0]?.body, 'messages', 0, 'content', 1, 'source')).toEqual({
      type: 'url',
      url: URL,
    });
  });
});

function asking(url: string) {
  return {
    role: 'user' as const,
    content: [
      { type: 'text' as const, text: 'What is this?' },
      { type: 'image_url' as const, image_url: { url } },
    ],
  };
}

function expectImage(rig: Rig): void {
  const message = at(rig.upstream.calls[0]?.body, 'messages', 0);
  if (rig.kind === 'ollama') {
    expect(at(message, 'images')).toEqual([BASE64]);
    return;
  }
  const image = at(message, 'content', 1);
  if (rig.kind === 'openai') expect(at(image, 'image_url', 'url')).toBe(DATA_URL);
  else expect(at(image, 'source')).toEqual({ type: 'base64', media_type: 'image/png', data: BASE64 });
}
