import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ChatRequest } from '../../../../src-main/engine/protocols/chat-request.ts';
import { hashAppKey } from '../../../../src-main/engine/spend/app-keys.ts';
import { SURFACES } from '../../../robustness/surfaces.ts';
import { answer } from '../../../support/upstreams/answer-script.ts';
import { problem } from '../../../support/upstreams/problem.ts';
import { filesWith, readKeptOf, startKeptBench } from './kept-bench.ts';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-kept-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const CHAT = '/v1/chat/completions';
const asking = (text: string, rest: Record<string, unknown> = {}) => ({
  model: 'one/big',
  messages: [{ role: 'user', content: text }],
  ...rest,
});

function lastWords({ messages }: ChatRequest): unknown {
  const part = messages.at(-1)?.parts.at(-1);
  return part?.type === 'text' ? part.text : null;
}

test('request and accepted answer are kept from every surface, streamed and whole, passed on and translated', async () => {
  const folder = newFolder();
  const bench = await startKeptBench({ folder });
  const asked = new Map<string, { what: string; endpoint: string }>();
  for (const surface of SURFACES) {
    for (const endpoint of ['ollama/tiny:0.5b', 'one/big', 'two/claude-sonnet-4-5']) {
      for (const stream of [true, false]) {
        const reply = await bench.client.post(surface.path, { ...surface.body(endpoint), stream });
        const what = `${surface.name} ${endpoint} ${stream}`;
        expect([what, reply.status, reply.text]).toEqual([what, 200, expect.anything()]);
        asked.set(String(reply.headers['x-pointsman-request-id']), { what, endpoint });
      }
    }
  }
  await bench.kept(asked.size);
  const kept = await readKeptOf(bench, folder);
  for (const [id, { what, endpoint }] of asked) {
    const prompt = kept.get(id);
    expect({ what, words: prompt === undefined ? null : lastWords(prompt.request) }).toEqual({ what, words: 'Hello' });
    expect({ what, ...prompt }).toMatchObject({
      what,
      endpoint,
      track: endpoint.startsWith('ollama') ? 'local' : 'cloud',
      mayLeave: true,
      answer: [{ type: 'text', text: 'Hello back.' }],
      finishReason: 'stop',
    });
  }
  expect(kept.size).toBe(asked.size);
});

test('tool calls are kept as they were accepted', async () => {
  const folder = newFolder();
  const bench = await startKeptBench({ folder });
  bench.says({ text: 'Looking.', toolCalls: [{ name: 'weather', arguments: { city: 'Bonn' } }] });
  const tools = [{ type: 'function', function: { name: 'weather', parameters: { type: 'object' } } }];
  for (const model of ['one/big', 'two/claude-sonnet-4-5', 'ollama/tiny:0.5b']) {
    for (const stream of [true, false]) await bench.client.post(CHAT, asking('Weather?', { model, tools, stream }));
  }
  await bench.kept(6);
  for (const { answer: parts } of (await readKeptOf(bench, folder)).values()) {
    expect(parts).toEqual([
      { type: 'text', text: 'Looking.' },
      { type: 'tool_call', id: expect.any(String) as string, name: 'weather', arguments: { city: 'Bonn' } },
    ]);
  }
});

test('what failed and what broke off is not kept', async () => {
  const folder = newFolder();
  const bench = await startKeptBench({ folder });
  bench.one.script(problem({ status: 500 }));
  await bench.client.post(CHAT, asking('failing'));
  bench.one.script(answer({ text: ['begun', ' and'], fails: { status: 529 } }));
  await bench.client.post(CHAT, asking('breaking', { stream: true }));
  bench.says({ text: 'Fine.' });
  await bench.client.post(CHAT, asking('fine'));
  await bench.kept(1);
  expect([...(await readKeptOf(bench, folder)).values()].map(({ request }) => lastWords(request))).toEqual(['fine']);
});

const PRIVATE_KEY = `pm-${'a1'.repeat(24)}`;
const app = { createdAtMs: 0, name: 'App', id: 'kept', keyHash: hashAppKey(PRIVATE_KEY), private: true };
const byApp = { authorization: `Bearer ${PRIVATE_KEY}` };
const LOCAL = { model: 'tiny:0.5b' };

