import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEvent } from '../../src-renderer/client/event-stream.ts';
import { SseReader } from '../../src-renderer/client/sse-reader.ts';

describe('the reader of server-sent events', () => {
  it('gives id, topic and data, and nothing for a comment', () => {
    const text = 'retry: 1000\nid: 7-1\n\n:\n\nid: 7-2\nevent: gate\ndata: {"a":1}\n\n';
    expect(new SseReader().push(text)).toEqual([
      { id: '7-1', event: 'message', data: null },
      { id: '7-2', event: 'gate', data: '{"a":1}' },
    ]);
  });

  it('joins several lines of data, and takes lines that end in CR LF', () => {
    expect(new SseReader().push('data: a\r\ndata: b\r\n\r\n')).toEqual([{ id: null, event: 'message', data: 'a\nb' }]);
  });

  it('gives the same events wherever the text is cut', () => {
    const text =
      'id: 1-1\nevent: log\ndata: {"x":"y z"}\n\n:\n\nid: 1-2\r\nevent: tray\r\ndata: {}\r\n\r\nid: 1-3\ndata: ü\n\n';
    const whole = new SseReader().push(text);
    expect(whole).toHaveLength(3);
    fc.assert(
      fc.property(fc.array(fc.nat({ max: text.length }), { maxLength: 12 }), (cuts) => {
        const reader = new SseReader();
        const ends = [...cuts, text.length].sort((one, other) => one - other);
        const events = ends.flatMap((end, index) => reader.push(text.slice(ends[index - 1] ?? 0, end)));
        expect(events).toEqual(whole);
      }),
    );
  });
});

describe('an event of the engine', () => {
  it('is parsed by the schema of its topic', () => {
    expect(parseEvent('activity', '{"local":1,"cloud":0,"waiting":2}')).toEqual({
      topic: 'activity',
      data: { local: 1, cloud: 0, waiting: 2 },
    });
  });

  it.each([
    ['of a topic that is not known', 'weather', '{}'],
    ['that is no JSON', 'activity', 'sunny'],
    ['that is not what was agreed', 'activity', '{"local":-1}'],
  ])('%s is left out', (_what, topic, data) => {
    expect(parseEvent(topic, data)).toBeNull();
  });
});
