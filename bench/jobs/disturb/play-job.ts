import { setTimeout as wait } from 'node:timers/promises';
import type { JobName } from '../../../src-shared/jobs.ts';
import type { EngineProcess } from '../engine-process.ts';
import { readFacts, readMoney, type Facts, type Money } from './facts.ts';
import { findUnsound, keepAccountOfUnits, RunFile, type RunRow } from './run-file.ts';
import { EMBEDDING_MODEL, type World } from './world.ts';

/** Ways in which a run is interrupted. */
export const DISTURBANCES = ['kill', 'restart', 'battery', 'heat', 'request'] as const;
export type Disturbance = (typeof DISTURBANCES)[number];

export interface PlayedJob {
  job: JobName;
  runs: number;
  /** Units of the last run. */
  units: number;
  /** Times that a run was interrupted in the middle, by how. */
  hits: Record<Disturbance, number>;
  /** Times that the run was over before the blow fell. */
  misses: number;
  facts: Facts;
  money: Money;
  /** Calls that the cloud got meanwhile. */
  cloudCalls: number;
  /** What was not as it has to be, in sentences. */
  wrong: string[];
  /** From the moment that its plan stood in the books to its end, of the last run. */
  durationMs: number;
}

export interface PlayOptions {
  world: World;
  job: JobName;
  /** In the middle of runs, which are begun anew until there were so many. */
  disturbances: readonly Disturbance[];
  /** At least so many runs. */
  runs?: number;
  /** How long a run takes undisturbed, to choose moments by. */
  usualMs?: number;
  /** In [0, 1). */
  random: () => number;
}

const LONGEST_RUN_MS = 60_000;
/** Short runs are often over before the blow falls. */
const MOST_MISSES_EACH = 20;
/** Of the usual time, one after the other: a disturbed run works longer than it gets done. */
const SPREAD = 1.2;
const POLL_MS = 2;
/** Of all local models only this is never the person's. */
const JOBS_OWN_MODEL = 'sim-qwen:8b';

/** Runs one kind of job on a folder of its own and disturbs it. Rejects when a run comes to no end. */
export async function playJob(options: PlayOptions): Promise<PlayedJob> {
  const player = new JobPlayer(options);
  await player.begin();
  try {
    return await player.play();
  } finally {
    await player.end();
  }
}

class JobPlayer {
  readonly #options: PlayOptions;
  readonly #folder: string;
  readonly #hits: PlayedJob['hits'] = { kill: 0, restart: 0, battery: 0, heat: 0, request: 0 };
  readonly #wrong: string[] = [];
  readonly #left: Disturbance[];
  #engine: EngineProcess | null = null;
  #file: RunFile | null = null;
  #misses = 0;
  #runs = 0;
  #durationMs = 0;

  constructor(options: PlayOptions) {
    this.#options = options;
    this.#folder = options.world.copyFolder();
    this.#left = [...options.disturbances];
  }

