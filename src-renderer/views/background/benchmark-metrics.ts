import type { BenchmarkRun, BenchmarkView } from '../../../src-shared/jobs.ts';
import { formatBytes, formatCount, formatEnergy, formatSpeed } from '../../format/number.ts';
import { formatDuration } from '../../format/time.ts';
import { t } from '../../strings/t.ts';

export interface BenchmarkMetric {
  label: string;
  latest: number;
  /** null: not known from the time before. */
  previous: number | null;
  format: (value: number) => string;
}

/** What was measured of a model, against the time before; what is unknown now is left out. */
export function toMetrics({ latest, previous }: Pick<BenchmarkView, 'latest' | 'previous'>): BenchmarkMetric[] {
  if (latest === null) return [];
  const words = t.background.speed.metrics;
  const metric = (label: string, format: (value: number | null) => string | null, of: Reading): BenchmarkMetric[] => {
    const value = of(latest);
    if (value === null) return [];
    return [
      { label, latest: value, previous: previous === null ? null : of(previous), format: (each) => format(each) ?? '' },
    ];
  };
  const atContext = ({ promptTokens }: Context, field: Exclude<keyof Context, 'promptTokens'>): Reading => {
    return ({ contexts }) => contexts.find((each) => each.promptTokens === promptTokens)?.[field] ?? null;
  };
  return [
    ...latest.contexts.flatMap((context) => {
      const tokens = formatCount(context.promptTokens) ?? '';
      return [
        ...metric(words.output(tokens), formatSpeed, atContext(context, 'outputTokensPerSecond')),
        ...metric(words.prompt(tokens), formatSpeed, atContext(context, 'promptTokensPerSecond')),
        ...metric(words.firstToken(tokens), formatDuration, atContext(context, 'firstTokenMs')),
      ];
    }),
    ...metric(words.coldLoad, formatDuration, ({ coldLoadMs }) => coldLoadMs),
    ...metric(words.memory, formatBytes, ({ memoryBytes }) => memoryBytes),
    ...metric(words.vram, formatBytes, ({ vramBytes }) => vramBytes),
    ...metric(words.energy, formatEnergy, ({ joulesPer1000Tokens }) => joulesPer1000Tokens),
  ];
}

type Context = BenchmarkRun['contexts'][number];
type Reading = (run: BenchmarkRun) => number | null;

/** How fast it wrote at its shortest context in each calm measurement, oldest first. */
export function outputSpeeds({ history }: Pick<BenchmarkView, 'history'>): (number | null)[] {
  return history
    .filter(({ condition }) => condition === 'calm')
    .map(({ contexts }) => contexts[0]?.outputTokensPerSecond ?? null)
    .toReversed();
}
