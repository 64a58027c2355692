import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReplyContext, StreamProgress } from '../../../../src-main/engine/protocols/format.ts';
import { openaiChat } from '../../../../src-main/engine/protocols/openai/openai-chat.ts';
import { expectSchema } from '../../../support/wire-schemas.ts';
import { bodies, chunk, decode, DONE, passThrough, reply, sse, streams, toolDelta, usageChunk } from './streams.ts';

/** Every sound stream begins with it; it is left out of the comparisons. */
const OPENING = chunk({ role: 'assistant' });

function relay(
  stream: string,
  places: readonly number[] = [],
  more: Partial<ReplyContext> = {},
): { out: string; progress: StreamProgress } {
  const through = openaiChat.createPassThrough({ ...reply, ...more });
  const out = passThrough(through, OPENING + stream, places);
  expect(out.startsWith(OPENING)).toBe(true);
  return { out: out.slice(OPENING.length), progress: through.progress };
}

const hidden = { includeUsage: false };

describe('any stream', () => {
  it.each(Object.entries(streams))('goes through the same wherever it is cut: %s', (_name, stream) => {
    const whole = relay(stream);
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 12 }), (places) => {
        const again = relay(stream, places);
        expect(again.out).toBe(whole.out);
        expect(again.progress).toEqual(whole.progress);
      }),
    );
  });

  it.each(Object.entries(streams))('is told as the decoder tells it: %s', (_name, stream) => {
    const { progress } = relay(stream, [400]);
    const last = decode(stream).at(-1);
    if (last?.type === 'finish') {
      expect(progress).toMatchObject({ finished: true, failure: null, finishReason: last.reason, usage: last.usage });
    } else {
      const failure = last?.type === 'error' ? last.failure : null;
      expect(failure).not.toBeNull();
      expect(progress).toMatchObject({ finished: false, failure });
    }
  });

  it.each(Object.entries(streams))('leaves as valid chunks: %s', (_name, stream) => {
    for (const body of bodies(relay(stream).out)) {
      if (body !== '[DONE]') expectSchema('openai', 'CreateChatCompletionStreamResponse', body);
    }
  });
});

describe('a sound stream', () => {
  const sound = streams['plain text with usage'] ?? '';

  it('passes byte for byte', () => expect(relay(sound, [100, 200, 300, 400, 500]).out).toBe(sound));

  it('passes as the very bytes once content has started', () => {
    const through = openaiChat.createPassThrough(reply);
    through.push(new TextEncoder().encode(chunk({ content: 'a' })));
    const bytes = new TextEncoder().encode(chunk({ content: 'say "usage": {' }) + chunk({ content: '[x]' }));
    expect(through.push(bytes)).toBe(bytes);
    expect(through.progress).toMatchObject({ contentStarted: true, contentPieces: 3, model: 'up' });
  });

  it('keeps comments', () => {
    const stream = ': keepalive\n\n' + chunk({ content: 'a' }) + ': keepalive\n\n' + chunk({}, 'stop') + DONE;
    expect(relay(stream).out).toBe(stream);
  });

  it('starts with content, not with the role', () => {
    const through = openaiChat.createPassThrough(reply);
    through.push(new TextEncoder().encode(chunk({ role: 'assistant', content: '' })));
    expect(through.progress.contentStarted).toBe(false);
    through.push(new TextEncoder().encode(chunk({ reasoning: 'hm' })));
    expect(through.progress.contentStarted).toBe(true);
  });
});

