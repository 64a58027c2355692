import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DIRECT, MINIMAL, PASS_THROUGH, type Contestant } from './contestants/contestant.ts';
import { judge, type JudgedDemand } from './demands.ts';
import { toRowFigures, type Measurements, type RowFigures } from './figures.ts';
import { LoadDriver } from './load-driver.ts';
import { measureChunks, measureCpu, measureLatency, warmUp } from './measure-load.ts';
import { measureDecision } from './measure-decision.ts';
import { measureIdle, measureLoaded, type IdleFigures, type MemoryFigures } from './measure-memory.ts';
import { measureFullDatabase } from './measure-full-database.ts';
import { parseOptions, USAGE, type Options } from './options.ts';
import { FULL_PLAN, QUICK_PLAN, type Plan } from './plan.ts';
import { formatDecision, formatDemands, formatTable } from './print-report.ts';
import { CAN_MEASURE_PROCESSES } from './process-usage.ts';
import { startContestants, type Field } from './start-contestants.ts';
import { startScript, type Server } from './servers.ts';

/** Whoever was started, in order; stopped in reverse, also when a measurement fails or the person ends it. */
class Cast {
  readonly folder = mkdtempSync(join(tmpdir(), 'bench-gateway-'));
  readonly #servers: { stop(): Promise<void> }[] = [];

  readonly keep = <Kept extends { stop(): Promise<void> }>(server: Kept): Kept => {
    this.#servers.push(server);
    return server;
  };

  async stop(): Promise<void> {
    for (const server of this.#servers.splice(0).reverse()) await server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

interface Scene {
  cast: Cast;
  load: LoadDriver;
  plan: Plan;
  upstream: Server;
  field: Field;
  /** By process, as it was before anybody asked it. */
  idle: ReadonlyMap<number, IdleFigures>;
}

/** Each once; none where they cannot be measured. */
function processesOf(contestants: readonly Contestant[]): Set<number> {
  return new Set(CAN_MEASURE_PROCESSES ? contestants.flatMap(({ server }) => server?.pid ?? []) : []);
}

async function run(options: Options, cast: Cast): Promise<JudgedDemand[]> {
  const startedMs = performance.now();
  const plan = planOf(options);
  const upstream = cast.keep(await startScript('mock-upstream.ts'));
  const load = cast.keep(await LoadDriver.start());
  const wants = (name: string) =>
    options.only.length === 0 || options.only.some((part) => name.toLowerCase().includes(part));
  const { folder, keep } = cast;
  const idle = new Map<number, IdleFigures>();
  const beforeAsked = async (contestants: readonly Contestant[]) => {
    for (const pid of processesOf(contestants)) idle.set(pid, await measureIdle(pid, plan.idleMs));
  };
  const { portkeyFolders } = options;
  const field = await startContestants({ folder, upstream, portkeyFolders, keep, wants, beforeAsked });
  const measured = await measureAll({ cast, load, plan, upstream, field, idle });
  const rows = new Map(
    field.contestants.map((contestant) => [contestant.name, toRowFigures(contestant, measured, CAN_MEASURE_PROCESSES)]),
  );
  const demands = judge({ rows, measured });
  report({ rows, demands, measured, notes: field.notes, seconds: (performance.now() - startedMs) / 1000, options });
  return demands;
}

function planOf(options: Options): Plan {
  return options.quick ? QUICK_PLAN : FULL_PLAN;
}

async function measureAll({ cast, load, plan, upstream, field, idle }: Scene): Promise<Measurements> {
  const { contestants } = field;
  const setting = { load, contestants, plan };
  const hasPointsman = contestants.some(({ name }) => name === PASS_THROUGH);
  const memory = await phase('memory', () => measureMemories({ ...setting, idle }));
  await phase('warm-up', () => warmUp(setting));
  const cpu = await phase('CPU per request', () => measureCpu(setting));
  const latency = await phase('latency', () => measureLatency(setting));
  const chunks = await phase('paced streams', () => measureChunks(setting));
  const stored = { load, plan, folder: cast.folder, upstreamPort: upstream.port, keep: cast.keep };
  const fullDatabase = hasPointsman ? await phase('full database', () => measureFullDatabase(stored)) : null;
  const decision = hasPointsman ? await phase('decisions', () => Promise.resolve(measureDecision())) : null;
  return { cpu, latency, chunks, memory, fullDatabase, decision };
}

/** Tells on the error stream how the run goes on. */
async function phase<Result>(name: string, measure: () => Promise<Result>): Promise<Result> {
  const startedMs = performance.now();
  const result = await measure();
  console.error(`${name}: ${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
  return result;
}

/** Once for each server, with the requests of its first row. */
async function measureMemories(options: {
  load: LoadDriver;
  contestants: readonly Contestant[];
  plan: Plan;
  idle: ReadonlyMap<number, IdleFigures>;
}): Promise<Map<string, MemoryFigures>> {
  const figures = new Map<string, MemoryFigures>();
  const seen = new Set<number>();
  for (const contestant of options.contestants) {
    const pid = contestant.server?.pid;
    const idle = pid === undefined ? undefined : options.idle.get(pid);
    if (pid === undefined || idle === undefined || seen.has(pid)) continue;
    seen.add(pid);
    figures.set(contestant.name, { ...idle, ...(await measureLoaded({ ...options, contestant, pid })) });
  }
  return figures;
}

function report(results: {
  rows: ReadonlyMap<string, RowFigures>;
  demands: JudgedDemand[];
  measured: Measurements;
  notes: string[];
  seconds: number;
  options: Options;
}): void {
  const { rows, demands, measured, notes, seconds, options } = results;
  const plan = planOf(options);
  console.log(`
Gateways on loopback with a mock upstream, ${availableParallelism()} CPUs, Node ${process.version}, ${seconds.toFixed(0)} s
CPU: user + system of the gateway's processes; per request at 32 connections, per chunk at one chunk each 2 ms on ${plan.chunks.streams}
streams. Latencies: ms beyond ${DIRECT}. ×min: against the ${MINIMAL}, median of the rounds' ratios. RSS: MB, idle
before anybody asked, after ${plan.memoryRequests.early} requests, and loaded "after" so many.

${formatTable(rows)}

${notes.join('\n')}
${formatDecision(measured.decision)}

${formatDemands(demands)}
`);
  if (options.quick) console.log('A quick run: too short to judge by.\n');
  const figures = {
    quick: options.quick,
    seconds,
    rows: Object.fromEntries(rows),
    demands,
    fullDatabase: measured.fullDatabase,
    decision: measured.decision,
  };
  console.log(`RESULT ${JSON.stringify(figures)}`);
}

/**
 * Measures Pointsman as a gateway against others on this machine, all in one run, and judges it by its demands.
 * Exit code 1: a demanded figure was missed; 2: the benchmark itself failed.
 */
async function main(): Promise<number> {
  let options: Options;
  try {
    options = parseOptions(process.argv.slice(2), process.env);
  } catch (error) {
    console.error(`${String(error)}\n${USAGE}`);
    return 2;
  }
  const cast = new Cast();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void cast.stop().then(() => process.exit(2)));
  try {
    const demands = await run(options, cast);
    return !options.quick && demands.some(({ verdict }) => verdict === 'MISS') ? 1 : 0;
  } catch (error) {
    console.error(error);
    return 2;
  } finally {
    await cast.stop();
  }
}

process.exitCode = await main();
