import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src-main/engine/protocols/json.ts';
import { startTestEngine, type TestEngine } from '../support/start-test-engine.ts';
import { answer } from '../support/upstreams/answer-script.ts';
import type { Script } from '../support/upstreams/script.ts';
import { startUpstream, type Upstream } from '../support/upstreams/start-upstream.ts';

/** An agent's session as it goes over HTTP: everything is sent again with every turn. */

interface ToolCall {
  id: string;
  name: string;
  input: JsonObject;
}
interface OpenAiMessage {
  role: string;
  content?: string | null;
  tool_calls?: { id: string; type: 'function'; function: { name: string; arguments: string } }[];
  tool_call_id?: string;
}
interface Block {
  type: string;
  id?: string;
  name?: string;
  input?: JsonObject;
  tool_use_id?: string;
  text?: string;
  thinking?: string;
  signature?: string;
  content?: string;
  is_error?: boolean;
}
interface AnthropicMessage {
  role: string;
  content: string | Block[];
}

const SYSTEM = 'You are a coding agent. Use the tools. '.repeat(40);
const PARAMETERS = { type: 'object', properties: { path: { type: 'string' }, old_string: { type: 'string' } } };
/** The edit that the weak model tries over and over; nobody ever finds that string. */
const HOPELESS = { path: 'src/ledger.ts', old_string: 'totl' };
/** Answers of the weak model before it begins to go round in circles. */
const ROUTINE_TURNS = 5;

let weak: Upstream;
let strong: Record<'openai' | 'anthropic', Upstream>;
let engine: TestEngine;

/** An engine of its own for each surface: one local model, one model in the cloud of the surface's own protocol. */
async function startEngine(kind: 'openai' | 'anthropic', baseUrl: string): Promise<TestEngine> {
  const auth = kind === 'anthropic' ? 'x-api-key' : 'bearer';
  return startTestEngine({
    settings: {
      ollama: { enabled: true, baseUrl: weak.url },
      providers: [{ id: kind, name: kind, kind, track: 'cloud', baseUrl, auth, pricesId: kind }],
      // Routine turns go to the free model, whatever this machine is; nothing is left to chance.
      optimizer: { strategy: 'cost_focused', exploration: { enabled: false } },
      constraints: { maxCostPerRequestUsd: null },
    },
    keys: { [kind]: 'sk-upstream' },
  });
}

beforeAll(async () => {
  const model = { name: 'qwen3:8b', contextTokens: 131_072, sizeBytes: 5e9, isLoaded: true };
  weak = await startUpstream({
    kind: 'ollama',
    models: [{ ...model, capabilities: ['completion', 'tools', 'thinking'] }],
  });
  strong = {
    openai: await startUpstream({ kind: 'openai', models: [{ name: 'gpt-4o' }] }),
    anthropic: await startUpstream({
      kind: 'anthropic',
      models: [{ name: 'claude-sonnet-4-5', contextTokens: 200_000, maxOutputTokens: 64_000 }],
    }),
  };
});
afterAll(async () => {
  await Promise.all([weak.stop(), strong.openai.stop(), strong.anthropic.stop()]);
});

/** The weak model reads one file after the other, then repeats an edit that cannot succeed. */
function weakScript(after = ROUTINE_TURNS): Script {
  let answers = 0;
  return (asked) => {
    answers += 1;
    const call =
      answers <= after
        ? { id: `weak_${answers}`, name: 'read_file', arguments: { path: `src/part-${answers}.ts` } }
        : { id: `weak_${answers}`, name: 'edit_file', arguments: HOPELESS };
    return answer({ thinking: 'Let me see.', toolCalls: [call] })(asked);
  };
}

/** The strong one edits what is there, and signs what it thinks (at Anthropic). */
function strongScript(): Script {
  let answers = 0;
  return (asked) => {
    answers += 1;
    const signed =
      asked.kind === 'anthropic' ? { thinking: 'It is spelled differently.', signature: `sig-${answers}` } : {};
    const call = {
      id: `strong_${answers}`,
      name: 'edit_file',
      arguments: { path: `src/${answers}.ts`, old_string: 'total' },
    };
    return answer({ ...signed, toolCalls: [call] })(asked);
  };
}