/** Every way of being private or unwanted. */
const UNWANTED: readonly [why: string, body: Record<string, unknown>, headers: Record<string, string>][] = [
  ['a private header', LOCAL, { 'x-pointsman-privacy': 'private' }],
  ['a private name', { model: 'pointsman/private' }, {}],
  ['a private app', LOCAL, byApp],
  ['the client’s wish in the body', { store: false }, {}],
  ['the client’s wish in a header', {}, { 'cache-control': 'max-age=0, no-store' }],
  ['several answers', { n: 2 }, {}],
  ['a body that is too large', { messages: [{ role: 'user', content: 'x'.repeat(300_000) }] }, {}],
  ['a key in the text', { messages: [{ role: 'user', content: `use sk-proj-${'a1B2'.repeat(8)} please` }] }, {}],
  [
    'a card in a tool result',
    {
      messages: [
        { role: 'user', content: 'Which card?' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c1', type: 'function', function: { name: 'card', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'c1', content: 'It is 4111 1111 1111 1111.' },
      ],
    },
    {},
  ],
];

test('nothing private, unwanted, too large or secret is kept', async () => {
  const folder = newFolder();
  const bench = await startKeptBench({ folder, settings: { apps: [app] } });
  for (const [why, body, headers] of UNWANTED) {
    const reply = await bench.client.post(CHAT, { ...asking('canary'), ...body }, headers);
    expect([why, reply.status]).toEqual([why, 200]);
  }
  await bench.client.post('/v1/embeddings', { model: 'one/big', input: 'canary' });
  await bench.client.post('/v1/messages/count_tokens', {
    model: 'two/claude-sonnet-4-5',
    messages: [{ role: 'user', content: 'x' }],
  });
  await bench.client.post(CHAT, asking('fine'));
  await bench.kept(1);
  expect([...(await readKeptOf(bench, folder)).values()].map(({ request }) => lastWords(request))).toEqual(['fine']);
});

test('an answer that holds a secret is not kept either', async () => {
  const folder = newFolder();
  const bench = await startKeptBench({ folder });
  bench.says({ text: ['The key is AKIA', 'IOSFODNN7EXAMPLE.'] });
  await bench.client.post(CHAT, asking('canary', { stream: true }));
  bench.says({ text: 'Fine.' });
  await bench.client.post(CHAT, asking('fine'));
  await bench.kept(1);
  expect((await readKeptOf(bench, folder)).size).toBe(1);
});

test('private prompts are kept where the person wants that, and never leave', async () => {
  const folder = newFolder();
  const bench = await startKeptBench({
    folder,
    settings: { apps: [app], privacy: { keepPrompts: { private: true } } },
  });
  await bench.client.post(CHAT, asking('one', LOCAL), { 'x-pointsman-privacy': 'private' });
  await bench.client.post(CHAT, asking('two', LOCAL), byApp);
  await bench.client.post(CHAT, asking('three', LOCAL));
  await bench.kept(3);
  const kept = [...(await readKeptOf(bench, folder)).values()];
  expect(kept.map(({ request, mayLeave }) => [lastWords(request), mayLeave]).sort()).toEqual([
    ['one', false],
    ['three', true],
    ['two', false],
  ]);
});

test('what comes while everything stays on the machine counts as private', async () => {
  const folder = newFolder();
  const bench = await startKeptBench({
    folder,
    settings: { privacy: { localOnly: true, keepPrompts: { private: true } } },
  });
  await bench.client.post(CHAT, asking('one', LOCAL));
  await bench.kept(1);
  expect([...(await readKeptOf(bench, folder)).values()].map(({ mayLeave }) => mayLeave)).toEqual([false]);
});

test('without consent nothing is kept and nothing is made', async () => {
  const folder = newFolder();
  const bench = await startKeptBench({ folder, consents: false });
  await bench.client.post(CHAT, asking('canary-without-consent'));
  await bench.here.recorded();
  expect(await bench.view()).toMatchObject({ consent: false, consentedAtMs: null, count: 0, bytes: 0, problem: null });
  await bench.here.stop();
  expect(filesWith(folder, 'canary-without-consent')).toEqual([]);
  expect(filesWith(folder, 'kept-prompts.key')).toEqual([]);
});
