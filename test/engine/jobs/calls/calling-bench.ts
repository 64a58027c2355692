import { onTestFinished } from 'vitest';
import { settings as settingsSchema, type Settings } from '../../../../src-shared/settings.ts';
import { createJobCallers, type LiveJobCallers } from '../../../../src-main/engine/jobs/calls/create-job-callers.ts';
import type { JobCallerParts } from '../../../../src-main/engine/jobs/calls/job-caller-parts.ts';
import type { JobCaller, JobQuestion } from '../../../../src-main/engine/jobs/job-caller.ts';
import { RunMeter } from '../../../../src-main/engine/jobs/run-meter.ts';
import type { Clock } from '../../../../src-main/engine/ports.ts';
import { Lanes } from '../../../../src-main/engine/providers/lanes.ts';
import { createRegistry, type Registry } from '../../../../src-main/engine/providers/registry.ts';
import { UpstreamClient } from '../../../../src-main/engine/providers/upstream-client.ts';
import type { Endpoint } from '../../../../src-main/engine/routing/endpoint.ts';
import { UNKNOWN_MACHINE, type MachineState } from '../../../../src-main/engine/routing/machine-state.ts';
import { BudgetBook } from '../../../../src-main/engine/spend/budget-book.ts';
import { createPricing } from '../../../../src-main/engine/spend/pricing.ts';
import type { RequestRecord } from '../../../../src-main/engine/store/records.ts';
import { SpendReader } from '../../../../src-main/engine/store/spend-reader.ts';
import { systemRandom } from '../../../../src-main/engine/system-ports.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { MemorySecrets } from '../../../support/memory-secrets.ts';
import { SilentLog } from '../../../support/silent-log.ts';
import { openStore, type OpenStore } from '../../store/support.ts';

export interface CallingBench {
  callers: LiveJobCallers;
  registry: Registry;
  lanes: Lanes;
  budgets: BudgetBook;
  store: OpenStore;
  booked: RequestRecord[];
  log: SilentLog;
  meter: RunMeter;
  /** The unit that `ask` belongs to. */
  unit: AbortController;
  caller: JobCaller;
  endpoint(id: string): Endpoint;
  ask(id: string, changes?: Partial<JobQuestion>): ReturnType<JobCaller['ask']>;
  /** As after a restart: only what is in the ledger is remembered. */
  restarted(): LiveJobCallers;
}

export interface CallingOptions {
  settings?: Record<string, unknown>;
  clock?: Clock;
  parts?: Partial<JobCallerParts>;
  machine?: MachineState;
}

/** Everything between a job and its upstreams, with the real ledger; no gateway. */
export async function startCalling(options: CallingOptions = {}): Promise<CallingBench> {
  const clock = options.clock ?? new ManualClock();
  const log = new SilentLog();
  const settings: Settings = settingsSchema.parse({ ollama: { enabled: false }, ...options.settings });
  const registry = createRegistry({ settings, secrets: { environment: {}, store: new MemorySecrets() }, clock, log });
  registry.start();
  await registry.refresh();
  const store = openStore();
  const spend = new SpendReader(store.database);
  const booked: RequestRecord[] = [];
  const client = new UpstreamClient({ connectTimeoutMs: 5_000, clock });
  const lanes = new Lanes({
    clock,
    limits: {
      concurrency: { local: 1, cloud: 1 },
      queueLength: 10,
      queueWaitMs: 60_000,
      concurrencyOf: () => null,
    },
  });
  const pricing = createPricing({ settings, clock, log, pricesIdOf: () => null });
  const budgets = new BudgetBook({ settings, clock, spentSince: (sinceMs, only) => spend.spentSince(sinceMs, only) });
  const parts: JobCallerParts = {
    ...{ clock, log, registry, client, lanes, budgets, pricing, spend },
    random: systemRandom,
    settings: () => settings,
    machine: () => options.machine ?? UNKNOWN_MACHINE,
    isMetered: () => null,
    localWatts: () => 10,
    ownAddresses: () => new Set(),
    book(record) {
      booked.push(record);
      store.writer.append(record);
      store.writer.flush();
    },
    ...options.parts,
  };
  const callers = createJobCallers(parts);
  const meter = new RunMeter();
  const unit = new AbortController();
  const run = { id: 'run', job: 'shadow-evaluation', trigger: 'schedule', createdAtMs: 0 } as const;
  const caller = callers.forUnit({ run, signal: unit.signal, meter });
  onTestFinished(async () => {
    await registry.stop();
    await client.close();
  });
  const endpoint = (id: string): Endpoint => {
    const found = registry.snapshot().byId.get(id);
    if (found === undefined) throw new Error(`there is no endpoint ${id}`);
    return found;
  };
  return {
    ...{ callers, registry, lanes, budgets, store, booked, log, meter, unit, caller, endpoint },
    ask: (id, changes) => caller.ask({ ...question(endpoint(id)), ...changes }),
    restarted: () => createJobCallers(parts),
  };
}

/** A question that may go anywhere and cost a dollar. */
export function question(endpoint: Endpoint, text = 'What is 2 + 2?'): JobQuestion {
  return {
    endpoint,
    request: {
      model: endpoint.model,
      mode: 'chat',
      messages: [{ role: 'user', parts: [{ type: 'text', text }] }],
      stream: false,
      maxOutputTokens: 100,
    },
    mayLeave: true,
    mostNanoUsd: 1e9,
    timeoutMs: 60_000,
  };
}
