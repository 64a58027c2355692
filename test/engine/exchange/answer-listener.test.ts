import { describe, expect, test } from 'vitest';
import { AnswerListener } from '../../../src-main/engine/exchange/answer-listener.ts';
import { GlancedRelay } from '../../../src-main/engine/exchange/glanced-relay.ts';
import { OverheardRelay } from '../../../src-main/engine/exchange/overheard-relay.ts';
import type { ChatRequest } from '../../../src-main/engine/protocols/chat-request.ts';
import type { StreamDecoder } from '../../../src-main/engine/protocols/format.ts';
import { ScriptedRelay } from './scripted-relay.ts';

const TOOL = { name: 'weather', parameters: { type: 'object', required: ['city'] } };
const END = { finishReason: 'stop', outputTokens: 7 } as const;
const REFUSAL = 'I’m sorry, but I can’t help with that.';

function request(changes: Partial<ChatRequest> = {}): ChatRequest {
  return { model: 'm', mode: 'chat', messages: [], stream: true, ...changes };
}

function heard(changes: Partial<ChatRequest>, ...texts: string[]): AnswerListener {
  const listener = new AnswerListener(request(changes));
  for (const text of texts) listener.hear({ type: 'text', text });
  return listener;
}

describe('a listener', () => {
  test('has heard enough of plain text when its beginning is no refusal', () => {
    expect(heard({}, 'a'.repeat(319)).isSated).toBe(false);
    expect(heard({}, 'a'.repeat(320)).isSated).toBe(true);
  });

  test('goes on where the beginning may be a refusal, until it is too long for one', () => {
    const listener = heard({}, REFUSAL.padEnd(320, ' and so on'));
    expect(listener.isSated).toBe(false);
    listener.hear({ type: 'text', text: '…'.repeat(320) });
    expect(listener.isSated).toBe(true);
    expect(listener.signs(END)).toMatchObject({ refusal: false, empty: false });
  });

  test('knows a refusal in however many pieces', () => {
    expect(heard({}, ...Array.from(REFUSAL)).signs(END).refusal).toBe(true);
  });

  test('has never heard enough where tools may be called or JSON was asked for', () => {
    expect(heard({ tools: [TOOL] }, 'a'.repeat(10_000)).isSated).toBe(false);
    expect(heard({ output: { type: 'json' } }, 'a'.repeat(10_000)).isSated).toBe(false);
  });

  test('judges JSON as a whole, however long', () => {
    const text = JSON.stringify({ words: Array.from({ length: 2_000 }, () => 'word') });
    expect(heard({ output: { type: 'json' } }, text.slice(0, 900), text.slice(900)).signs(END).invalidJson).toBe(false);
    expect(heard({ output: { type: 'json' } }, text.slice(0, 900)).signs(END).invalidJson).toBe(true);
  });

  test('puts the pieces of each call’s arguments together', () => {
    const listener = new AnswerListener(request({ tools: [TOOL] }));
    listener.hear({ type: 'tool_call', index: 0, id: 'a', name: 'weather' });
    listener.hear({ type: 'tool_arguments', index: 0, text: '{"city"' });
    listener.hear({ type: 'tool_call', index: 1, id: 'b', name: 'weather' });
    listener.hear({ type: 'tool_arguments', index: 1, text: '{"city":"Bonn"}' });
    listener.hear({ type: 'tool_arguments', index: 0, text: ':"Köln"}' });
    expect(listener.signs(END)).toMatchObject({ invalidToolCall: false, refusal: false });
    listener.hear({ type: 'tool_call', index: 2, id: 'c', name: 'weather' });
    expect(listener.signs(END)).toMatchObject({ invalidToolCall: true });
  });

  test('holds nothing against what the client’s own limit has cut', () => {
    const cut = { finishReason: 'length', outputTokens: 100 } as const;
    const json = heard({ output: { type: 'json' }, maxOutputTokens: 100 }, '{"a":');
    expect(json.signs(cut)).toMatchObject({ truncated: false, invalidJson: null });
    expect(json.signs({ ...cut, outputTokens: 60 })).toMatchObject({ truncated: true, invalidJson: true });
  });
});

describe('a relay that is overheard', () => {
  test('passes bytes on also when they cannot be read, and then says nothing of the content', () => {
    const listener = new AnswerListener(request());
    const decoder: StreamDecoder = {
      push() {
        throw new Error('not understood');
      },
      end: () => [],
    };
    const relay = new OverheardRelay({ relay: new ScriptedRelay('a'), decoder, listener });
    expect([relay.push(Buffer.from('c')), relay.push(Buffer.from('f')), relay.end()]).toEqual(['[ac]', '[af]', '']);
    expect(listener.signs(END)).toMatchObject({ empty: false, refusal: null });
  });

  test('is no longer read once enough was heard', () => {
    let reads = 0;
    const decoder: StreamDecoder = {
      push() {
        reads += 1;
        return [{ type: 'text', text: 'a'.repeat(200) }];
      },
      end: () => [],
    };
    const listener = new AnswerListener(request());
    const relay = new OverheardRelay({ relay: new ScriptedRelay('a'), decoder, listener });
    for (let count = 0; count < 10; count += 1) relay.push(Buffer.from('c'));
    expect(reads).toBe(2);
  });
});

describe('a relay that is glanced at', () => {
  function glanced(...chunks: string[]): AnswerListener {
    const listener = new AnswerListener(request());
    const relay = new GlancedRelay({ relay: new ScriptedRelay('a'), format: 'ollama-chat', listener });
    for (const chunk of chunks) relay.push(Buffer.from(chunk));
    relay.end();
    return listener;
  }
  const line = (content: string): string => `${JSON.stringify({ message: { role: 'assistant', content } })}\n`;

  test('is judged by all that was said, cut anywhere', () => {
    const bytes = Array.from(REFUSAL, line).join('');
    expect(glanced(bytes.slice(0, 101), bytes.slice(101)).signs(END)).toMatchObject({ refusal: true, empty: false });
    expect(glanced(line('Gladly.')).signs(END)).toMatchObject({ refusal: false, empty: false });
    expect(glanced(line('')).signs(END)).toMatchObject({ refusal: false, empty: true });
  });

  test('is no refusal, and not empty, when it is long', () => {
    expect(glanced(line(REFUSAL), line('x'.repeat(25_000))).signs(END)).toMatchObject({ refusal: false, empty: false });
  });
});
