import { expect, test } from 'vitest';
import { answer } from '../../support/upstreams/answer-script.ts';
import { raw, type Script } from '../../support/upstreams/script.ts';
import { withHeaders } from '../../support/upstreams/script-changes.ts';
import { pairForTest } from './pair-for-test.ts';

/** Every JavaScript object answers to these names without having them: no table may take them for its own. */
const INHERITED = ['constructor', 'toString', 'hasOwnProperty', '__proto__', 'valueOf'];

test.each(INHERITED)('a model called %s is one that nobody has', async (model) => {
  const pair = await pairForTest();
  for (const surface of ['openai', 'anthropic', 'ollama'] as const) {
    const response = await pair.chat({ model, surface });
    expect([response.status, await response.text()]).toEqual([
      404,
      expect.stringContaining(`model '${model}' not found`),
    ]);
  }
});

test.each(INHERITED)('a content-encoding called %s is not known', async (encoding) => {
  const pair = await pairForTest();
  const response = await fetch(`${pair.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-encoding': encoding },
    body: '{}',
  });
  expect(response.status).toBe(415);
});

test.each(INHERITED)('a body with a field called %s reaches the upstream whole', async (name) => {
  const pair = await pairForTest();
  const extra: unknown = JSON.parse(`{"${name}":{"a":1}}`);
  const body = JSON.stringify({ messages: [{ role: 'user', content: 'Hello' }], model: 'first/m' });
  const response = await fetch(`${pair.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `${JSON.stringify(extra).slice(0, -1)},${body.slice(1)}`,
  });
  expect(response.status).toBe(200);
  const sent = pair.first.calls[0]?.rawBody.toString() ?? '';
  expect(sent).toContain(`"${name}":{"a":1}`);
  expect(JSON.parse(sent)).toMatchObject({ model: 'm' });
});

test.each(INHERITED)('a role called %s is refused in words', async (role) => {
  const pair = await pairForTest();
  for (const surface of ['openai', 'anthropic', 'ollama'] as const) {
    const response = await pair.chat({ surface, body: { messages: [{ role, content: 'Hello' }] } });
    expect([surface, response.status]).toEqual([surface, 400]);
  }
});

test.each(INHERITED)('a request body with the type, format or effort %s never breaks the gateway', async (word) => {
  const pair = await pairForTest({ kinds: ['anthropic', 'ollama'] });
  const content = [{ type: word, [word]: 'x' }];
  const bodies = [
    { tool_choice: word, reasoning_effort: word, response_format: { type: word }, tools: [{ type: word }] },
    { messages: [{ role: 'user', content }], tool_choice: { type: word }, thinking: { type: word }, think: word },
  ];
  for (const body of bodies) {
    for (const surface of ['openai', 'anthropic', 'ollama'] as const) {
      const response = await pair.chat({ surface, body });
      expect([surface, response.status < 500]).toEqual([surface, true]);
    }
  }
});

test.each(INHERITED)('an upstream’s end, error or encoding called %s is an unknown one', async (word) => {
  for (const kind of ['openai', 'anthropic', 'ollama'] as const) {
    const failing = answer({ text: ['a', 'b'], fails: { type: word, code: word } });
    const encoded = withHeaders({ 'content-encoding': word }, answer({ text: 'fine' }));
    for (const script of [ending(kind, word), failing, encoded]) {
      const pair = await pairForTest({ kinds: [kind, 'openai'] });
      pair.first.script(script);
      for (const surface of ['openai', 'anthropic', 'ollama'] as const) {
        const response = await pair.chat({ surface, stream: true, model: 'first/m' });
        expect([kind, surface, response.status]).toEqual([kind, surface, 200]);
        await response.text();
      }
    }
  }
});

/** A whole stream whose reason for the end is a word that nobody knows. */
function ending(kind: 'openai' | 'anthropic' | 'ollama', word: string): Script {
  return (asked) => {
    const reply = answer({ text: 'fine' })(asked);
    const known = {
      openai: /"finish_reason":"\w+"/u,
      anthropic: /"stop_reason":"\w+"/u,
      ollama: /"done_reason":"\w+"/u,
    };
    const chunks = [...(reply.chunks as string[])].map((chunk) =>
      chunk.replace(known[kind], (found) => found.replace(/:"\w+"/u, `:"${word}"`)),
    );
    return raw({ ...reply, chunks })(asked);
  };
}