describe('usage', () => {
  it('is hidden when the client did not ask, and read all the same', () => {
    const { out, progress } = relay(chunk({ content: 'a' }, 'stop') + usageChunk() + DONE, [], hidden);
    expect(out).toBe(chunk({ content: 'a' }, 'stop') + DONE);
    expect(progress.usage).toMatchObject({ inputTokens: 12, outputTokens: 7 });
  });

  it('beside content is left where it is', () => {
    const stream = chunk({ content: 'a' }, 'stop', { usage: { prompt_tokens: 1, completion_tokens: 2 } }) + DONE;
    expect(relay(stream, [], hidden).out).toBe(stream);
  });

  it('gets the choices that its chunk lacks', () => {
    const bare = sse({
      id: 'x',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'up',
      usage: { prompt_tokens: 1 },
    });
    const { out } = relay(chunk({ content: 'a' }, 'stop') + bare + DONE);
    expect(bodies(out)[1]).toMatchObject({ choices: [], usage: { prompt_tokens: 1 } });
    expect(relay(chunk({ content: 'a' }, 'stop') + bare + DONE, [], hidden).out).not.toContain('usage');
  });
});

describe('repairs', () => {
  function deltas(stream: string): unknown[] {
    return bodies(relay(stream).out).flatMap((body) =>
      body === '[DONE]' || !Array.isArray(body.choices)
        ? []
        : (body.choices as { delta: unknown }[]).map((each) => each.delta),
    );
  }

  it('number calls that all say index 0, and turn their stop into tool_calls', () => {
    const { out, progress } = relay(streams['two calls that both say index 0'] ?? '');
    expect(JSON.stringify(bodies(out))).toContain('"index":1,"id":"call_b","type":"function"');
    expect(progress.finishReason).toBe('tool_calls');
    expect(bodies(out).at(-2)).toMatchObject({ choices: [{ finish_reason: 'tool_calls' }] });
  });

  it('give calls the index and the id that they lack', () => {
    const call = { function: { name: 'f', arguments: { x: 1 } } };
    expect(deltas(chunk(toolDelta(call)) + chunk({}, 'tool_calls') + DONE)[0]).toEqual({
      tool_calls: [{ index: 0, id: 'call_abc_0_0', type: 'function', function: { name: 'f', arguments: '{"x":1}' } }],
    });
  });

  it('take away new ids and repeated names behind the first piece', () => {
    const stream =
      chunk(toolDelta({ index: 0, id: 'a', function: { name: 'f', arguments: '{"x"' } })) +
      chunk(toolDelta({ index: 0, id: 'b', function: { name: 'f', arguments: ':1}' } }));
    expect(deltas(stream + chunk({}, 'tool_calls') + DONE)[1]).toEqual({
      tool_calls: [{ index: 0, function: { arguments: ':1}' } }],
    });
  });

  it('leave sound calls as they are', () => {
    const stream =
      chunk(toolDelta({ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } })) +
      chunk(toolDelta({ index: 0, function: { arguments: '{}' } })) +
      chunk({}, 'tool_calls') +
      DONE;
    expect(relay(stream).out).toBe(stream);
  });

  it('name the role in the first delta of a choice when the server never does', () => {
    const through = openaiChat.createPassThrough(reply);
    const out = passThrough(through, chunk({ content: 'a' }) + chunk({ content: 'b' }));
    expect(out).toBe(chunk({ content: 'a', role: 'assistant' }) + chunk({ content: 'b' }));
  });

  it('tell calls of several choices apart', () => {
    const call = (index: number): string =>
      sse({
        choices: [
          {
            index,
            delta: toolDelta({ index: 0, id: `c${index}`, function: { name: 'f', arguments: '{}' } }),
            finish_reason: null,
          },
        ],
      });
    const second = sse({ choices: [{ index: 1, delta: { role: 'assistant' }, finish_reason: null }] });
    const stream = second + call(0) + call(1);
    expect(relay(stream).out).toBe(stream);
  });

  it('give thinking both names', () => {
    const both = { reasoning: 'hm', reasoning_content: 'hm' };
    const stream = chunk({ content: 'a' }) + chunk({ reasoning: 'hm' }) + chunk({ reasoning_content: 'hm' });
    expect(deltas(stream + chunk({}, 'stop') + DONE).slice(1, 3)).toEqual([both, both]);
  });

  it.each(['load', 'unload', 'eos'])('do not let the finish reason %s out', (word) => {
    const { out } = relay(chunk({ content: 'a' }) + chunk({}, word) + DONE);
    expect(bodies(out)[1]).toMatchObject({ choices: [{ finish_reason: 'stop' }] });
  });

  it('keep length after tool calls', () => {
    const call = toolDelta({ index: 0, id: 'a', function: { name: 'f', arguments: '{' } });
    const stream = chunk(call) + chunk({}, 'length') + DONE;
    expect(relay(stream).out).toBe(stream);
  });

  it('put an empty delta where there is none', () => {
    const { out } = relay(chunk({ content: 'a' }) + sse({ choices: [{ index: 0, finish_reason: 'stop' }] }) + DONE);
    expect(bodies(out)[1]).toEqual({ choices: [{ index: 0, finish_reason: 'stop', delta: {} }] });
  });

  it('part chunks that came in one event', () => {
    const two = chunk({ content: 'a' }).trimEnd() + '\n' + chunk({ content: 'b' }, 'stop');
    expect(relay(two + DONE).out).toBe(chunk({ content: 'a' }) + chunk({ content: 'b' }, 'stop') + DONE);
  });
});

