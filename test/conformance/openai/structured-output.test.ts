import { generateText, jsonSchema, Output, streamText } from 'ai';
import { zodResponseFormat, zodTextFormat } from 'openai/helpers/zod';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isJsonObject } from '../../../src-main/engine/protocols/json.ts';
import { answer } from '../../support/upstreams/answer-script.ts';
import { rigForTest } from '../support/rig-for-test.ts';
import { KINDS, type Rig } from '../support/start-rig.ts';
import { createAiOpenAi, createCompatible, createLangChain, createOpenAiClient } from './clients.ts';
import { at, HELLO, postChatStream, postRaw } from './post-raw.ts';

const CITY = z.object({ name: z.string(), people: z.number() });
const ROME = { name: 'Rome', people: 2_800_000 };
const SCHEMA = z.toJSONSchema(CITY);
const AI_OUTPUT = Output.object({ schema: jsonSchema<z.infer<typeof CITY>>(SCHEMA as object) });

describe.each(KINDS)('structured output of an upstream of the kind %s', (kind) => {
  async function rigAnswering() {
    const rig = await rigForTest({ kind });
    rig.upstream.script(answer({ text: ['{"name":"Ro', 'me","people":2800000}'] }));
    return rig;
  }

  it('12. openai parse: the schema reaches it, and the answer fits', async () => {
    const rig = await rigAnswering();
    const { choices } = await createOpenAiClient(rig).chat.completions.parse({
      model: rig.model,
      messages: HELLO,
      response_format: zodResponseFormat(CITY, 'city'),
    });
    expect(choices[0]?.message.parsed).toEqual(ROME);
    expectSchemaAt(rig);
  });

  it('12. openai stream() with a schema', async () => {
    const rig = await rigAnswering();
    const stream = createOpenAiClient(rig).chat.completions.stream({
      model: rig.model,
      messages: HELLO,
      response_format: zodResponseFormat(CITY, 'city'),
    });
    expect((await stream.finalChatCompletion()).choices[0]?.message.parsed).toEqual(ROME);
    expectSchemaAt(rig);
  });

  it('12. openai responses.parse', async () => {
    const rig = await rigForTest({ kind, features: { responses: false } });
    rig.upstream.script(answer({ text: JSON.stringify(ROME) }));
    const { output_parsed } = await createOpenAiClient(rig).responses.parse({
      model: rig.model,
      input: 'Hello',
      text: { format: zodTextFormat(CITY, 'city') },
    });
    expect(output_parsed).toEqual(ROME);
    expectSchemaAt(rig);
  });

  it('12. AI SDK openai.chat Output.object, whole', async () => {
    const rig = await rigAnswering();
    const model = createAiOpenAi(rig).chat(rig.model);
    const { output } = await generateText({ model, prompt: 'Hello', output: AI_OUTPUT, maxRetries: 0 });
    expect(output).toEqual(ROME);
    expectSchemaAt(rig);
  });

  it('12. AI SDK openai-compatible Output.object, streamed', async () => {
    const rig = await rigAnswering();
    const model = createCompatible(rig)(rig.model);
    const result = streamText({ model, prompt: 'Hello', output: AI_OUTPUT, maxRetries: 0 });
    expect(await result.output).toEqual(ROME);
    expectSchemaAt(rig);
  });

  it('12. LangChain withStructuredOutput by schema', async () => {
    const rig = await rigAnswering();
    const model = createLangChain(rig).withStructuredOutput(CITY, { method: 'jsonSchema', name: 'city' });
    expect(await model.invoke('Hello')).toEqual(ROME);
    expectSchemaAt(rig);
  });

  it('12. LangChain withStructuredOutput by a forced function call', async () => {
    const rig = await rigForTest({ kind });
    const calls = [{ name: 'city', arguments: ROME }];
    // Ollama has no forced calls: it is held to the arguments, and says them as text.
    rig.upstream.script(answer(kind === 'ollama' ? { text: JSON.stringify(ROME) } : { toolCalls: calls }));
    const model = createLangChain(rig).withStructuredOutput(CITY, { method: 'functionCalling', name: 'city' });
    expect(await model.invoke('Hello')).toEqual(ROME);
  });

  it.each([false, true])('12. json_object, stream %s', async (stream) => {
    const rig = await rigAnswering();
    const ask = { messages: HELLO, response_format: { type: 'json_object' } };
    await (stream ? postChatStream(rig, ask) : postRaw(rig, '/v1/chat/completions', ask));
    const body = sent(rig);
    if (kind === 'openai') expect(body.response_format).toEqual({ type: 'json_object' });
    else if (kind === 'ollama') expect(body.format).toBe('json');
    else expect(JSON.stringify(body.system)).toContain('JSON');
  });
});

function sent(rig: Rig) {
  const [call] = rig.upstream.calls;
  if (call === undefined) throw new Error('the upstream was not called');
  return call.body;
}

/** The schema itself stands where the kind wants it: not its envelope, not a word for it. */
function expectSchemaAt(rig: Rig): void {
  const body = sent(rig);
  const schema = {
    openai: at(body, 'response_format', 'json_schema', 'schema'),
    anthropic: at(body, 'output_config', 'format', 'schema'),
    ollama: body.format,
  }[rig.kind];
  expect(isJsonObject(schema) && schema.type).toBe('object');
  expect(at(schema, 'required')).toEqual(['name', 'people']);
}
