import type { BenchmarkSample, ModelUnderTest } from './benchmark-checkpoint.ts';
import type { Spread, StoredBenchmark } from './benchmark-parts.ts';

/** All that was measured of a model, as one run: medians, with their lowest and highest values. */
export function summariseSamples(model: ModelUnderTest, takenAtMs: number): StoredBenchmark {
  const byContext = model.promptTokens.map((planned, context) => ({
    planned,
    samples: model.samples.filter((sample) => sample.context === context),
  }));
  const { endpoint, digest, serverVersion, condition, coldLoadMs, loadMs, memoryBytes, vramBytes } = model;
  return {
    ...{ endpoint, takenAtMs, digest, serverVersion, condition, coldLoadMs, loadMs, memoryBytes, vramBytes },
    contexts: byContext.map(({ planned, samples }) => ({
      promptTokens: Math.round(median(valuesOf(samples, 'promptTokens')) ?? planned),
      promptTokensPerSecond: median(valuesOf(samples, 'promptTokensPerSecond')),
      outputTokensPerSecond: median(valuesOf(samples, 'outputTokensPerSecond')),
      firstTokenMs: median(valuesOf(samples, 'firstTokenMs')),
    })),
    spreads: byContext.map(({ samples }) => ({
      prompt: spreadOf(valuesOf(samples, 'promptTokensPerSecond')),
      output: spreadOf(valuesOf(samples, 'outputTokensPerSecond')),
    })),
    joulesPer1000Tokens: energyPer1000(byContext[0]?.samples ?? []),
  };
}

/**
 * For a thousand tokens written after a short prompt, whose reading is counted in: what the whole machine, as far as its
 * sensors reach, used meanwhile. null: one of the calls could not be measured.
 */
function energyPer1000(samples: readonly BenchmarkSample[]): number | null {
  let joules = 0;
  let tokens = 0;
  for (const sample of samples) {
    if (sample.joules === null || sample.outputTokens === null) return null;
    joules += sample.joules;
    tokens += sample.outputTokens;
  }
  return tokens === 0 ? null : (joules / tokens) * 1_000;
}

function valuesOf(samples: readonly BenchmarkSample[], name: keyof BenchmarkSample): number[] {
  return samples.flatMap((sample) => sample[name] ?? []);
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

function spreadOf(values: readonly number[]): Spread | null {
  return values.length === 0 ? null : { low: Math.min(...values), high: Math.max(...values) };
}
