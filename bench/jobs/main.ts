import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CAN_MEASURE_PROCESSES } from '../gateway/process-usage.ts';
import { formatDemandList } from '../simulation/demand.ts';
import { parseOptions, USAGE, type Options, type PartName } from './options.ts';
import { PART_WORK, type Measured } from './parts.ts';

/** One after the other, but for what computes without a clock: that is done while idle engines are watched. */
const TOGETHER: readonly (readonly PartName[])[] = [
  ['night'],
  ['preempt'],
  ['latency'],
  ['resources', 'shadow'],
  ['kills'],
];

/** Exit code 1: a demanded figure was missed; 2: it could not be measured. */
async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options === null) {
    console.log(USAGE);
    return 0;
  }
  if (options.parts.includes('resources') && !CAN_MEASURE_PROCESSES)
    throw new Error('CPU time of other processes is read from /proc, which only Linux has: leave out "resources".');
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-bench-jobs-'));
  try {
    return report(await measureAll(options, folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureAll(options: Options, folder: string): Promise<Map<PartName, Measured>> {
  const measured = new Map<PartName, Measured>();
  for (const group of TOGETHER) {
    await Promise.all(
      group.map(async (part) => {
        if (!options.parts.includes(part)) return;
        const beganMs = performance.now();
        measured.set(part, await PART_WORK[part]({ ...options, folder }));
        console.error(`${part}: ${((performance.now() - beganMs) / 1_000).toFixed(0)} s`);
      }),
    );
  }
  return measured;
}

function report(measured: ReadonlyMap<PartName, Measured>): number {
  for (const { text } of measured.values()) console.log(`\n${text}`);
  const demands = [...measured.values()].flatMap((each) => each.demands);
  console.log(`\n${formatDemandList(demands)}`);
  const figures = Object.fromEntries([...measured].map(([part, each]) => [part, each.figures]));
  console.log(`RESULT ${JSON.stringify({ ...figures, demands })}`);
  return demands.some(({ verdict }) => verdict === 'MISS') ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error);
  console.error(USAGE);
  process.exitCode = 2;
}