function runTool({ name, input }: ToolCall): { text: string; isError: boolean } {
  if (name === 'read_file') return { text: `export const part = ${JSON.stringify(input.path)};`, isError: false };
  const isError = input.old_string === HOPELESS.old_string;
  return { text: isError ? 'Error: old_string not found in file' : 'The file has been edited.', isError };
}

/** Why the last request went where it went. */
let reason = '';

async function post(path: string, body: JsonObject, pins: Record<string, string> = {}): Promise<unknown> {
  const headers = { 'content-type': 'application/json', 'anthropic-version': '2023-06-01', ...pins };
  const response = await fetch(engine.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(response.status, await response.clone().text()).toBe(200);
  reason = response.headers.get('x-pointsman-reason') ?? '';
  return response.json();
}

const whoWasAsked = (kind: 'openai' | 'anthropic') => ({ weak: weak.calls.length, strong: strong[kind].calls.length });

describe('an agent over the OpenAI surface', () => {
  let messages: OpenAiMessage[];
  let before: ReturnType<typeof whoWasAsked>;

  beforeAll(async () => (engine = await startEngine('openai', strong.openai.url)));
  afterAll(() => engine.stop());
  beforeEach(() => {
    weak.script(weakScript());
    strong.openai.script(strongScript());
    before = whoWasAsked('openai');
  });

  const open = (task: string) =>
    (messages = [
      { role: 'system', content: SYSTEM },
      { role: 'user', content: task },
    ]);
  const asked = () => {
    const now = whoWasAsked('openai');
    return [now.weak - before.weak, now.strong - before.strong];
  };

  async function turns(count: number): Promise<void> {
    const tools = ['read_file', 'edit_file'].map((name) => ({
      type: 'function',
      function: { name, parameters: PARAMETERS },
    }));
    for (let turn = 0; turn < count; turn++) {
      const body = JSON.parse(JSON.stringify({ model: 'pointsman/auto', messages, tools })) as JsonObject;
      const { choices } = (await post('/v1/chat/completions', body)) as { choices: { message: OpenAiMessage }[] };
      const message = choices[0]?.message;
      if (message === undefined) throw new Error('no answer');
      messages.push(message);
      for (const { id, function: called } of message.tool_calls ?? []) {
        const input = JSON.parse(called.arguments) as JsonObject;
        messages.push({ role: 'tool', tool_call_id: id, content: runTool({ id, name: called.name, input }).text });
      }
    }
  }

  test('stays where it is as long as it gets on', async () => {
    open('Tidy up the ledger.');
    await turns(ROUTINE_TURNS);
    expect(asked()).toEqual([ROUTINE_TURNS, 0]);
  });

  test('goes to the stronger model within three turns of getting stuck, and stays there', async () => {
    open('Fix the ledger.');
    await turns(ROUTINE_TURNS + 2); // twice the same error is what it takes
    expect(asked()).toEqual([ROUTINE_TURNS + 2, 0]);
    await turns(1);
    expect(reason).toBe('cloud: this conversation is stuck (same tool call twice with the same error); stronger model');
    await turns(7);
    expect(asked()).toEqual([ROUTINE_TURNS + 2, 8]);
    expect(reason).toBe('cloud: this conversation was stuck; stays with the stronger model');
  });

  test('hands over a history in which every tool call has its one result', async () => {
    open('Mend the ledger.');
    await turns(ROUTINE_TURNS + 4);
    const last = strong.openai.calls.at(-1)?.body.messages as unknown as OpenAiMessage[];
    expect(last).toHaveLength(messages.length - 2); // all but the last answer and its result
    const ids: string[] = [];
    last.forEach(({ tool_calls: calls = [] }, place) => {
      const results = last.slice(place + 1, place + 1 + calls.length);
      expect(results.map((each) => each.tool_call_id)).toEqual(calls.map(({ id }) => id));
      ids.push(...calls.map(({ id }) => id));
    });
    expect(ids).toHaveLength(ROUTINE_TURNS + 3);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('an agent over the Anthropic surface', () => {
  let messages: AnthropicMessage[];
  let before: ReturnType<typeof whoWasAsked>;

  beforeAll(async () => (engine = await startEngine('anthropic', strong.anthropic.url)));
  afterAll(() => engine.stop());
  beforeEach(() => {
    weak.script(weakScript());
    strong.anthropic.script(strongScript());
    before = whoWasAsked('anthropic');
  });

  const open = (task: string) => (messages = [{ role: 'user', content: task }]);
  const asked = () => {
    const now = whoWasAsked('anthropic');
    return [now.weak - before.weak, now.strong - before.strong];
  };

  async function turns(count: number, pins: Record<string, string> = {}): Promise<void> {
    const tools = ['read_file', 'edit_file'].map((name) => ({ name, input_schema: PARAMETERS }));
    const thinking = { type: 'enabled', budget_tokens: 1024 };
    for (let turn = 0; turn < count; turn++) {
      const given = { model: 'pointsman/auto', max_tokens: 4096, system: SYSTEM, thinking, tools, messages };
      const { content } = (await post('/v1/messages', JSON.parse(JSON.stringify(given)) as JsonObject, pins)) as {
        content: Block[];
      };
      messages.push({ role: 'assistant', content });
      const results = content.flatMap(({ type, id = '', name = '', input = {} }) => {
        if (type !== 'tool_use') return [];
        const { text, isError } = runTool({ id, name, input });
        return [{ type: 'tool_result', tool_use_id: id, content: text, is_error: isError }];
      });
      messages.push({ role: 'user', content: results });
    }
  }
  const lastHistory = () => strong.anthropic.calls.at(-1)?.body.messages as unknown as AnthropicMessage[];
  const blocksOf = (history: AnthropicMessage[]) =>
    history.flatMap(({ content }) => (typeof content === 'string' ? [] : content));

  test('stays where it is, escalates within three turns of getting stuck, and stays there', async () => {
    open('Fix the ledger.');
    await turns(ROUTINE_TURNS + 2);
    expect(asked()).toEqual([ROUTINE_TURNS + 2, 0]);
    await turns(6);
    expect(asked()).toEqual([ROUTINE_TURNS + 2, 6]);
    messages.push({ role: 'user', content: 'Thanks. Now the tests, please.' });
    await turns(3);
    expect(asked()).toEqual([ROUTINE_TURNS + 2, 9]);
  });

  test('hands over tool calls with valid ids, each with its result, and no thinking that the new provider did not sign', async () => {
    open('Mend the ledger.');
    await turns(ROUTINE_TURNS + 5);
    const history = lastHistory();
    history.forEach(({ content }, place) => {
      const calls = typeof content === 'string' ? [] : content.filter(({ type }) => type === 'tool_use');
      const results = blocksOf(history.slice(place + 1, place + 2)).filter(({ type }) => type === 'tool_result');
      if (calls.length > 0) expect(results.map((each) => each.tool_use_id)).toEqual(calls.map(({ id }) => id));
      for (const { id } of calls) expect(id).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    });
    const thoughts = blocksOf(history).filter(({ type }) => type === 'thinking');
    expect(thoughts.map(({ signature }) => signature)).toEqual(['sig-1', 'sig-2']);
  });

  test('does not switch while thinking of the open turn is signed', async () => {
    open('Repair the ledger.');
    await turns(1, { 'x-pointsman-track': 'cloud' });
    await turns(4);
    expect(asked()).toEqual([0, 5]);
    expect(reason).toBe('cloud: goes on with the thinking it signed');
    messages.push({ role: 'user', content: 'Good. Now list the files.' });
    await turns(2);
    expect(asked()).toEqual([2, 5]); // the turn is closed: back to the free model
  });

  test('does not switch either when it goes round in circles there', async () => {
    open('Correct the ledger.');
    strong.anthropic.script((request) => {
      const call = { id: `again_${request.number}`, name: 'edit_file', arguments: HOPELESS };
      return answer({ thinking: 'Once more.', signature: 'sig', toolCalls: [call] })(request);
    });
    await turns(1, { 'x-pointsman-track': 'cloud' });
    await turns(5);
    expect(asked()).toEqual([0, 6]);
  });
});
