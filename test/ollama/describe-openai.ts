import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { collect } from './collect.ts';
import { ANSWER_SCHEMA, ENDLESS_TOKENS, HELLO, yesOrNo } from './describe-native.ts';
import { EMBEDDING_MODEL, MODEL, type OllamaBehindGateway } from './start-behind-gateway.ts';

/** What the `openai` package can do with it. */
export function describeOpenAi(target: () => OllamaBehindGateway): void {
  const client = (): OpenAI => new OpenAI({ baseURL: `${target().url}/v1`, apiKey: 'sk-client', maxRetries: 0 });
  const asked = { model: MODEL, messages: HELLO, temperature: 0, seed: 1 };

  describe('openai', () => {
    test('lists the model and finds it by its name', async () => {
      const ids = (await collect(await client().models.list())).map(({ id }) => id);
      expect(ids).toContain(MODEL);
      expect((await client().models.retrieve(MODEL)).id).toBe(MODEL);
    });

    test('chat keeps to max_completion_tokens, and its usage adds up', async () => {
      const reply = await client().chat.completions.create({ ...asked, max_completion_tokens: 8 });
      expect(reply.choices[0]).toMatchObject({ finish_reason: 'length', message: { role: 'assistant' } });
      const { usage } = reply;
      expect(usage?.completion_tokens).toBe(8);
      expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + 8);
    });

    test('a streamed chat ends with its reason, then the usage that was asked for', async () => {
      const options = { stream: true, stream_options: { include_usage: true }, max_completion_tokens: 8 } as const;
      const chunks = await collect(await client().chat.completions.create({ ...asked, ...options }));
      expect(chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta.content ?? '')).join('')).not.toBe('');
      expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('length');
      expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 8 } });
    });

    test('a JSON schema is kept to', async () => {
      const json_schema = { name: 'answer', strict: true, schema: ANSWER_SCHEMA };
      const response_format = { type: 'json_schema' as const, json_schema };
      const reply = await client().chat.completions.create({ ...asked, response_format, max_completion_tokens: 200 });
      yesOrNo.parse(JSON.parse(reply.choices[0]?.message.content ?? ''));
    });

    test('completions and responses answer too', async () => {
      const completion = await client().completions.create({ model: MODEL, prompt: 'Hello', max_tokens: 8 });
      expect(completion.choices[0]?.text).not.toBe('');
      const response = await client().responses.create({ model: MODEL, input: 'Hello', max_output_tokens: 8 });
      expect(response).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } });
      expect(response.output_text).not.toBe('');
      expect(response.usage?.output_tokens).toBe(8);
    });

    test('embeddings are the same in base64, which the package asks for, and as numbers', async () => {
      const create = { model: EMBEDDING_MODEL, input: 'one' };
      const [packed] = (await client().embeddings.create(create)).data;
      const [plain] = (await client().embeddings.create({ ...create, encoding_format: 'float' })).data;
      expect(packed?.embedding.length).toBeGreaterThan(0);
      expect(packed?.embedding).toEqual(plain?.embedding.map(Math.fround));
    });

    test('a model that nobody has is a 404 with the nearest names', async () => {
      const reply = client().chat.completions.create({ ...asked, model: 'tinny' });
      await expect(reply).rejects.toMatchObject({
        status: 404,
        message: expect.stringContaining('Did you mean tiny') as unknown,
      });
    });

    test.each([true, false])('hanging up closes the connection to Ollama, streamed: %s', async (stream) => {
      const { relay, engine } = target();
      const before = relay.givenUp;
      const control = new AbortController();
      const cancelled = async () => (await engine.recorded()).filter(({ outcome }) => outcome === 'cancelled').length;
      const cancelledBefore = await cancelled();
      const reply = client().chat.completions.create(
        { ...asked, max_completion_tokens: ENDLESS_TOKENS, stream },
        { signal: control.signal },
      );
      const reading = (async () => {
        const answered = await reply;
        if (Symbol.asyncIterator in answered) for await (const _chunk of answered) control.abort();
      })().catch(() => undefined);
      // A whole answer gives no sign of its start but that the model is at work.
      if (!stream) await expect.poll(async () => (await activeRequests()) > 0).toBe(true);
      if (!stream) control.abort();
      await reading;
      await expect.poll(() => relay.givenUp, { timeout: 1_000 }).toBe(before + 1);
      await expect.poll(cancelled).toBe(cancelledBefore + 1);
    });
  });

  async function activeRequests(): Promise<number> {
    const status = (await (await target().engine.control('/control/v1/status')).json()) as { activeRequests: number };
    return status.activeRequests;
  }
}
