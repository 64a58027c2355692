import { generateText, jsonSchema, Output, stepCountIs, streamText, tool } from 'ai';
import { describe, expect, test } from 'vitest';
import { answer } from '../../support/upstreams/answer-script.ts';
import { rigForTest } from '../support/rig-for-test.ts';
import { KINDS } from '../support/start-rig.ts';
import { createAiAnthropic } from './clients.ts';
import { TWO_CALLS, WEATHER_SCHEMA } from './messages.ts';

// It warns of every model that is not Anthropic's.
globalThis.AI_SDK_LOG_WARNINGS = false;

const weather = tool({
  description: 'The weather in a city',
  inputSchema: jsonSchema<{ city: string }>(WEATHER_SCHEMA),
  execute: ({ city }) => Promise.resolve(`sunny in ${city}`),
});

describe.each(KINDS)('ai with @ai-sdk/anthropic and an upstream of the kind %s', (kind) => {
  test('17: generateText reads text, thinking, the end and the usage', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(answer({ thinking: 'hm', text: 'Four.', usage: { input: 11, output: 7 } }));
    const model = createAiAnthropic(rig)(rig.model);
    const result = await generateText({ model, prompt: 'Hello', maxRetries: 0 });
    expect(result.text).toBe('Four.');
    expect(result.finalStep.reasoningText).toBe('hm');
    expect(result.finishReason).toBe('stop');
    expect(result.usage).toMatchObject({ inputTokens: 11, outputTokens: 7 });
  });

  test('17: streamText reads the same, piece by piece', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(answer({ thinking: ['h', 'm'], text: ['Fo', 'ur.'], usage: { input: 11, output: 7 } }));
    const result = streamText({ model: createAiAnthropic(rig)(rig.model), prompt: 'Hello', maxRetries: 0 });
    const pieces: string[] = [];
    for await (const piece of result.textStream) pieces.push(piece);
    expect(pieces).toEqual(['Fo', 'ur.']);
    expect((await result.finalStep).reasoningText).toBe('hm');
    expect(await result.usage).toMatchObject({ inputTokens: 11, outputTokens: 7 });
  });

  test('17: the tool loop runs two calls and ends with the answer to their results', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(answer(TWO_CALLS), answer({ text: 'Sunny in both.' }));
    const result = await generateText({
      model: createAiAnthropic(rig)(rig.model),
      prompt: 'How is the weather in Paris and Rome?',
      tools: { weather },
      stopWhen: stepCountIs(3),
      maxRetries: 0,
    });
    expect(result.text).toBe('Sunny in both.');
    expect(result.steps[0]?.toolResults.map(({ output }) => output)).toEqual(['sunny in Paris', 'sunny in Rome']);
    expect(rig.upstream.calls).toHaveLength(2);
  });

  test('17: tools that are called in a stream have their own arguments', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(answer(TWO_CALLS), answer({ text: 'Sunny.' }));
    const result = streamText({
      model: createAiAnthropic(rig)(rig.model),
      prompt: 'How is the weather in Paris and Rome?',
      tools: { weather },
      stopWhen: stepCountIs(3),
      maxRetries: 0,
    });
    expect(await result.text).toBe('Sunny.');
    const [first] = await result.steps;
    expect(first?.toolCalls.map(({ input }) => input)).toEqual([{ city: 'Paris' }, { city: 'Rome' }]);
    expect(first?.finishReason).toBe('tool-calls');
  });

  test('12: an answer by a schema reaches the upstream and comes back as an object', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(answer({ text: '{"city":"Paris"}' }));
    const result = await generateText({
      model: createAiAnthropic(rig)(rig.model),
      prompt: 'Which city?',
      output: Output.object({
        schema: jsonSchema<{ city: string }>({ ...WEATHER_SCHEMA, additionalProperties: false }),
      }),
      maxRetries: 0,
    });
    expect(result.output).toEqual({ city: 'Paris' });
    expect(JSON.stringify(rig.upstream.calls[0]?.body)).toContain('"city"');
  });

  test('19: the older version of the API and x-api-key are what this client sends', async () => {
    const rig = await rigForTest({ kind });
    const seen: Record<string, string>[] = [];
    const noting: typeof fetch = (input, init) => {
      seen.push(Object.fromEntries(new Headers(init?.headers)));
      return fetch(input, init);
    };
    const model = createAiAnthropic(rig, { fetch: noting })(rig.model);
    await generateText({ model, prompt: 'Hello', maxRetries: 0 });
    expect(seen[0]).toMatchObject({ 'x-api-key': 'sk-client', 'anthropic-version': '2023-06-01' });
    expect(rig.upstream.calls).toHaveLength(1);
  });
});
