import { describe, expect, test } from 'vitest';
import { ConversationMemory } from '../../../src-main/engine/optimizer/conversation-memory.ts';
import type { ChatMessage, ChatRequest } from '../../../src-main/engine/protocols/chat-request.ts';
import type { GivenSurroundings } from '../../../src-main/engine/optimizer/surroundings.ts';
import { optimizerForTest, priceCall, type OptimizerForTest } from './make-optimizer.ts';
import { CLOUD, LOCAL, makeCall, makeResult } from './make-result.ts';

const OPENING: ChatMessage = { role: 'user', parts: [{ type: 'text', text: 'Repair the test that fails.' }] };
const TOOLS = [{ name: 'run' }];
/** Staying or leaving is decided by the score, so both tracks are made alike but for what is being tested. */
const SETTINGS = { optimizer: { strategy: 'cost_focused', exploration: { enabled: false } } };

function ask(messages: ChatMessage[]): ChatRequest {
  return { model: 'auto', mode: 'chat', messages, tools: TOOLS, stream: true };
}

/** A tool turn: the call, and what came of it. */
function toolTurn(number: number, result: string, isError: boolean): ChatMessage[] {
  const id = `call-${number}`;
  return [
    { role: 'assistant', parts: [{ type: 'tool_call', id, name: 'run', arguments: { command: 'npm test' } }] },
    { role: 'tool', parts: [{ type: 'tool_result', callId: id, content: [{ type: 'text', text: result }], isError }] },
  ];
}

/** One request of the conversation, answered by `by` or by whom the optimizer chose. */
function turn({ optimizer }: OptimizerForTest, messages: ChatMessage[], by?: typeof LOCAL) {
  const recommendation = optimizer.getOptimizationRecommendations(ask(messages), { app: 'agent' });
  const id = `turn-${messages.length}`;
  const endpoint = by ?? recommendation.decision.candidates[0]?.endpoint ?? LOCAL;
  optimizer.recordRequestStart(id, recommendation);
  const call = makeCall({ endpoint, inputTokens: 4_000, cachedInputTokens: endpoint === CLOUD ? 3_500 : null });
  optimizer.recordRequestCompletion(id, endpoint.track, makeResult({ calls: [call] }), true);
  return recommendation.decision;
}

describe('a conversation', () => {
  test('goes on where it was answered, although a new one would begin elsewhere', () => {
    const bench = optimizerForTest({ settings: SETTINGS });
    expect(turn(bench, [OPENING], CLOUD).candidates[0]?.endpoint).toBe(LOCAL);
    const goesOn = turn(bench, [OPENING, ...toolTurn(1, 'ok', false)]);
    const [kept] = goesOn.candidates.filter(({ endpoint }) => endpoint === CLOUD);
    expect(kept?.parts.preference).toBeGreaterThan(0);
    const fresh = bench.optimizer.getOptimizationRecommendations(ask([OPENING]), { app: 'agent', dryRun: true });
    const [unknown] = fresh.decision.candidates.filter(({ endpoint }) => endpoint === CLOUD);
    expect(unknown?.parts.preference).toBe(0);
    expect(bench.optimizer.getOptimizationStatus().conversations).toBe(1);
  });

  test('of another app is another one', () => {
    const bench = optimizerForTest({ settings: SETTINGS });
    turn(bench, [OPENING], CLOUD);
    const other = bench.optimizer.getOptimizationRecommendations(ask([OPENING, ...toolTurn(1, 'ok', false)]), {
      app: 'somebody else',
    });
    expect(other.decision.candidates.find(({ endpoint }) => endpoint === CLOUD)?.parts.preference).toBe(0);
  });

  test('that is stuck goes to the stronger model, says so, and stays there', () => {
    const bench = optimizerForTest({ settings: SETTINGS });
    const messages = [OPENING];
    expect(turn(bench, messages)).toMatchObject({ escalated: false });
    for (let number = 1; number <= 2; number += 1) messages.push(...toolTurn(number, 'Error: exit code 1', true));
    const escalated = turn(bench, messages);
    expect(escalated).toMatchObject({ escalated: true, reason: expect.stringContaining('is stuck') as string });
    expect(escalated.candidates[0]?.endpoint).toBe(CLOUD);
    messages.push(...toolTurn(3, 'all tests pass', false));
    const after = turn(bench, messages);
    expect(after.candidates[0]?.endpoint).toBe(CLOUD);
    expect(after.reason).toContain('was stuck; stays with the stronger model');
  });

  test('that is stuck teaches that its model was no good', async () => {
    const bench = optimizerForTest({ settings: SETTINGS });
    const messages = [OPENING];
    turn(bench, messages);
    for (let number = 1; number <= 2; number += 1) messages.push(...toolTurn(number, 'Error: exit code 1', true));
    await bench.clock.advance(1_000);
    expect(bench.optimizer.getOptimizationStatus().learning.waiting).toBe(0);
    turn(bench, messages);
    // What it says of the model before, and the new answer.
    expect(bench.optimizer.getOptimizationStatus().learning.waiting).toBe(2);
  });

  test('stays on the machine when it is private, stuck or not', () => {
    const bench = optimizerForTest({ settings: SETTINGS });
    const messages = [OPENING];
    turn(bench, messages, CLOUD);
    for (let number = 1; number <= 2; number += 1) messages.push(...toolTurn(number, 'Error: exit code 1', true));
    const { decision } = bench.optimizer.getOptimizationRecommendations(ask(messages), {
      app: 'agent',
      pins: { private: true },
    });
    expect(decision.candidates.map(({ endpoint }) => endpoint)).toEqual([LOCAL]);
  });

  test('goes on after sleep where it was, and nothing is taken to be cached there', () => {
    const cheapWhenCached: GivenSurroundings['priceCall'] = (endpoint, usage) => {
      const cached = usage.cachedInputTokens ?? 0;
      return priceCall(endpoint, { ...usage, inputTokens: (usage.inputTokens ?? 0) - 0.9 * cached });
    };
    const bench = optimizerForTest({ settings: SETTINGS, priceCall: cheapWhenCached });
    const opening: ChatMessage = { role: 'user', parts: [{ type: 'text', text: 'Repair the test. '.repeat(500) }] };
    turn(bench, [opening], CLOUD);
    const cloud = () =>
      bench.optimizer
        .getOptimizationRecommendations(ask([opening, ...toolTurn(1, 'ok', false)]), { app: 'agent', dryRun: true })
        .decision.candidates.find(({ endpoint }) => endpoint === CLOUD);
    const before = cloud()?.prediction.costNanoUsd ?? NaN;
    bench.optimizer.distrust();
    expect(cloud()?.prediction.costNanoUsd).toBeGreaterThan(before);
    expect(cloud()?.parts.preference).toBeGreaterThan(0);
  });
});

