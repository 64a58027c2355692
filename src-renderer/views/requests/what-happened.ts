import type { AttemptView, RequestView } from '../../../src-shared/control.ts';

/** What was measured where something had been predicted; null: nothing was, or it cannot be known. */
export interface Happened {
  firstTokenMs: number | null;
  tokensPerSecond: number | null;
  costNanoUsd: number | null;
}

/** Shorter than this, a stream's time says more about its chunks than about the model. */
const SHORTEST_STREAM_MS = 20;

/** What came of each model that was asked, by its endpoint id. */
export function whatHappened({ stream, attempts }: RequestView): Map<string, Happened> {
  return new Map(attempts.map((attempt) => [`${attempt.providerId}/${attempt.model}`, happenedTo(attempt, stream)]));
}

/** An answer that came in one piece shows neither its first token nor its speed. */
function happenedTo(attempt: AttemptView, isStreamed: boolean): Happened {
  const { firstContentMs, startedMs, costNanoUsd } = attempt;
  return {
    firstTokenMs: isStreamed && firstContentMs !== null ? firstContentMs - startedMs : null,
    tokensPerSecond: isStreamed ? speedOf(attempt) : null,
    costNanoUsd,
  };
}

function speedOf({ outcome, startedMs, durationMs, firstContentMs, outputTokens }: AttemptView): number | null {
  if (outcome !== 'ok' || firstContentMs === null || outputTokens === null || outputTokens < 2) return null;
  const streamedMs = startedMs + durationMs - firstContentMs;
  // The first token is where the measured time begins.
  return streamedMs < SHORTEST_STREAM_MS ? null : ((outputTokens - 1) / streamedMs) * 1000;
}
