import type { EngineTimings } from '../../protocols/chat-event.ts';
import type { JobTiming } from '../job-caller.ts';
import type { CollectedAnswer } from './answer-collector.ts';

const NS_PER_MS = 1e6;
/** Shorter than this, a time says more about chunks and clocks than about the model. */
const SHORTEST_MS = 5;

/** As the server measured it where it does (Ollama), else as seen from here. */
export function toJobTiming(seen: {
  answer: CollectedAnswer;
  durationMs: number;
  firstTokenMs: number | null;
  wasLoaded: boolean | null;
}): JobTiming {
  const { answer, durationMs, firstTokenMs, wasLoaded } = seen;
  const { usage, timings } = answer;
  const read = usage.inputTokens === null ? null : usage.inputTokens - (usage.cachedInputTokens ?? 0);
  const writtenMs = firstTokenMs === null ? null : durationMs - firstTokenMs;
  // The first token is where the time seen from here begins.
  const writtenAfterFirst = usage.outputTokens === null ? null : usage.outputTokens - 1;
  return {
    loadMs: toMs(timings?.loadNs),
    firstTokenMs: toldFirstTokenMs(timings) ?? firstTokenMs,
    durationMs,
    promptTokensPerSecond:
      timings === null ? perSecond(read, firstTokenMs) : perSecond(read, toMs(timings.promptEvalNs)),
    outputTokensPerSecond:
      timings === null ? perSecond(writtenAfterFirst, writtenMs) : perSecond(usage.outputTokens, toMs(timings.evalNs)),
    wasLoaded: wasLoaded ?? wasThere(timings),
  };
}

/** Loading and reading the prompt, as far as both are told. */
function toldFirstTokenMs(timings: EngineTimings | null): number | null {
  const readingMs = toMs(timings?.promptEvalNs);
  return readingMs === null ? null : readingMs + (toMs(timings?.loadNs) ?? 0);
}

/** A model that took no time worth mentioning to load was there. */
function wasThere(timings: EngineTimings | null): boolean | null {
  const loadMs = toMs(timings?.loadNs);
  return loadMs === null ? null : loadMs < 100;
}

function toMs(nanoseconds: number | undefined): number | null {
  return nanoseconds === undefined ? null : nanoseconds / NS_PER_MS;
}

function perSecond(tokens: number | null, durationMs: number | null): number | null {
  if (tokens === null || tokens <= 0 || durationMs === null || durationMs < SHORTEST_MS) return null;
  return (tokens / durationMs) * 1_000;
}
