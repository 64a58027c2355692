import type { MeasuredSpeed } from '../../optimizer/measured-speeds.ts';
import type { StoredBenchmark } from './benchmark-parts.ts';

/** An empty prompt takes at least this share of the time that a short one took. */
const LEAST_BASE_SHARE = 0.05;

/**
 * A run as predictions take it: the time to the first token as a line over the prompt's length. null: its condition was
 * none that requests are served under for long.
 */
export function toMeasuredSpeed(run: StoredBenchmark): MeasuredSpeed | null {
  if (run.condition !== 'calm' && run.condition !== 'battery') return null;
  const short = run.contexts[0];
  const long = run.contexts.at(-1);
  if (short === undefined || long === undefined) return null;
  const rate = long.promptTokensPerSecond ?? short.promptTokensPerSecond;
  const msPerPromptToken = rate === null || rate <= 0 ? null : 1_000 / rate;
  return {
    endpointId: run.endpoint,
    takenAtMs: run.takenAtMs,
    onBattery: run.condition === 'battery',
    firstTokenMs: emptyPromptMs(short, msPerPromptToken),
    msPerPromptToken,
    tokensPerSecond: short.outputTokensPerSecond ?? long.outputTokensPerSecond,
    loadMs: run.loadMs,
  };
}

function emptyPromptMs(
  { firstTokenMs, promptTokens }: StoredBenchmark['contexts'][number],
  msPerPromptToken: number | null,
): number | null {
  if (firstTokenMs === null || firstTokenMs <= 0) return null;
  const readingMs = promptTokens * (msPerPromptToken ?? 0);
  return Math.max(LEAST_BASE_SHARE * firstTokenMs, firstTokenMs - readingMs);
}
