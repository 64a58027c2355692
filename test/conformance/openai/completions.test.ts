import { generateText } from 'ai';
import { describe, expect, it } from 'vitest';
import { answer } from '../../support/upstreams/answer-script.ts';
import { rigForTest } from '../support/rig-for-test.ts';
import { KINDS } from '../support/start-rig.ts';
import { createCompatible, createOpenAiClient } from './clients.ts';
import { at, postForEvents, textsAt } from './post-raw.ts';

describe.each(KINDS)('text completions of an upstream of the kind %s', (kind) => {
  async function rigSaying() {
    const rig = await rigForTest({ kind });
    rig.upstream.script(answer({ text: ['One', ' two'], usage: { input: 20, output: 5 } }));
    return rig;
  }

  it('2. openai completions.create without `stream`: one answer', async () => {
    const rig = await rigSaying();
    const { choices, object, usage } = await createOpenAiClient(rig).completions.create({
      model: rig.model,
      prompt: 'Hello',
    });
    expect(object).toBe('text_completion');
    expect(choices).toMatchObject([{ text: 'One two', index: 0, finish_reason: 'stop' }]);
    expect(usage).toMatchObject({ prompt_tokens: 20, completion_tokens: 5, total_tokens: 25 });
  });

  it('7. completions stream: deltas, finish, usage chunk, [DONE]', async () => {
    const rig = await rigSaying();
    const ask = { prompt: 'Hello', stream_options: { include_usage: true } };
    const chunks = (await postForEvents(rig, '/v1/completions', ask)).map((event) => event.data);
    expect(chunks.pop()).toBe('[DONE]');
    const usage = chunks.pop();
    expect(at(usage, 'choices')).toEqual([]);
    expect(at(usage, 'usage', 'total_tokens')).toBe(25);
    expect(textsAt(chunks, 'choices', 0, 'text').join('')).toBe('One two');
    const reasons = chunks.map((chunk) => at(chunk, 'choices', 0, 'finish_reason')).filter((reason) => reason);
    expect(reasons).toEqual(['stop']);
  });

  it('7. AI SDK openai-compatible completionModel', async () => {
    const rig = await rigSaying();
    const model = createCompatible(rig).completionModel(rig.model);
    const { text, finishReason } = await generateText({ model, prompt: 'Hello', maxRetries: 0 });
    expect([text, finishReason]).toEqual(['One two', 'stop']);
  });

  it('32. a suffix reaches who can fill in the middle, and is refused where nobody can', async () => {
    const rig = await rigSaying();
    const asked = createOpenAiClient(rig).completions.create({ model: rig.model, prompt: 'a', suffix: 'c' });
    if (kind === 'anthropic') await expect(asked).rejects.toMatchObject({ status: 400 });
    else {
      await asked;
      expect(rig.upstream.calls[0]?.body).toMatchObject({ prompt: 'a', suffix: 'c' });
    }
  });
});
