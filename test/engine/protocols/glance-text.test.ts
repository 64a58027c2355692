import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SURFACE_FORMATS } from '../../../src-main/engine/exchange/formats.ts';
import { UNKNOWN_USAGE, type ChatEvent } from '../../../src-main/engine/protocols/chat-event.ts';
import type { FormatName } from '../../../src-main/engine/protocols/chat-request.ts';
import type { ReplyContext } from '../../../src-main/engine/protocols/format.ts';
import { canGlance, glanceText } from '../../../src-main/engine/protocols/glance-text.ts';

const FORMATS: readonly FormatName[] = [
  'openai-chat',
  'openai-completions',
  'ollama-chat',
  'ollama-generate',
  'anthropic-messages',
];

function frames(format: FormatName, content: readonly ChatEvent[]): string {
  const mode = format === 'openai-completions' || format === 'ollama-generate' ? 'completion' : 'chat';
  const reply: ReplyContext = {
    id: 'x',
    model: 'm',
    createdAtMs: 0,
    includeUsage: true,
    request: { model: 'm', mode, messages: [], stream: true },
  };
  const encoder = SURFACE_FORMATS[format].createEncoder(reply);
  const events: ChatEvent[] = [{ type: 'start' }, ...content, { type: 'finish', reason: 'stop', usage: UNKNOWN_USAGE }];
  return events.map((event) => encoder.encode(event)).join('');
}

/** What answers look like, and what could be taken for the frame around them. */
const piece = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1 }),
  fc.constantFrom('"content":"x"', '\\', '\\"text":"y"', '\n\ndata: {"text":"z"}', '"', ' 🌧 '),
);

describe.each(FORMATS)('a glance at a stream of %s', (format) => {
  test('sees the text that is in it, whatever it says and however it is cut', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = pieces.map((each): ChatEvent => ({ type: 'text', text: each }));
        expect(glanceText(format, frames(format, text))).toBe(pieces.join(''));
      }),
    );
  });

  test('does not take thoughts for text', () => {
    const content: ChatEvent[] = [
      { type: 'thinking', text: 'I wonder' },
      { type: 'text', text: 'Yes.' },
    ];
    expect(glanceText(format, frames(format, content))).toBe('Yes.');
  });
});

test('a format without a single field for its text is not glanced at', () => {
  expect([canGlance('openai-responses'), glanceText('openai-responses', '')]).toEqual([false, null]);
});
