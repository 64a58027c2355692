import { describe, expect, onTestFinished, test } from 'vitest';
import type { ProviderKind } from '../../../../src-shared/catalogue.ts';
import { toJobTiming } from '../../../../src-main/engine/jobs/calls/to-job-timing.ts';
import { UNKNOWN_USAGE } from '../../../../src-main/engine/protocols/chat-event.ts';
import { answer } from '../../../support/upstreams/answer-script.ts';
import { jsonReply } from '../../../support/upstreams/script.ts';
import { startUpstream } from '../../../support/upstreams/start-upstream.ts';
import { question, startCalling } from './calling-bench.ts';

/** A local server of each kind, with one model. */
async function start(kind: ProviderKind) {
  const upstream = await startUpstream({ kind, models: [{ name: 'm' }] });
  onTestFinished(() => upstream.stop());
  const provider = { id: 'own', name: 'Own', kind, track: 'local', baseUrl: upstream.url, auth: 'none' };
  return { ...(await startCalling({ settings: { providers: [provider] } })), upstream };
}

const TOOL = { name: 'weather', parameters: { type: 'object', properties: {} } };

describe('an answer', () => {
  test.each<ProviderKind>(['ollama', 'openai', 'anthropic'])(
    'of a %s server has its parts, reason and tokens',
    async (kind) => {
      const bench = await start(kind);
      bench.upstream.script(
        answer({
          text: ['One ', 'two.'],
          toolCalls: [{ name: 'weather', arguments: { city: 'Rome', days: 2 } }],
          usage: { input: 30, output: 12 },
        }),
      );
      const { request } = question(bench.endpoint('own/m'));
      expect(await bench.ask('own/m', { request: { ...request, tools: [TOOL] } })).toMatchObject({
        kind: 'answered',
        parts: [
          { type: 'text', text: 'One two.' },
          { type: 'tool_call', name: 'weather', arguments: { city: 'Rome', days: 2 } },
        ],
        finishReason: 'tool_calls',
        usage: { inputTokens: 30, outputTokens: 12 },
        costNanoUsd: 0,
      });
    },
  );

  test('in one piece, of a server that does not stream, is read all the same', async () => {
    const bench = await start('openai');
    const message = { role: 'assistant', content: 'Whole.' };
    const usage = { prompt_tokens: 3, completion_tokens: 2 };
    bench.upstream.script(() => jsonReply({ choices: [{ message, finish_reason: 'stop' }], usage }));
    expect(await bench.ask('own/m')).toMatchObject({
      kind: 'answered',
      parts: [{ type: 'text', text: 'Whole.' }],
      usage: { inputTokens: 3, outputTokens: 2 },
    });
  });

  test('that cannot be asked for is refused before anything is sent', async () => {
    const bench = await start('anthropic');
    const { request } = question(bench.endpoint('own/m'));
    const asked = await bench.ask('own/m', { request: { ...request, choices: 3 } });
    expect(asked).toMatchObject({ kind: 'refused' });
    expect(bench.upstream.calls).toHaveLength(0);
  });
});

describe('its times', () => {
  const answerWith = (timings: Parameters<typeof toJobTiming>[0]['answer']['timings']) => ({
    ...{ parts: [], finishReason: 'stop' as const, timings },
    usage: { ...UNKNOWN_USAGE, inputTokens: 500, cachedInputTokens: 100, outputTokens: 41 },
  });

  test('are those of the server where it tells them', () => {
    const timings = { loadNs: 2e9, promptEvalNs: 4e8, evalNs: 1e9 };
    const seen = { answer: answerWith(timings), durationMs: 9_999, firstTokenMs: 8_888, wasLoaded: null };
    expect(toJobTiming(seen)).toEqual({
      ...{ loadMs: 2_000, firstTokenMs: 2_400, durationMs: 9_999, wasLoaded: false },
      ...{ promptTokensPerSecond: 1_000, outputTokensPerSecond: 41 },
    });
  });

  test('are as seen from here where it does not', () => {
    const seen = { answer: answerWith(null), durationMs: 1_400, firstTokenMs: 400, wasLoaded: null };
    expect(toJobTiming(seen)).toEqual({
      ...{ loadMs: null, firstTokenMs: 400, durationMs: 1_400, wasLoaded: null },
      ...{ promptTokensPerSecond: 1_000, outputTokensPerSecond: 40 },
    });
  });

  test('are unknown rather than made of nothing', () => {
    const bare = { ...answerWith(null), usage: UNKNOWN_USAGE };
    expect(toJobTiming({ answer: bare, durationMs: 2, firstTokenMs: null, wasLoaded: true })).toMatchObject({
      ...{ promptTokensPerSecond: null, outputTokensPerSecond: null, firstTokenMs: null, wasLoaded: true },
    });
  });
});
