import type { BenchmarkRun, BenchmarkView } from '../../../src-shared/jobs.ts';
import { ControlClient } from '../control-client.ts';
import { printTable } from '../print-table.ts';
import { speaksUnicode } from '../sparkline.ts';

const GB = 1e9;
const BAR_WIDTH = 10;
const UNKNOWN = '?';

/** `pointsman bench` */
export async function listBenchmarks(options: { json?: boolean }): Promise<void> {
  const { benchmarks } = await ControlClient.open().call('benchmarks.list', {});
  if (options.json === true) console.log(JSON.stringify(benchmarks, null, 2));
  else printBenchmarks(benchmarks);
}

/** The last figures of each model, the fastest writer first; what changed stands below. */
export function printBenchmarks(benchmarks: readonly BenchmarkView[]): void {
  const measured = benchmarks
    .flatMap(({ latest, change }) => (latest === null ? [] : { latest, change }))
    .sort((one, other) => (writing(other.latest) ?? 0) - (writing(one.latest) ?? 0));
  if (measured.length === 0) {
    console.log('No model was measured yet: it is done while the machine is idle, or now with "pointsman bench run".');
    return;
  }
  const unicode = speaksUnicode(process.env, process.platform);
  const fastest = Math.max(...measured.map(({ latest }) => writing(latest) ?? 0));
  printTable(
    ['MODEL', '>WRITES', '', '>READS', '>LOADS', '>MEMORY', '>J/1000 TOKENS', 'MEASURED', 'CHANGED'],
    measured.map(({ latest, change }) => [
      latest.endpoint,
      rate(writing(latest)),
      bar(writing(latest) ?? 0, fastest, unicode),
      rate(reading(latest)),
      latest.coldLoadMs === null ? UNKNOWN : `${(latest.coldLoadMs / 1_000).toFixed(1)} s`,
      latest.memoryBytes === null ? UNKNOWN : `${(latest.memoryBytes / GB).toFixed(1)} GB`,
      latest.joulesPer1000Tokens === null ? UNKNOWN : String(Math.round(latest.joulesPer1000Tokens)),
      `${new Date(latest.takenAtMs).toISOString().slice(0, 16).replace('T', ' ')}${CONDITIONS[latest.condition]}`,
      change === null ? '' : unicode ? '●' : '*',
    ]),
  );
  const changes = measured.flatMap(({ change }) => change ?? []);
  if (changes.length > 0) console.log('');
  for (const change of changes) console.log(change);
}

const CONDITIONS: Readonly<Record<BenchmarkRun['condition'], string>> = {
  calm: '',
  battery: ', on battery',
  hot: ', while hot',
  just_resumed: ', just after sleep',
  busy: ', while busy',
};

/** After a short prompt, which is what most are. */
function writing({ contexts }: BenchmarkRun): number | null {
  return contexts[0]?.outputTokensPerSecond ?? null;
}

/** Of a long prompt, where reading is what one waits for. */
function reading({ contexts }: BenchmarkRun): number | null {
  return contexts.at(-1)?.promptTokensPerSecond ?? null;
}

function rate(tokensPerSecond: number | null): string {
  if (tokensPerSecond === null) return UNKNOWN;
  return `${tokensPerSecond < 10 ? tokensPerSecond.toFixed(1) : Math.round(tokensPerSecond)} tok/s`;
}

function bar(value: number, highest: number, unicode: boolean): string {
  const length = highest > 0 ? Math.max(value > 0 ? 1 : 0, Math.round((value / highest) * BAR_WIDTH)) : 0;
  return (unicode ? '█' : '#').repeat(length);
}