describe('words that come again within a minute', () => {
  const waiting = ({ optimizer }: OptimizerForTest) => optimizer.getOptimizationStatus().learning.waiting;

  test('are no complaint when they stand before the tool turns of an agent', () => {
    const bench = optimizerForTest({ settings: SETTINGS });
    const messages = [OPENING];
    for (const [number, result] of ['compiled', 'linted', 'tested', 'packed', 'shipped'].entries()) {
      turn(bench, messages);
      messages.push(...toolTurn(number, result, false));
    }
    // Five answers, and nothing said of any.
    expect(waiting(bench)).toBe(5);
  });

  test('are one when a person says them again, at the end of a longer conversation too', () => {
    const bench = optimizerForTest({ settings: SETTINGS });
    turn(bench, [OPENING]);
    turn(bench, [OPENING, { role: 'assistant', parts: [{ type: 'text', text: 'Done.' }] }, OPENING]);
    expect(waiting(bench)).toBe(3);
  });
});

describe('the memory of conversations', () => {
  const news = { endpointId: LOCAL.id, readTokens: 10, escalated: false };

  test('keeps the latest thousand at least, two thousand at most, and tells how many', () => {
    const memory = new ConversationMemory();
    for (let number = 0; number < 10_000; number += 1) {
      memory.note(`key-${number}`, { ...news, nowMs: number });
      expect(memory.size).toBeLessThanOrEqual(2_000);
    }
    for (let number = 9_000; number < 10_000; number += 1)
      expect(memory.recall(`key-${number}`, 10_000)).not.toBeNull();
    expect(memory.recall('key-0', 10_000)).toBeNull();
  });

  test('counts a conversation once, however long it goes on', () => {
    const memory = new ConversationMemory();
    for (let number = 0; number < 1_000; number += 1) memory.note(`key-${number}`, { ...news, nowMs: 0 });
    expect(memory.size).toBe(1_000);
    memory.note('one-more', { ...news, nowMs: 0 });
    for (let number = 0; number < 500; number += 1) memory.note(`key-${number}`, { ...news, nowMs: 1 });
    expect(memory.size).toBe(1_001);
    expect(memory.recall('key-3', 1)).toMatchObject({ requests: 2 });
  });

  test('remembers the endpoint that a conversation was stuck with, until it is stuck with another', () => {
    const memory = new ConversationMemory();
    memory.note('key', { ...news, escalated: true, stuckWith: LOCAL.id, nowMs: 0 });
    memory.note('key', { ...news, endpointId: CLOUD.id, stuckWith: null, nowMs: 1 });
    expect(memory.recall('key', 2)).toMatchObject({ endpointId: CLOUD.id, escalated: true, stuckWith: LOCAL.id });
    memory.note('key', { ...news, stuckWith: CLOUD.id, nowMs: 3 });
    expect(memory.recall('key', 4)).toMatchObject({ stuckWith: CLOUD.id });
  });

  test('forgets what nobody came back to for two hours, and an escalation only with it', () => {
    const memory = new ConversationMemory();
    memory.note('key', { ...news, escalated: true, nowMs: 0 });
    memory.note('key', { ...news, escalated: false, nowMs: 1 });
    expect(memory.recall('key', 7_200_001)).toMatchObject({ escalated: true, requests: 2 });
    expect(memory.recall('key', 7_200_002)).toBeNull();
    memory.note('key', { ...news, nowMs: 7_200_002 });
    expect(memory.recall('key', 7_200_002)).toMatchObject({ escalated: false, requests: 1 });
    expect(memory.size).toBe(1);
  });
});
