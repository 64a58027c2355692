import { describe, expect, test } from 'vitest';
import type { ChatMessage, ChatRequest } from '../../../src-main/engine/protocols/chat-request.ts';
import { continuesConversation, conversationKey } from '../../../src-main/engine/routing/conversation-key.ts';

function say(role: ChatMessage['role'], text: string): ChatMessage {
  return { role, parts: [{ type: 'text', text }] };
}

function request(messages: ChatMessage[], changes: Partial<ChatRequest> = {}): ChatRequest {
  return { model: 'auto', mode: 'chat', messages, stream: true, ...changes };
}

const SYSTEM = say('system', 'You help.');
const OPENING = [SYSTEM, say('user', 'Plan a trip to Rome')];
const LATER = [...OPENING, say('assistant', 'When?'), say('user', 'In May')];
const ALONE = { app: null, session: {} };

const keyOf = (messages: ChatMessage[], context = ALONE, changes: Partial<ChatRequest> = {}) =>
  conversationKey(request(messages, changes), context);

describe('the key of a conversation', () => {
  test('is the same for its first and all later requests', () => {
    expect(keyOf(OPENING)).toMatch(/^[0-9a-f]{16}$/);
    expect(keyOf(LATER)).toBe(keyOf(OPENING));
    expect(keyOf([...LATER, say('assistant', 'Fine'), say('user', 'And hotels?')])).toBe(keyOf(OPENING));
  });

  test('differs by opening, system prompt and app', () => {
    const keys = [
      keyOf(OPENING),
      keyOf([SYSTEM, say('user', 'Plan a trip to Paris')]),
      keyOf([say('system', 'You are rude.'), say('user', 'Plan a trip to Rome')]),
      conversationKey(request(OPENING), { app: 'editor', session: {} }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  test.each(['x-session-id', 'x-conversation-id', 'session_id'])('follows %s, whatever the messages say', (name) => {
    const first = { app: null, session: { [name]: 's1' } };
    expect(keyOf(LATER, first)).toBe(keyOf([SYSTEM, say('user', 'Compacted: a trip')], first));
    expect(keyOf(LATER, first)).not.toBe(keyOf(LATER, { app: null, session: { [name]: 's2' } }));
  });

  test('tells the side questions of an agent apart by their system prompt', () => {
    const session = { app: null, session: { 'x-session-id': 's1' } };
    expect(keyOf(OPENING, session)).not.toBe(keyOf([say('system', 'Make a title.'), OPENING[1] ?? SYSTEM], session));
  });

  test.each([
    ['user_1f_account_2e_session_AAA', 'user_1f_account_2e_session_BBB'],
    ['{"device_id":"x","session_id":"AAA"}', '{"device_id":"x","session_id":"BBB"}'],
  ])('finds the session in the user id of Claude Code: %s', (one, other) => {
    expect(keyOf(LATER, ALONE, { user: one })).toBe(keyOf([SYSTEM, say('user', 'else')], ALONE, { user: one }));
    expect(keyOf(LATER, ALONE, { user: one })).not.toBe(keyOf(LATER, ALONE, { user: other }));
  });

  test('leaves out the line of Claude Code that changes with every request', () => {
    const withLine = (cch: string): ChatMessage[] => [
      { role: 'system', parts: [{ type: 'text', text: `x-anthropic-billing-header: cch=${cch};` }, ...SYSTEM.parts] },
      ...LATER.slice(1),
    ];
    expect(keyOf(withLine('1'))).toBe(keyOf(withLine('2')));
  });

  test.each(['prompt_cache_key', 'user'])('uses %s only beside the opening: it may be the same for many', (name) => {
    const context = { app: null, session: { [name]: 'k1' } };
    expect(keyOf(LATER, context)).toBe(keyOf(OPENING, context));
    expect(keyOf(OPENING, context)).not.toBe(keyOf([SYSTEM, say('user', 'else')], context));
    expect(keyOf(OPENING, context)).not.toBe(keyOf(OPENING, { app: null, session: { [name]: 'k2' } }));
  });

  test('is missing for a bare completion, and where there is nothing to tell it by', () => {
    expect(keyOf(OPENING, ALONE, { mode: 'completion' })).toBeNull();
    expect(keyOf([SYSTEM])).toBeNull();
    expect(keyOf(OPENING, { app: null, session: { 'x-session-id': 's' } }, { mode: 'completion' })).not.toBeNull();
  });

  test('reads a bounded part of a huge prompt', () => {
    const huge = 'x'.repeat(5_000);
    expect(keyOf([say('system', huge + 'a'), say('user', 'b')])).toBe(
      keyOf([say('system', huge + 'c'), say('user', 'b')]),
    );
  });
});

test('an opening without a session starts a conversation, everything else may go on with one', () => {
  expect(continuesConversation(request(OPENING), {})).toBe(false);
  expect(continuesConversation(request(LATER), {})).toBe(true);
  expect(continuesConversation(request(OPENING), { 'x-session-id': 's' })).toBe(true);
});
