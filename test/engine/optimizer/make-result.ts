import type { AnswerSigns } from '../../../src-main/engine/learning/answer-signs.ts';
import type { CallReport, RequestResult } from '../../../src-main/engine/optimizer/request-report.ts';
import { makeEndpoint } from '../../support/make-endpoint.ts';

export const LOCAL = makeEndpoint({
  providerId: 'ollama',
  model: 'qwen3:8b',
  track: 'local',
  protocol: 'ollama',
  sizeBytes: 5_200_000_000,
  loaded: true,
});
export const CLOUD = makeEndpoint({ providerId: 'cloud', model: 'big' });

/** An answer that was looked at, and nothing is wrong with it; JSON and tool calls were not asked for. */
export const NO_SIGNS: AnswerSigns = {
  empty: false,
  refusal: false,
  truncated: false,
  invalidJson: null,
  invalidToolCall: null,
};

/** A streamed call that went well: first token after 300 ms, 50 tokens in the second after it. */
export function makeCall(changes: Partial<CallReport> = {}): CallReport {
  return {
    endpoint: LOCAL,
    wasLoaded: true,
    outcome: 'ok',
    failureCode: null,
    wasSent: true,
    streamed: true,
    queueMs: 0,
    firstTokenMs: 300,
    durationMs: 1_300,
    tokensPerSecond: 50,
    inputTokens: 20,
    cachedInputTokens: null,
    outputTokens: 50,
    costNanoUsd: 0,
    ...changes,
  };
}

/** A request that went well; by default answered by the endpoint of its last call. */
export function makeResult(changes: Partial<RequestResult> = {}): RequestResult {
  const calls = changes.calls ?? [makeCall()];
  return {
    calls,
    answeredBy: calls.at(-1)?.endpoint.id ?? null,
    firstTokenMs: 300,
    durationMs: 1_300,
    stream: true,
    signs: NO_SIGNS,
    energyJoules: 20,
    ...changes,
  };
}
