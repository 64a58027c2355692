import Anthropic from '@anthropic-ai/sdk';
import { describe, expect, test } from 'vitest';
import { HELLO } from './describe-native.ts';
import { MODEL, type OllamaBehindGateway } from './start-behind-gateway.ts';

/** What `@anthropic-ai/sdk` can do with it. */
export function describeAnthropic(target: () => OllamaBehindGateway): void {
  const client = (): Anthropic => new Anthropic({ baseURL: target().url, apiKey: 'sk-client', maxRetries: 0 });
  const asked = { model: MODEL, messages: HELLO, max_tokens: 8 };

  describe('anthropic', () => {
    test('a message keeps to max_tokens and counts tokens', async () => {
      const message = await client().messages.create(asked);
      expect(message).toMatchObject({ role: 'assistant', stop_reason: 'max_tokens', usage: { output_tokens: 8 } });
      expect(message.content).toMatchObject([{ type: 'text', text: expect.stringMatching(/./u) as unknown }]);
      expect(message.usage.input_tokens).toBeGreaterThan(0);
    });

    test('a streamed message is put together block by block', async () => {
      const stream = client().messages.stream({ ...asked, system: 'Be brief.' });
      const pieces: string[] = [];
      stream.on('text', (text) => pieces.push(text));
      const message = await stream.finalMessage();
      expect(pieces.length).toBeGreaterThan(1);
      expect(message.content).toMatchObject([{ type: 'text', text: pieces.join('') }]);
      expect(message).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: 8 } });
    });

    test('tokens are counted without an answer', async () => {
      const { input_tokens } = await client().messages.countTokens({ model: MODEL, messages: HELLO });
      expect(input_tokens).toBeGreaterThan(0);
    });

    test('a model that nobody has is a 404 with the nearest names', async () => {
      await expect(client().messages.create({ ...asked, model: 'tinny' })).rejects.toMatchObject({
        status: 404,
        message: expect.stringContaining('Did you mean tiny') as unknown,
      });
    });
  });
}
