import type { Severity } from '../../../../src-shared/jobs.ts';
import type { Spread, StoredBenchmark } from './benchmark-parts.ts';

/** One thing that is other than at the last calm run. */
export interface BenchmarkChange {
  /** Stable name, for its finding. */
  what: 'digest' | 'writing' | 'reading' | 'loading' | 'context' | 'graphics' | 'server';
  severity: Severity;
  /** Goes on from the model's name: "writes 31 % slower (…)". */
  words: string;
}

/** Smaller differences are not told, whatever the repetitions say. */
const LEAST_CHANGE = 0.15;
const LARGE_CHANGE = 0.4;
/** Loading is measured once, and the disk's cache makes it differ by itself. */
const LEAST_LOAD_FACTOR = 1.5;
const LEAST_LOAD_MS = 1_000;
const LEAST_CONTEXT_FACTOR = 0.8;
/** Of the share of a model in the graphics card's memory. */
const LEAST_SHARE_LOST = 0.1;

/**
 * What changed between two calm runs of a model. A speed has changed when the medians differ by more than 15 % and no
 * repetition of the one lies within those of the other.
 */
export function compareBenchmarks(before: StoredBenchmark, now: StoredBenchmark): BenchmarkChange[] {
  return [
    compareDigest(before, now),
    compareSpeed('writing', before, now),
    compareSpeed('reading', before, now),
    compareLoading(before, now),
    compareContext(before, now),
    compareGraphics(before, now),
    compareServer(before, now),
  ].filter((change) => change !== null);
}

function compareDigest(before: StoredBenchmark, now: StoredBenchmark): BenchmarkChange | null {
  if (before.digest === null || now.digest === null || before.digest === now.digest) return null;
  const [old, own] = [before.digest.slice(0, 12), now.digest.slice(0, 12)];
  return { what: 'digest', severity: 'low', words: `is another model under the same name (${old} became ${own})` };
}

const SPEEDS = {
  writing: { verb: 'writes', of: 'outputTokensPerSecond', spread: 'output' },
  reading: { verb: 'reads prompts', of: 'promptTokensPerSecond', spread: 'prompt' },
} as const;

/** Of all prompt lengths that both runs have, the one that changed most. */
function compareSpeed(
  what: keyof typeof SPEEDS,
  before: StoredBenchmark,
  now: StoredBenchmark,
): BenchmarkChange | null {
  const { verb, of, spread } = SPEEDS[what];
  let most: { change: number; from: number; to: number } | null = null;
  for (const [place, context] of now.contexts.entries()) {
    const from = before.contexts[place]?.[of] ?? null;
    const to = context[of];
    if (from === null || to === null || from <= 0) continue;
    const change = to / from - 1;
    const apart = isApart(before.spreads[place]?.[spread] ?? null, now.spreads[place]?.[spread] ?? null);
    if (!apart || Math.abs(change) <= LEAST_CHANGE) continue;
    if (most === null || Math.abs(change) > Math.abs(most.change)) most = { change, from, to };
  }
  if (most === null) return null;
  const { change, from, to } = most;
  const percent = Math.round(Math.abs(change) * 100);
  const how = change < 0 ? 'slower' : 'faster';
  return {
    what,
    severity: change > 0 ? 'info' : change < -LARGE_CHANGE ? 'high' : 'medium',
    words: `${verb} ${percent} % ${how} (${rounded(from)} became ${rounded(to)} tokens a second)`,
  };
}

function isApart(one: Spread | null, other: Spread | null): boolean {
  if (one === null || other === null) return false;
  return one.high < other.low || other.high < one.low;
}

function compareLoading(before: StoredBenchmark, now: StoredBenchmark): BenchmarkChange | null {
  const [from, to] = [before.coldLoadMs, now.coldLoadMs];
  if (from === null || to === null || Math.abs(to - from) < LEAST_LOAD_MS) return null;
  if (Math.max(from, to) / Math.max(1, Math.min(from, to)) < LEAST_LOAD_FACTOR) return null;
  const how = to > from ? 'slower' : 'faster';
  return {
    what: 'loading',
    severity: to > from ? 'low' : 'info',
    words: `loads ${how} (${seconds(from)} became ${seconds(to)})`,
  };
}

function compareContext(before: StoredBenchmark, now: StoredBenchmark): BenchmarkChange | null {
  const from = before.contexts.at(-1)?.promptTokens ?? 0;
  const to = now.contexts.at(-1)?.promptTokens ?? 0;
  if (to >= from * LEAST_CONTEXT_FACTOR) return null;
  const words = `takes shorter prompts (a long one had ${from} tokens, now ${to})`;
  return { what: 'context', severity: 'medium', words };
}

function compareGraphics(before: StoredBenchmark, now: StoredBenchmark): BenchmarkChange | null {
  const from = graphicsShare(before);
  const to = graphicsShare(now);
  if (from === null || to === null || to > from - LEAST_SHARE_LOST) return null;
  return {
    what: 'graphics',
    severity: 'medium',
    words: `lies in the graphics card's memory to ${Math.round(to * 100)} % only (${Math.round(from * 100)} % before)`,
  };
}

function graphicsShare({ memoryBytes, vramBytes }: StoredBenchmark): number | null {
  return memoryBytes === null || vramBytes === null || memoryBytes <= 0 ? null : vramBytes / memoryBytes;
}

function compareServer(before: StoredBenchmark, now: StoredBenchmark): BenchmarkChange | null {
  const [from, to] = [before.serverVersion, now.serverVersion];
  if (from === null || to === null || from === to) return null;
  return { what: 'server', severity: 'info', words: `runs on another version of its server (${from} became ${to})` };
}

function rounded(tokensPerSecond: number): string {
  return tokensPerSecond < 10 ? tokensPerSecond.toFixed(1) : String(Math.round(tokensPerSecond));
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(1)} s`;
}
