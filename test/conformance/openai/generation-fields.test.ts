import { describe, expect, it } from 'vitest';
import type { ProviderKind } from '../../../src-shared/catalogue.ts';
import { rigForTest } from '../support/rig-for-test.ts';
import { KINDS, type Rig } from '../support/start-rig.ts';
import { createOpenAiClient } from './clients.ts';
import { at, HELLO, postRaw } from './post-raw.ts';

/** Where each kind has its limit, and its sampling. */
const LIMIT: Readonly<Record<ProviderKind, string[]>> = {
  openai: [],
  anthropic: ['max_tokens'],
  ollama: ['options', 'num_predict'],
};
const SAMPLING: Readonly<Record<ProviderKind, string[]>> = { openai: [], anthropic: [], ollama: ['options'] };

describe.each(KINDS)('parameters for an upstream of the kind %s', (kind) => {
  it.each(['max_tokens', 'max_completion_tokens'] as const)('11. %s bounds the answer', async (name) => {
    const rig = await rigForTest({ kind });
    await createOpenAiClient(rig).chat.completions.create({ model: rig.model, messages: HELLO, [name]: 99 });
    expect(at(sent(rig), ...(kind === 'openai' ? [name] : LIMIT[kind]))).toBe(99);
  });

  it('11. max_completion_tokens wins over max_tokens', async () => {
    const rig = await rigForTest({ kind });
    await postRaw(rig, '/v1/chat/completions', { messages: HELLO, max_tokens: 5, max_completion_tokens: 99 });
    expect(at(sent(rig), ...(kind === 'openai' ? ['max_completion_tokens'] : LIMIT[kind]))).toBe(99);
  });

  it('11. absent temperature and top_p are not sent', async () => {
    const rig = await rigForTest({ kind });
    await createOpenAiClient(rig).chat.completions.create({ model: rig.model, messages: HELLO });
    for (const name of ['temperature', 'top_p']) expect(at(sent(rig), ...SAMPLING[kind], name)).toBeUndefined();
    expect(sent(rig)).not.toHaveProperty('options');
  });

  it('11. given sampling arrives, a temperature of 0 too', async () => {
    const rig = await rigForTest({ kind });
    await createOpenAiClient(rig).chat.completions.create({ model: rig.model, messages: HELLO, temperature: 0 });
    expect(at(sent(rig), ...SAMPLING[kind], 'temperature')).toBe(0);
  });

  it.each(['###', ['###', 'END']])('11. stop %j arrives', async (stop) => {
    const rig = await rigForTest({ kind });
    await createOpenAiClient(rig).chat.completions.create({ model: rig.model, messages: HELLO, stop });
    const name = { openai: ['stop'], anthropic: ['stop_sequences'], ollama: ['options', 'stop'] }[kind];
    expect(at(sent(rig), ...name)).toEqual(kind === 'openai' ? stop : [stop].flat());
  });

  it('11. what this upstream cannot be told is named in x-pointsman-adjusted', async () => {
    const rig = await rigForTest({ kind });
    const { headers } = await postRaw(rig, '/v1/chat/completions', { messages: HELLO, seed: 7, user: 'anna' });
    const expected = {
      openai: { sent: { seed: 7, user: 'anna' }, adjusted: /^$/u },
      anthropic: { sent: { metadata: { user_id: 'anna' } }, adjusted: /seed/u },
      ollama: { sent: { options: { seed: 7 } }, adjusted: /user/u },
    }[kind];
    expect(sent(rig)).toMatchObject(expected.sent);
    expect(headers.get('x-pointsman-adjusted') ?? '').toMatch(expected.adjusted);
  });

  it('32. keep_alive and num_ctx reach Ollama, OpenAI servers unchanged, and are named for Anthropic', async () => {
    const rig = await rigForTest({ kind });
    const extension = { keep_alive: '24h', num_ctx: 16_384 };
    const { headers } = await postRaw(rig, '/v1/chat/completions', { messages: HELLO, ...extension });
    const expected = {
      openai: { sent: extension, adjusted: /^$/u },
      anthropic: { sent: {}, adjusted: /keep_alive.*num_ctx/u },
      ollama: { sent: { keep_alive: '24h', options: { num_ctx: 16_384 } }, adjusted: /^$/u },
    }[kind];
    expect(sent(rig)).toMatchObject(expected.sent);
    expect(headers.get('x-pointsman-adjusted') ?? '').toMatch(expected.adjusted);
  });
});