  async begin(): Promise<void> {
    keepAccountOfUnits(this.#folder);
    this.#file = new RunFile(this.#folder);
    await this.#start();
  }

  async end(): Promise<void> {
    this.#file?.close();
    await this.#engine?.kill();
  }

  async play(): Promise<PlayedJob> {
    const { job, world, runs = 1 } = this.#options;
    const callsBefore = world.cloudCalls.length;
    const mostMisses = MOST_MISSES_EACH * this.#left.length;
    while (this.#runs < runs || (this.#left.length > 0 && this.#misses < mostMisses)) await this.#playRun();
    await this.#seeModelsGo();
    const engine = this.#running;
    const facts = await readFacts(engine, this.#folder, job);
    const { todayNanoUsd } = await engine.call('jobs.read', {});
    await engine.stop();
    this.#engine = null;
    const money = readMoney(this.#folder);
    if (todayNanoUsd !== money.ledgerNanoUsd)
      this.#wrong.push(`${job}: ${todayNanoUsd} nano-dollars were told, and ${money.ledgerNanoUsd} are in the ledger.`);
    if (money.ledgerNanoUsd < money.runsNanoUsd)
      this.#wrong.push(`${job}: its runs cost ${money.runsNanoUsd}, and only ${money.ledgerNanoUsd} is in the ledger.`);
    this.#wrong.push(...findUnsound(this.#folder));
    const units = this.#newest()?.unitsDone ?? 0;
    return {
      ...{ job, units, facts, money, runs: this.#runs, hits: this.#hits, misses: this.#misses, wrong: this.#wrong },
      cloudCalls: world.cloudCalls.length - callsBefore,
      durationMs: this.#durationMs,
    };
  }

  async #playRun(): Promise<void> {
    const { job } = this.#options;
    const engine = this.#running;
    // Else there would be nothing new to copy.
    const changes = [{ path: 'background.keyDays', value: 181 + this.#runs }];
    if (job === 'backup') await engine.call('settings.change', { changes });
    this.#runs += 1;
    const before = this.#newest()?.id ?? null;
    const asked = engine.call('jobs.run', { name: job }).catch(() => null);
    await this.#planned(before);
    const plannedMs = performance.now();
    while (this.#left.length > 0 && this.#isOpen(before)) await this.#disturb(before);
    await asked;
    await this.#ended(before);
    this.#durationMs = performance.now() - plannedMs;
  }

  async #disturb(before: string | null): Promise<void> {
    const { usualMs = 0, random, disturbances } = this.#options;
    const [next = 'kill'] = this.#left;
    await waitFinely(random() * Math.min(usualMs, (SPREAD * usualMs) / disturbances.length));
    if (this.#isOpen(before) && (await this.#strike(next, before))) {
      this.#left.shift();
      this.#hits[next] += 1;
    } else this.#misses += 1;
  }

  /** The run is planned and not over. */
  #isOpen(before: string | null): boolean {
    const run = this.#newest();
    return run !== null && run.id !== before && run.state === 'waiting' && run.isPlanned;
  }

  /** True: it fell into the middle of a run. */
  async #strike(how: Disturbance, before: string | null): Promise<boolean> {
    switch (how) {
      case 'kill':
      case 'restart': {
        await (how === 'kill' ? this.#running.kill() : this.#running.stop());
        this.#engine = null;
        const hit = this.#isOpen(before);
        await this.#start();
        return hit;
      }
      case 'battery':
        return this.#closeGate(before, () => this.#running.tell({ source: 'battery' }));
      case 'heat':
        return this.#closeGate(before, () => this.#running.tell({ thermal: 'serious' }));
      case 'request':
        return this.#closeGate(before, () => this.#askAsPerson());
    }
  }

  async #closeGate(before: string | null, close: () => void | Promise<void>): Promise<boolean> {
    const run = this.#newest();
    await close();
    const isOpenRun = run?.state === 'waiting' && run.id !== before;
    const hit = isOpenRun && (await this.#wasPreempted(run));
    await this.#openGate();
    return hit;
  }

  async #wasPreempted({ id, preemptions }: RunRow): Promise<boolean> {
    const untilMs = performance.now() + 1_000;
    while (performance.now() < untilMs) {
      const now = this.#newest();
      if (now?.id === id && now.preemptions > preemptions) return true;
      if (now?.state !== 'waiting') return false;
      await wait(POLL_MS);
    }
    return false;
  }

  async #askAsPerson(): Promise<void> {
    // Not a chat, which would be kept and evaluated.
    const body = JSON.stringify({ model: EMBEDDING_MODEL, input: 'Something of the person’s.' });
    const headers = { 'content-type': 'application/json' };
    const reply = await fetch(`${this.#running.url}/v1/embeddings`, { method: 'POST', headers, body });
    await reply.arrayBuffer();
  }

  async #start(): Promise<void> {
    this.#engine = await this.#options.world.start(this.#folder);
    await this.#openGate();
  }

  async #openGate(): Promise<void> {
    const engine = this.#running;
    do {
      engine.tell({});
      await wait(20);
    } while (!(await engine.call('gate.read', {})).open);
  }

  async #planned(before: string | null): Promise<void> {
    const untilMs = performance.now() + LONGEST_RUN_MS;
    for (let run = this.#newest(); ; run = this.#newest()) {
      if (run !== null && run.id !== before && (run.isPlanned || run.state !== 'waiting')) return;
      if (performance.now() > untilMs) throw new Error(`${this.#options.job} was not begun.`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async #ended(before: string | null): Promise<void> {
    const untilMs = performance.now() + LONGEST_RUN_MS;
    for (;;) {
      const run = this.#newest();
      if (run !== null && run.id !== before && run.state !== 'waiting') {
        if (run.state !== 'done') this.#wrong.push(`${this.#options.job}: ${run.state}. ${run.problem ?? ''}`);
        return;
      }
      if (performance.now() > untilMs) {
        const { sentence } = await this.#running.call('jobs.read', {});
        throw new Error(`${this.#options.job} came to no end: ${sentence} ${this.#running.complaints.join('\n')}`);
      }
      await wait(POLL_MS);
    }
  }

  /** What jobs have loaded leaves the memory with the end of the run. */
  async #seeModelsGo(): Promise<void> {
    const untilMs = performance.now() + 2_000;
    while ((await this.#options.world.loadedModels()).includes(JOBS_OWN_MODEL)) {
      if (performance.now() > untilMs) {
        this.#wrong.push(`${this.#options.job}: ${JOBS_OWN_MODEL} stays in memory.`);
        return;
      }
      await wait(20);
    }
  }

  #newest(): RunRow | null {
    return this.#file?.newest(this.#options.job) ?? null;
  }

  get #running(): EngineProcess {
    if (this.#engine === null) throw new Error('the engine does not run');
    return this.#engine;
  }
}

/** Timers are too coarse for runs that are over in a few milliseconds. */
async function waitFinely(durationMs: number): Promise<void> {
  const untilMs = performance.now() + durationMs;
  while (performance.now() < untilMs) {
    if (untilMs - performance.now() > 2 * POLL_MS) await wait(POLL_MS);
    else await new Promise((resolve) => setImmediate(resolve));
  }
}
