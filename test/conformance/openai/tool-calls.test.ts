import { generateText, jsonSchema, stepCountIs, streamText, tool, type ToolSet } from 'ai';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../../support/upstreams/answer.ts';
import { answer } from '../../support/upstreams/answer-script.ts';
import { rigForTest } from '../support/rig-for-test.ts';
import { KINDS } from '../support/start-rig.ts';
import { createAiOpenAi, createCompatible, createLangChain, createOpenAiClient } from './clients.ts';
import { at, HELLO, postChatStream, textsAt } from './post-raw.ts';
import { argumentsOf, CITIES, TWO_CALLS, WEATHER_SCHEMA, WEATHER_TOOL } from './weather-tool.ts';

const ASK = { messages: HELLO, tools: [WEATHER_TOOL] };
const AI_TOOLS: ToolSet = { weather: { inputSchema: jsonSchema(WEATHER_SCHEMA) } };

/** How servers number the calls of a stream. Only Anthropic's own numbering cannot go wrong. */
const NUMBERINGS = KINDS.flatMap((kind) =>
  (kind === 'anthropic' ? (['rising'] as const) : (['rising', 'zero', 'missing'] as const)).map((toolIndex) => ({
    kind,
    toolIndex,
  })),
);

describe.each(NUMBERINGS)(
  'two tool calls of an upstream of the kind $kind, index $toolIndex',
  ({ kind, toolIndex }) => {
    async function rigCalling(changes: Answer = {}) {
      const rig = await rigForTest({ kind });
      rig.upstream.script(answer({ ...TWO_CALLS, toolIndex, ...changes }));
      return rig;
    }

    it('8. chat stream: index 0 and 1, own ids, string arguments, finish_reason tool_calls', async () => {
      const rig = await rigCalling();
      const chunks = await postChatStream(rig, { tools: [WEATHER_TOOL] });
      const deltas = chunks.flatMap(
        (chunk) => (at(chunk, 'choices', 0, 'delta', 'tool_calls') as unknown[] | undefined) ?? [],
      );
      const openings = deltas.filter((delta) => at(delta, 'id') !== undefined);
      expect(openings.map((delta) => at(delta, 'index'))).toEqual([0, 1]);
      expect(new Set(openings.map((delta) => at(delta, 'id'))).size).toBe(2);
      const texts = [0, 1].map((index) =>
        textsAt(
          deltas.filter((delta) => at(delta, 'index') === index),
          'function',
          'arguments',
        ),
      );
      expect(texts.map((pieces) => JSON.parse(pieces.join('')) as unknown)).toEqual(CITIES.map((city) => ({ city })));
      const reasons = chunks.map((chunk) => at(chunk, 'choices', 0, 'finish_reason')).filter((reason) => reason);
      expect(reasons).toEqual(['tool_calls']);
    });

    it('8. openai create', async () => {
      const rig = await rigCalling();
      const { choices } = await createOpenAiClient(rig).chat.completions.create({ model: rig.model, ...ASK });
      expect(choices[0]?.finish_reason).toBe('tool_calls');
      expect(choices[0]?.message.tool_calls?.map(argumentsOf)).toEqual(CITIES.map((city) => ({ city })));
    });

    it('8. openai stream()', async () => {
      const rig = await rigCalling();
      const stream = createOpenAiClient(rig).chat.completions.stream({ model: rig.model, ...ASK });
      const { choices } = await stream.finalChatCompletion();
      expect(choices[0]?.finish_reason).toBe('tool_calls');
      expect(choices[0]?.message.tool_calls?.map(argumentsOf)).toEqual(CITIES.map((city) => ({ city })));
      expect(new Set(choices[0]?.message.tool_calls?.map((call) => call.id)).size).toBe(2);
    });

    it('8. AI SDK openai.chat, streamed and whole', async () => {
      const rig = await rigCalling();
      const model = createAiOpenAi(rig).chat(rig.model);
      const streamed = streamText({ model, prompt: 'Hello', tools: AI_TOOLS, maxRetries: 0 });
      const whole = await generateText({ model, prompt: 'Hello', tools: AI_TOOLS, maxRetries: 0 });
      expect((await streamed.toolCalls).map(inputOf)).toEqual(CITIES.map((city) => ({ city })));
      expect(whole.toolCalls.map(inputOf)).toEqual(CITIES.map((city) => ({ city })));
      expect([await streamed.finishReason, whole.finishReason]).toEqual(['tool-calls', 'tool-calls']);
    });

    it('8. AI SDK openai-compatible', async () => {
      const rig = await rigCalling();
      const model = createCompatible(rig)(rig.model);
      const result = streamText({ model, prompt: 'Hello', tools: AI_TOOLS, maxRetries: 0 });
      expect((await result.toolCalls).map(inputOf)).toEqual(CITIES.map((city) => ({ city })));
      expect(await result.finishReason).toBe('tool-calls');
    });

    it('8. LangChain bindTools, streamed and whole', async () => {
      const rig = await rigCalling();
      const model = createLangChain(rig).bindTools([WEATHER_TOOL]);
      const whole = await model.invoke('Hello');
      expect(whole.tool_calls?.map((call) => call.args)).toEqual(CITIES.map((city) => ({ city })));
      let streamed: Awaited<ReturnType<typeof model.invoke>> | undefined;
      for await (const chunk of await model.stream('Hello')) streamed = streamed?.concat(chunk) ?? chunk;
      expect(streamed?.tool_calls?.map((call) => call.args)).toEqual(CITIES.map((city) => ({ city })));
      expect(new Set(streamed?.tool_calls?.map((call) => call.id)).size).toBe(2);
    });
  },
);

describe.each(KINDS)('a tool loop over an upstream of the kind %s', (kind) => {
  async function rigLooping() {
    const rig = await rigForTest({ kind });
    rig.upstream.script(answer(TWO_CALLS), answer({ text: 'Sunny in both.' }));
    return rig;
  }

  it('8. openai runTools hands both results back under their ids', async () => {
    const rig = await rigLooping();
    const asked: string[] = [];
    const runner = createOpenAiClient(rig).chat.completions.runTools({
      model: rig.model,
      messages: HELLO,
      stream: true,
      tools: [
        {
          type: 'function',
          function: {
            name: 'weather',
            description: 'Tells the weather.',
            parameters: WEATHER_SCHEMA,
            parse: (text: string) => JSON.parse(text) as { city: string },
            function: ({ city }: { city: string }) => {
              asked.push(city);
              return `sunny in ${city}`;
            },
          },
        },
      ],
    });
    expect(await runner.finalContent()).toBe('Sunny in both.');
    expect(asked).toEqual(CITIES);
    const second = JSON.stringify(rig.upstream.calls[1]?.body.messages);
    for (const city of CITIES) expect(second).toContain(`sunny in ${city}`);
  });

  it('8. AI SDK executes the tools and goes on', async () => {
    const rig = await rigLooping();
    const weather = tool({
      inputSchema: jsonSchema<{ city: string }>(WEATHER_SCHEMA),
      execute: ({ city }) => `sunny in ${city}`,
    });
    const { text, steps } = await generateText({
      model: createAiOpenAi(rig).chat(rig.model),
      prompt: 'Hello',
      tools: { weather },
      stopWhen: stepCountIs(3),
      maxRetries: 0,
    });
    expect(text).toBe('Sunny in both.');
    expect(steps).toHaveLength(2);
    const second = JSON.stringify(rig.upstream.calls[1]?.body.messages);
    for (const city of CITIES) expect(second).toContain(`sunny in ${city}`);
  });
});

function inputOf(call: { input: unknown }): unknown {
  return call.input;
}
