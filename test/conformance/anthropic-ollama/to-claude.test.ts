import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src-main/engine/protocols/json.ts';
import { rigForTest } from '../support/rig-for-test.ts';
import type { Rig } from '../support/start-rig.ts';

/** Refuses temperature, top_p and top_k. */
const NEWER = 'claude-opus-4-7';
const TOOL = {
  type: 'function',
  function: { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
};

const ASKED: Readonly<Record<string, (sampling: JsonObject, messages: JsonObject[]) => JsonObject>> = {
  '/v1/chat/completions': (sampling, messages) => ({ ...sampling, messages, tools: [TOOL] }),
  '/api/chat': (sampling, messages) => ({ options: sampling, messages, tools: [TOOL], stream: false }),
};
const PATHS = Object.keys(ASKED);

describe('20: what a Claude model is asked by a request on', () => {
  describe.each(PATHS)('%s', (path) => {
    test('holds no temperature, top_p or top_k where the model refuses them, and says so', async () => {
      const rig = await claudeRig();
      const sampling = { temperature: 0.7, top_p: 0.9 };
      const { body, adjusted } = await ask(rig, { path, model: NEWER, sampling });
      expect(body).not.toHaveProperty('temperature');
      expect(body).not.toHaveProperty('top_p');
      expect(adjusted).toMatch(/temperature/u);
    });

    test('holds the temperature where the model takes it, but not top_p beside it', async () => {
      const rig = await claudeRig();
      const { body } = await ask(rig, { path, model: rig.model, sampling: { temperature: 0.7, top_p: 0.9 } });
      expect(body.temperature).toBe(0.7);
      expect(body).not.toHaveProperty('top_p');
    });

    test('holds no temperature that nobody asked for', async () => {
      const rig = await claudeRig();
      const { body } = await ask(rig, { path, model: rig.model });
      expect(body).not.toHaveProperty('temperature');
    });

    test('has all system messages at the top, in their order', async () => {
      const rig = await claudeRig();
      const messages = [
        { role: 'system', content: 'First rule.' },
        { role: 'user', content: 'Hello' },
        { role: 'system', content: 'Second rule.' },
      ];
      const { body } = await ask(rig, { path, model: rig.model, messages });
      const system = JSON.stringify(body.system);
      expect(system.indexOf('First rule.')).toBeGreaterThan(-1);
      expect(system.indexOf('Second rule.')).toBeGreaterThan(system.indexOf('First rule.'));
      expect(JSON.stringify(body.messages)).not.toContain('rule.');
    });

    test('has the results of one turn in one message, after the calls they answer', async () => {
      const rig = await claudeRig();
      const { body } = await ask(rig, { path, model: rig.model, messages: conversation(path) });
      const messages = body.messages as {
        role: string;
        content: { type: string; tool_use_id?: string; id?: string }[];
      }[];
      expect(messages.map((message) => message.role)).toEqual(['user', 'assistant', 'user']);
      const calls = messages[1]?.content.filter((block) => block.type === 'tool_use').map((block) => block.id);
      const results = messages[2]?.content.filter((block) => block.type === 'tool_result');
      expect(results?.map((block) => block.tool_use_id)).toEqual(calls);
      expect(messages[2]?.content[0]?.type).toBe('tool_result');
    });

    test('has a max_tokens when nobody named one, within what the model can give', async () => {
      const rig = await claudeRig();
      const usual = await ask(rig, { path, model: rig.model });
      expect(usual.body.max_tokens).toBe(8192);
      const small = await ask(rig, { path, model: 'claude-small' });
      expect(small.body.max_tokens).toBe(4096);
    });

    test('is a call of the version that it is written for', async () => {
      const rig = await claudeRig();
      await ask(rig, { path, model: rig.model });
      expect(rig.upstream.calls[0]?.headers['anthropic-version']).toBe('2023-06-01');
    });
  });
});

function claudeRig(): Promise<Rig> {
  return rigForTest({ kind: 'anthropic', models: [{ name: NEWER }, { name: 'claude-small', maxOutputTokens: 4096 }] });
}

interface Question {
  path: string;
  model: string;
  sampling?: JsonObject;
  messages?: JsonObject[];
}

async function ask(rig: Rig, question: Question): Promise<{ body: JsonObject; adjusted: string | null }> {
  const { path, model, sampling = {}, messages = [{ role: 'user', content: 'Hello' }] } = question;
  const response = await fetch(rig.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, ...ASKED[path]?.(sampling, messages) }),
  });
  const text = await response.text();
  expect([response.status, text]).toEqual([200, expect.any(String)]);
  return { body: rig.upstream.calls.at(-1)?.body ?? {}, adjusted: response.headers.get('x-pointsman-adjusted') };
}

/** A question, two calls and their two results, as each surface writes it. */
function conversation(path: string): JsonObject[] {
  const isOllama = path === '/api/chat';
  const cities = ['Paris', 'Rome'];
  const calls = cities.map((city, index) => ({
    id: `call_${index}`,
    type: 'function',
    function: { name: 'weather', arguments: isOllama ? { city } : JSON.stringify({ city }) },
  }));
  const results = cities.map((city, index) => ({
    role: 'tool',
    content: `sunny in ${city}`,
    ...(isOllama ? { tool_name: 'weather' } : { tool_call_id: `call_${index}` }),
  }));
  return [{ role: 'user', content: 'How is it?' }, { role: 'assistant', content: '', tool_calls: calls }, ...results];
}
