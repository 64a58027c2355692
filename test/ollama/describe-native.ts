import { Ollama } from 'ollama';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { collect } from './collect.ts';
import { EMBEDDING_MODEL, MODEL, type OllamaBehindGateway } from './start-behind-gateway.ts';

/** Always the same answer for the same prompt. */
export const STEADY = { temperature: 0, seed: 1 };
/** Never reached within a test. */
export const ENDLESS_TOKENS = 100_000;
export const ANSWER_SCHEMA = {
  type: 'object',
  properties: { answer: { type: 'string', enum: ['yes', 'no'] } },
  required: ['answer'],
  additionalProperties: false,
};
export const yesOrNo = z.strictObject({ answer: z.enum(['yes', 'no']) });
export const HELLO = [{ role: 'user' as const, content: 'Hello there' }];

const tags = z.object({
  models: z.array(z.object({ name: z.string(), digest: z.string(), size: z.number(), details: z.unknown() })),
});

/** What the `ollama` package can do, through the gateway. */
export function describeNative(target: () => OllamaBehindGateway): void {
  const client = (): Ollama => new Ollama({ host: target().url });
  const read = async (url: string, path: string, body?: object): Promise<unknown> => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    return (await fetch(url + path, body === undefined ? {} : init)).json();
  };

  describe('what is there', () => {
    test('the version is Ollama’s', async () => {
      expect(await read(target().url, '/api/version')).toEqual(await read(target().ollamaUrl, '/api/version'));
    });

    test('the list has the model as Ollama lists it', async () => {
      const listed = tags.parse(await read(target().url, '/api/tags')).models;
      const own = tags.parse(await read(target().ollamaUrl, '/api/tags')).models;
      expect(own.map(({ name }) => name).toSorted()).toEqual([EMBEDDING_MODEL, MODEL]);
      expect(listed).toEqual(expect.arrayContaining(own));
    });

    test('show describes the model as Ollama does', async () => {
      const asked = { model: MODEL };
      const shown = await read(target().url, '/api/show', asked);
      expect(shown).toEqual(await read(target().ollamaUrl, '/api/show', asked));
      expect(shown).toMatchObject({ capabilities: expect.arrayContaining(['completion']) as unknown });
    });

    test('a model that nobody has is a 404 with the nearest names', async () => {
      const asked = client().chat({ model: 'tinny', messages: HELLO });
      await expect(asked).rejects.toMatchObject({
        status_code: 404,
        message: expect.stringMatching(/^model 'tinny' not found\. Did you mean tiny/u) as unknown,
      });
    });
  });

  describe('answers', () => {
    test('chat keeps to num_predict, says why it ended and counts tokens', async () => {
      const reply = await client().chat({ model: MODEL, messages: HELLO, options: { ...STEADY, num_predict: 8 } });
      expect(reply).toMatchObject({ done: true, done_reason: 'length', eval_count: 8, message: { role: 'assistant' } });
      expect(reply.message.content).not.toBe('');
      expect(reply.prompt_eval_count).toBeGreaterThan(0);
      expect(reply.total_duration).toBeGreaterThan(0);
    });

    test('a streamed chat comes in pieces, with the figures in the last', async () => {
      const options = { ...STEADY, num_predict: 8 };
      const chunks = await collect(await client().chat({ model: MODEL, messages: HELLO, options, stream: true }));
      expect(chunks.length).toBeGreaterThan(2);
      expect(chunks.map(({ done }) => done)).toEqual([...chunks.slice(1).map(() => false), true]);
      expect(chunks.map(({ message }) => message.content).join('')).not.toBe('');
      expect(chunks.at(-1)).toMatchObject({ done_reason: 'length', eval_count: 8 });
    });

    test.each([true, false])('generate answers a prompt, streamed: %s', async (stream) => {
      const asked = { model: MODEL, prompt: 'Hello there', options: { ...STEADY, num_predict: 8 } };
      const chunks = stream
        ? await collect(await client().generate({ ...asked, stream }))
        : [await client().generate(asked)];
      expect(chunks.map(({ response }) => response).join('')).not.toBe('');
      expect(chunks.at(-1)).toMatchObject({ done: true, done_reason: 'length', eval_count: 8 });
    });

    test('a raw prompt goes without the template', async () => {
      const asked = { model: MODEL, prompt: 'Count these few words', options: { num_predict: 1 } };
      const raw = await client().generate({ ...asked, raw: true });
      const templated = await client().generate({ ...asked, prompt: 'Count those few words' });
      expect(raw.prompt_eval_count).toBeLessThan(templated.prompt_eval_count);
    });

    test('a stop text ends the answer and is not part of it', async () => {
      const asked = { model: MODEL, prompt: 'Hello', options: { ...STEADY, num_predict: 40 } };
      const { response: whole = '' } = await client().generate(asked);
      const stop = whole.slice(12, 14);
      const cut = await client().generate({ ...asked, options: { ...asked.options, stop: [stop] } });
      expect(cut.done_reason).toBe('stop');
      expect(whole).toContain(cut.response);
      expect(cut.response).not.toContain(stop);
    });

    test('a format is kept to', async () => {
      const options = { ...STEADY, num_predict: 200 };
      const reply = await client().chat({ model: MODEL, messages: HELLO, format: ANSWER_SCHEMA, options });
      yesOrNo.parse(JSON.parse(reply.message.content));
    });

    test('embeddings are Ollama’s own', async () => {
      const asked = { model: EMBEDDING_MODEL, input: ['one', 'two'] };
      const { embeddings } = await client().embed(asked);
      expect(embeddings).toHaveLength(2);
      expect(embeddings).toEqual((await new Ollama({ host: target().ollamaUrl }).embed(asked)).embeddings);
    });
  });

  describe('loading and hanging up', () => {
    const loaded = async (): Promise<string[]> => (await client().ps()).models.map(({ name }) => name);

    test('a model that has answered is in memory, until keep_alive 0 unloads it', async () => {
      await client().generate({ model: MODEL, prompt: 'Hello', options: { num_predict: 1 } });
      expect(await loaded()).toEqual([MODEL]);
      const reply = await client().generate({ model: MODEL, prompt: '', keep_alive: 0 });
      expect(reply).toMatchObject({ done: true, done_reason: 'unload' });
      await expect.poll(loaded, { timeout: 10_000 }).toEqual([]);
    });

    test('abort closes the connection to Ollama and is recorded as cancelled', async () => {
      const { engine, relay } = target();
      const before = relay.givenUp;
      const options = { ...STEADY, num_predict: ENDLESS_TOKENS };
      const stream = await client().generate({ model: MODEL, prompt: 'Go on', options, stream: true });
      const reading = async () => {
        for await (const chunk of stream) if (chunk.response !== '') stream.abort();
      };
      await expect(reading()).rejects.toThrow(/abort/iu);
      await expect.poll(() => relay.givenUp, { timeout: 1_000 }).toBe(before + 1);
      await expect.poll(async () => (await engine.recorded())[0]?.outcome).toBe('cancelled');
    });
  });

  describe('administration', () => {
    test('create, copy and delete do what they do at Ollama', async () => {
      const names = async () =>
        (await client().list()).models.map(({ name }) => name).filter((name) => /^(?:made|copied):/u.test(name));
      await client().create({ model: 'made:latest', from: MODEL, system: 'Be brief.', stream: false });
      await client().copy({ source: 'made:latest', destination: 'copied:latest' });
      expect((await names()).toSorted()).toEqual(['copied:latest', 'made:latest']);
      const reply = await client().chat({ model: 'copied', messages: HELLO, options: { num_predict: 1 } });
      expect(reply.done).toBe(true);
      await client().delete({ model: 'made:latest' });
      await client().delete({ model: 'copied:latest' });
      expect(await names()).toEqual([]);
      await expect(client().delete({ model: 'made:latest' })).rejects.toThrow(/not found/u);
    });

    test('creating tells its progress and ends with success', async () => {
      const steps = await collect(await client().create({ model: 'made:latest', from: MODEL, stream: true }));
      await client().delete({ model: 'made:latest' });
      expect(steps.length).toBeGreaterThan(1);
      expect(steps.at(-1)?.status).toBe('success');
    });

    test('a pull that Ollama cannot do is told in its words', async () => {
      // Nothing listens at port 1: no network is needed to fail.
      const asked = client().pull({ model: '127.0.0.1:1/nobody/nothing', insecure: true });
      await expect(asked).rejects.toThrow(/manifest|refused/u);
    });
  });
}
