import { describe, expect, test } from 'vitest';
import type { ChatMessage } from '../../../src-main/engine/protocols/chat-request.ts';
import { holdsSignedThinking } from '../../../src-main/engine/routing/open-turn.ts';

const ASK: ChatMessage = { role: 'user', parts: [{ type: 'text', text: 'go' }] };
const RESULT: ChatMessage = { role: 'tool', parts: [{ type: 'tool_result', callId: '1', content: [] }] };

function thinking(...parts: ChatMessage['parts']): ChatMessage {
  return { role: 'assistant', parts: [...parts, { type: 'tool_call', id: '1', name: 'ls', arguments: {} }] };
}
const SIGNED = thinking({ type: 'thinking', text: 'hm', signature: 'abc' });

describe('an open turn', () => {
  test('holds signed thinking after the last user message', () => {
    expect(holdsSignedThinking([ASK, SIGNED, RESULT])).toBe(true);
    expect(holdsSignedThinking([ASK, SIGNED, RESULT, thinking(), RESULT])).toBe(true);
  });

  test('holds thinking that was redacted: it is signed as a whole', () => {
    expect(holdsSignedThinking([ASK, thinking({ type: 'redacted_thinking', data: 'x' }), RESULT])).toBe(true);
  });

  test('is over once the user has written again', () => {
    expect(holdsSignedThinking([ASK, SIGNED, RESULT, ASK])).toBe(false);
    expect(holdsSignedThinking([ASK, SIGNED, RESULT, ASK, thinking(), RESULT])).toBe(false);
  });

  test('does not count thinking that nobody signed', () => {
    expect(holdsSignedThinking([ASK, thinking({ type: 'thinking', text: 'hm' }), RESULT])).toBe(false);
    expect(holdsSignedThinking([ASK, thinking({ type: 'thinking', text: 'hm', signature: '' }), RESULT])).toBe(false);
    expect(holdsSignedThinking([])).toBe(false);
  });
});