describe('the end', () => {
  it('gets the [DONE] that the upstream forgot', () => {
    const stream = chunk({ content: 'a' }, 'stop');
    expect(relay(stream)).toMatchObject({ out: stream + DONE, progress: { finished: true } });
  });

  it('gets the empty line that the upstream forgot', () => {
    const stream = chunk({ content: 'a' }, 'stop');
    expect(relay(stream.trimEnd()).out).toBe(stream + DONE);
    expect(relay(stream + 'data: [DONE]').out).toBe(stream + DONE);
  });

  it('gets the finish chunk that the upstream forgot', () => {
    const { out, progress } = relay(chunk({ content: 'a' }) + DONE);
    expect(bodies(out)).toEqual([
      ...bodies(chunk({ content: 'a' })),
      {
        id: 'chatcmpl-1',
        object: 'chat.completion.chunk',
        created: 1,
        model: 'up',
        choices: [{ index: 0, delta: {}, logprobs: null, finish_reason: 'stop' }],
      },
      '[DONE]',
    ]);
    expect(progress).toMatchObject({ finished: true, finishReason: 'stop' });
  });

  it('without a finish reason or [DONE] is a truncation', () => {
    const { out, progress } = relay(chunk({ content: 'a' }));
    expect(out).toBe(chunk({ content: 'a' }));
    expect(progress.failure?.code).toBe('upstream_truncated');
  });

  it('is a truncation while one of several choices is open', () => {
    const second = sse({ choices: [{ index: 1, delta: { content: 'b' }, finish_reason: null }] });
    const more = { request: { ...reply.request, choices: 2 } };
    expect(relay(chunk({ content: 'a' }, 'stop') + second, [], more).progress.failure?.code).toBe('upstream_truncated');
  });

  it('lets nothing through behind it', () => {
    const stream = chunk({ content: 'a' }, 'stop') + DONE;
    expect(relay(stream + chunk({ content: 'late' }) + DONE).out).toBe(stream);
  });
});

describe('failures', () => {
  it('keep the error event back for the caller to print', () => {
    const through = openaiChat.createPassThrough(reply);
    const out = passThrough(
      through,
      chunk({ role: 'assistant', content: 'a' }) + sse({ error: { message: 'boom' } }) + DONE,
    );
    expect(out).toBe(chunk({ role: 'assistant', content: 'a' }));
    const { failure } = through.progress;
    expect(failure).toMatchObject({ code: 'upstream_error', message: 'boom' });
    if (failure !== null) expect(bodies(through.failWith(failure))).toEqual([{ error: { message: 'boom' } }]);
  });

  it.each([[[]], [[200]]])('see what is not JSON, cut at %j or not', (places) => {
    const { out, progress } = relay(chunk({ content: 'a' }) + 'data: {oops\n\n' + chunk({}, 'stop'), places);
    expect(out).toBe(chunk({ content: 'a' }));
    expect(progress.failure?.code).toBe('upstream_garbled');
  });
});
