import { AIMessageChunk, HumanMessage, ToolMessage } from '@langchain/core/messages';
import { describe, expect, test } from 'vitest';
import { answer } from '../../support/upstreams/answer-script.ts';
import { rigForTest } from '../support/rig-for-test.ts';
import { KINDS } from '../support/start-rig.ts';
import { createLangChainAnthropic } from './clients.ts';
import { TWO_CALLS, WEATHER_SCHEMA, WEATHER_TOOL } from './messages.ts';

const QUESTION = new HumanMessage('How is the weather in Paris and Rome?');

describe.each(KINDS)('@langchain/anthropic with an upstream of the kind %s', (kind) => {
  test('17: invoke reads text and usage', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(answer({ text: 'Four.', usage: { input: 11, output: 7 } }));
    const message = await createLangChainAnthropic(rig).invoke('Hello');
    expect(message.text).toBe('Four.');
    expect(message.usage_metadata).toMatchObject({ input_tokens: 11, output_tokens: 7, total_tokens: 18 });
  });

  test('17: stream gives the same in pieces, the usage included', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(answer({ text: ['Fo', 'ur.'], usage: { input: 11, output: 7 } }));
    let whole = new AIMessageChunk('');
    for await (const chunk of await createLangChainAnthropic(rig).stream('Hello')) whole = whole.concat(chunk);
    expect(whole.text).toBe('Four.');
    // This client adds the count of message_start, which is 1 at Anthropic, to the cumulative one at the end.
    expect(whole.usage_metadata).toMatchObject({ output_tokens: kind === 'anthropic' ? 8 : 7 });
  });

  test('17: bound tools are called, and their results go back', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(answer(TWO_CALLS), answer({ text: 'Sunny in both.' }));
    const model = createLangChainAnthropic(rig).bindTools([WEATHER_TOOL]);
    const called = await model.invoke([QUESTION]);
    expect(called.tool_calls?.map(({ args }) => args)).toEqual([{ city: 'Paris' }, { city: 'Rome' }]);
    const results = (called.tool_calls ?? []).map(
      ({ id }) => new ToolMessage({ tool_call_id: id ?? '', content: 'sunny' }),
    );
    const answered = await model.invoke([QUESTION, called, ...results]);
    expect(answered.text).toBe('Sunny in both.');
  });

  test('17: tools that are called in a stream keep their arguments apart', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(answer(TWO_CALLS));
    let whole = new AIMessageChunk('');
    const model = createLangChainAnthropic(rig).bindTools([WEATHER_TOOL]);
    for await (const chunk of await model.stream([QUESTION])) whole = whole.concat(chunk);
    expect(whole.tool_calls?.map(({ args }) => args)).toEqual([{ city: 'Paris' }, { city: 'Rome' }]);
  });

  test('12: withStructuredOutput forces its tool and reads the object', async () => {
    const rig = await rigForTest({ kind });
    const name = 'extract';
    const forced = { toolCalls: [{ name, arguments: { city: 'Paris' } }] };
    // Ollama cannot be forced to call a tool: there the schema is asked for and the answer becomes the call.
    rig.upstream.script(answer(kind === 'ollama' ? { text: '{"city":"Paris"}' } : forced));
    const model = createLangChainAnthropic(rig).withStructuredOutput(WEATHER_SCHEMA, {
      name,
      method: 'functionCalling',
    });
    expect(await model.invoke('Which city?')).toEqual({ city: 'Paris' });
  });
});
