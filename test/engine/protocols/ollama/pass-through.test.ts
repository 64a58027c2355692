import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src-main/engine/protocols/json.ts';
import { ollamaChat } from '../../../../src-main/engine/protocols/ollama/ollama-chat.ts';
import { ollamaGenerate } from '../../../../src-main/engine/protocols/ollama/ollama-generate.ts';
import {
  call,
  CHAT,
  chatChunk,
  chatRequest,
  cutAt,
  END,
  GENERATE,
  ndjson,
  relayAll,
  replyTo,
  TEXT_ONLY,
} from './ollama-streams.ts';

const reply = replyTo(chatRequest());
const start = () => ollamaChat.createPassThrough(reply);
const bytes = (...lines: JsonObject[]) => new TextEncoder().encode(ndjson(lines));

function relay(text: string, cuts: number[] = []) {
  const passThrough = start();
  return { out: relayAll(passThrough, cutAt(text, cuts)), progress: passThrough.progress };
}

describe('Ollama to Ollama', () => {
  it('passes every line on as it is and reads model, counts and end', () => {
    const { out, progress } = relay(ndjson(TEXT_ONLY));
    expect(out).toBe(ndjson(TEXT_ONLY));
    expect(progress).toMatchObject({
      contentStarted: true,
      finished: true,
      failure: null,
      finishReason: 'stop',
      contentPieces: 2,
      model: 'qwen3:8b',
      usage: { inputTokens: 40, cachedInputTokens: 30, outputTokens: 12 },
    });
  });

  it('hands whole plain lines on as the very same bytes once content has started', () => {
    const passThrough = start();
    passThrough.push(bytes(chatChunk({ content: 'a' })));
    const plain = bytes(chatChunk({ content: '"done":true 🌍' }), chatChunk({ thinking: 'b' }));
    expect(passThrough.push(plain)).toBe(plain);
    expect(passThrough.progress.contentPieces).toBe(3);
  });

  it('does not take a chunk without content for its start', () => {
    const passThrough = start();
    passThrough.push(bytes(chatChunk({})));
    expect(passThrough.progress.contentStarted).toBe(false);
    passThrough.push(bytes(chatChunk({ tool_calls: [call('f', {})] })));
    expect(passThrough.progress.contentStarted).toBe(true);
  });

  it('numbers calls that all say 0 or say nothing, and leaves right ones alone', () => {
    const { out, progress } = relay(ndjson(CHAT));
    const lines = out.split('\n');
    expect(lines[4]).toBe(JSON.stringify(CHAT[4]));
    expect(JSON.parse(lines[5] ?? '')).toMatchObject({ message: { tool_calls: [{ function: { index: 1 } }] } });
    expect(progress.finishReason).toBe('tool_calls');
    const old = chatChunk({ tool_calls: [call('f', {}), call('g', {})] });
    const calls = [{ function: { index: 0 } }, { function: { index: 1 } }];
    expect(JSON.parse(relay(ndjson([old])).out)).toMatchObject({ message: { tool_calls: calls } });
  });

  it('gives the same bytes and the same account wherever the stream is cut', () => {
    const streams = fc.constantFrom(
      ndjson(CHAT),
      ndjson(TEXT_ONLY),
      ndjson(TEXT_ONLY).replaceAll('\n', '\r\n\n'),
      `${ndjson(TEXT_ONLY.slice(0, 2))}{"error":"boom"}\n`,
      `${ndjson(TEXT_ONLY.slice(0, 2))}oops\n${ndjson(TEXT_ONLY)}`,
      `${ndjson(TEXT_ONLY)}${ndjson(TEXT_ONLY)}`,
      ndjson(CHAT).slice(0, -20),
    );
    fc.assert(
      fc.property(streams, fc.array(fc.nat(), { maxLength: 12 }), (text, cuts) => {
        expect(relay(text, cuts)).toEqual(relay(text));
      }),
    );
  });

  it('stops at an error line, which it does not pass on, and tells what it was', () => {
    const { out, progress } = relay(ndjson([...TEXT_ONLY.slice(0, 2), { error: 'server busy' }, ...TEXT_ONLY]));
    expect(out).toBe(ndjson(TEXT_ONLY.slice(0, 2)));
    expect(progress.failure).toMatchObject({ code: 'overloaded', message: 'server busy' });
    expect(progress.finished).toBe(false);
  });

  it.each([
    ['', 'upstream_truncated'],
    [ndjson(TEXT_ONLY.slice(0, 2)), 'upstream_truncated'],
    [ndjson(TEXT_ONLY).slice(0, -9), 'upstream_truncated'],
    ['<html></html>\n', 'upstream_garbled'],
  ])('never ends cleanly without the end (%#)', (text, code) => {
    expect(relay(text).progress.failure).toMatchObject({ code });
  });

  it('accepts an end without its line feed', () => {
    const { out, progress } = relay(ndjson(TEXT_ONLY).trimEnd());
    expect(out).toBe(ndjson(TEXT_ONLY));
    expect(progress.finished).toBe(true);
  });

  it('ends with the error as a string', () => {
    expect(start().failWith({ code: 'upstream_timeout', message: 'Too slow.' })).toBe('{"error":"Too slow."}\n');
  });

  it('passes /api/generate the same way, its context included', () => {
    const passThrough = ollamaGenerate.createPassThrough(reply);
    expect(relayAll(passThrough, cutAt(ndjson(GENERATE), [50]))).toBe(ndjson(GENERATE));
    expect(passThrough.progress).toMatchObject({ finished: true, contentPieces: 3, usage: { outputTokens: 12 } });
  });
});

describe('a whole answer from Ollama to Ollama', () => {
  it('goes on byte for byte when nothing is wrong with it', () => {
    expect(ollamaChat.inspectResult(chatChunk({ content: 'Hi' }, END))).toMatchObject({
      usage: { inputTokens: 40, outputTokens: 12 },
      finishReason: 'stop',
      model: 'qwen3:8b',
      hasContent: true,
      repaired: null,
    });
  });

  it('gets its calls numbered', () => {
    const inspected = ollamaChat.inspectResult(chatChunk({ tool_calls: [call('f', {}), call('g', { a: 1 })] }, END));
    expect(inspected.finishReason).toBe('tool_calls');
    expect(inspected.repaired).toMatchObject({
      done: true,
      message: {
        content: '',
        tool_calls: [{ function: { index: 0 } }, { function: { index: 1, arguments: { a: 1 } } }],
      },
    });
  });

  it('is recognised as empty, and as not finished', () => {
    expect(ollamaGenerate.inspectResult({ response: '' })).toMatchObject({ hasContent: false, finishReason: null });
  });
});