describe('Ollama behind the OpenAI surface', () => {
  it('32. openai sends extension fields of the body, under options too', async () => {
    const rig = await rigForTest({ kind: 'ollama' });
    const body = { model: rig.model, messages: HELLO, keep_alive: -1, options: { num_ctx: 8_192 } };
    await createOpenAiClient(rig).chat.completions.create(body);
    expect(sent(rig)).toMatchObject({ keep_alive: -1, options: { num_ctx: 8_192 } });
  });

  it('32. keep_alive 0 unloads the model', async () => {
    const rig = await rigForTest({ kind: 'ollama' });
    await postRaw(rig, '/v1/chat/completions', { messages: HELLO, keep_alive: 0 });
    expect(sent(rig)).toHaveProperty('keep_alive', 0);
  });

  it('32. keep_alive reaches /api/embed', async () => {
    const rig = await rigForTest({ kind: 'ollama' });
    await postRaw(rig, '/v1/embeddings', { model: rig.embeddingModel, input: 'Hello', keep_alive: '1h' });
    const embed = rig.upstream.received.find((request) => request.pathname === '/api/embed');
    expect(embed?.body).toHaveProperty('keep_alive', '1h');
  });

  it('11. tool_choice "required" is enforced by a format that allows only the call', async () => {
    const rig = await rigForTest({ kind: 'ollama' });
    const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
    const tools = [{ type: 'function', function: { name: 'weather', parameters } }];
    await postRaw(rig, '/v1/chat/completions', { messages: HELLO, tools, tool_choice: 'required' });
    expect(sent(rig)).toMatchObject({ format: parameters });
    expect(sent(rig)).not.toHaveProperty('tools');
  });

  it('11. `n` above 1 is refused, not ignored', async () => {
    const rig = await rigForTest({ kind: 'ollama' });
    const answer = await postRaw(rig, '/v1/chat/completions', { messages: HELLO, n: 2 });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('alternative answers');
    expect(rig.upstream.calls).toHaveLength(0);
  });
});

describe('Claude behind the OpenAI surface', () => {
  it('20. system and developer messages are hoisted in order', async () => {
    const rig = await rigForTest({ kind: 'anthropic' });
    await createOpenAiClient(rig).chat.completions.create({
      model: rig.model,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hello' },
        { role: 'developer', content: 'Be kind.' },
      ],
    });
    const system = JSON.stringify(sent(rig).system);
    expect(system.indexOf('Be brief.')).toBeGreaterThan(-1);
    expect(system.indexOf('Be kind.')).toBeGreaterThan(system.indexOf('Be brief.'));
    expect(rolesOf(rig)).toEqual(['user']);
  });

  it('20. the results of one turn stand first in one user message', async () => {
    const rig = await rigForTest({ kind: 'anthropic' });
    const call = (id: string) =>
      ({ id, type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } }) as const;
    await createOpenAiClient(rig).chat.completions.create({
      model: rig.model,
      messages: [
        { role: 'user', content: 'Hello' },
        { role: 'assistant', content: '', tool_calls: [call('call_a'), call('call_b')] },
        { role: 'tool', tool_call_id: 'call_a', content: 'sunny' },
        { role: 'tool', tool_call_id: 'call_b', content: 'rainy' },
        { role: 'user', content: 'And now?' },
      ],
    });
    expect(rolesOf(rig)).toEqual(['user', 'assistant', 'user']);
    const blocks = at(sent(rig), 'messages', 2, 'content') as unknown[];
    expect(blocks.map((block) => at(block, 'type'))).toEqual(['tool_result', 'tool_result', 'text']);
    expect(blocks.slice(0, 2).map((block) => at(block, 'tool_use_id'))).toEqual(['call_a', 'call_b']);
    expect(at(sent(rig), 'messages', 1, 'content', 0, 'input')).toEqual({ city: 'Rome' });
  });

  it('20. max_tokens is filled in, and the version is pinned', async () => {
    const rig = await rigForTest({ kind: 'anthropic' });
    await createOpenAiClient(rig).chat.completions.create({ model: rig.model, messages: HELLO });
    expect(sent(rig).max_tokens).toBeGreaterThan(1_000);
    expect(rig.upstream.calls[0]?.headers['anthropic-version']).toBe('2023-06-01');
  });

  it('20. temperature and top_p never go together', async () => {
    const rig = await rigForTest({ kind: 'anthropic' });
    await createOpenAiClient(rig).chat.completions.create({
      model: rig.model,
      messages: HELLO,
      temperature: 1.5,
      top_p: 0.9,
    });
    expect(sent(rig)).toHaveProperty('temperature', 1);
    expect(sent(rig)).not.toHaveProperty('top_p');
  });

  it.each(['claude-opus-4-7', 'claude-sonnet-5'])('20. no sampling parameters for %s', async (name) => {
    const rig = await rigForTest({ kind: 'anthropic', models: [{ name }] });
    const answer = await postRaw(rig, '/v1/chat/completions', { model: name, messages: HELLO, temperature: 0.2 });
    expect(answer.status).toBe(200);
    for (const field of ['temperature', 'top_p', 'top_k']) expect(sent(rig)).not.toHaveProperty(field);
    expect(answer.headers.get('x-pointsman-adjusted')).toContain('temperature');
  });
});

function sent(rig: Rig) {
  const [call] = rig.upstream.calls;
  if (call === undefined) throw new Error('the upstream was not called');
  return call.body;
}

function rolesOf(rig: Rig): unknown[] {
  const { messages } = sent(rig);
  return Array.isArray(messages) ? messages.map((message) => at(message, 'role')) : [];
}
