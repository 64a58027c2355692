import { JOB_NAMES, type JobsView } from '../../src-shared/jobs.ts';
import type { OutboundHost, TrayStatus } from '../../src-shared/house.ts';
import { composeBenchmarks } from './compose-benchmarks.ts';
import type { Choice } from './compose-choice.ts';
import { composeDiscovery } from './compose-discovery.ts';
import type { EventSources } from './compose-events.ts';
import type { House } from './compose-house.ts';
import { composeJobs, type Jobs } from './compose-jobs.ts';
import type { Kept } from './compose-kept.ts';
import type { Machine } from './compose-machine.ts';
import { composeShadow } from './compose-shadow.ts';
import { composeTraining } from './compose-training.ts';
import { composeUpkeep } from './compose-upkeep.ts';
import type { EventHub } from './events/event-hub.ts';
import { ControlProblem } from './gateway/control/control-problem.ts';
import type { OperationHandlers } from './gateway/control/operation-handlers.ts';
import type { KeptLog } from './house/keep-log.ts';
import { createJobCallers } from './jobs/calls/create-job-callers.ts';
import { readOwnAddresses } from './jobs/calls/is-this-machine.ts';
import { openRememberedModels } from './jobs/calls/remembered-models.ts';
import type { LiveSettings } from './live-settings.ts';
import type { Clock, Log, Random } from './ports.ts';
import type { KeyDates } from './providers/key-dates.ts';
import type { Lanes } from './providers/lanes.ts';
import type { Registry } from './providers/registry.ts';
import type { SecretSources } from './providers/secret-resolver.ts';
import type { UpstreamClient } from './providers/upstream-client.ts';
import type { BudgetAlarm } from './spend/budget-alarm.ts';
import type { Pricing } from './spend/pricing.ts';
import type { Store } from './store/open-store.ts';

export type BackgroundHandlers = Jobs['handlers'] &
  Pick<
    OperationHandlers,
    | 'shadow.read'
    | 'benchmarks.list'
    | 'benchmarks.run'
    | 'ranking.read'
    | 'backups.list'
    | 'backups.make'
    | 'backups.restore'
  >;

/** All background work: the queue and every kind of job. */
export interface Background {
  handlers: BackgroundHandlers;
  /** For the tray: the job at work; null: none. */
  tray(): TrayStatus['background'];
  /** Every host that a job may call now, beyond the configured providers'. */
  hosts(): OutboundHost[];
  /** What is wrong with what jobs keep up, in sentences. */
  warnings(): string[];
  /** The records are being erased; `recollect`: they are. */
  forget(): void;
  recollect(): void;
  /** What `jobs.read` tells. */
  view(): JobsView;
  /** Once the optimizer and the machine watch run. */
  start(): void;
  /** Resolves when the unit under way has ended, within a second, and what it had loaded is out of memory. */
  stop(): Promise<void>;
}

export interface BackgroundParts {
  clock: Clock;
  random: Random;
  log: Log;
  hub: EventHub;
  logs: KeptLog;
  folder: string;
  settings: LiveSettings;
  secrets: SecretSources;
  keyDates: KeyDates;
  registry: Registry;
  client: UpstreamClient;
  lanes: Lanes;
  pricing: Pricing;
  choice: Choice;
  machine: Machine;
  alarm: BudgetAlarm;
  store: Store;
  kept: Kept;
  house: House;
  events: () => EventSources;
  host: string;
  addresses: () => readonly string[];
}

export function composeBackground(parts: BackgroundParts): Background {
  const { clock, settings, store, machine, choice, kept, house, events } = parts;
  const current = () => settings.current;
  const results = store.jobs.reader;
  const { optimizer } = choice;
  const callers = composeCallers(parts);
  // A run that goes on before the first look at the providers would take every model for gone.
  let knowsModels = false;
  const upkeep = composeUpkeep({ ...parts, optimizer, monitor: machine.monitor });
  const discovery = composeDiscovery({
    ...{ ...parts, results, monitor: machine.monitor, settings: current },
    platform: process.platform,
  });
  const benchmarks = composeBenchmarks({
    ...{ ...parts, results, optimizer, settings: current },
    runs: {
      isOpen: (name) => jobs.queue.isOpen(name),
      start(name) {
        const obstacle = jobs.queue.runNow(name);
        if (obstacle !== null) throw new ControlProblem(409, 'switched_off', obstacle);
        return jobs.queue.view();
      },
    },
  });
  const endpoints = () => parts.registry.snapshot().endpoints;
  const training = composeTraining({
    ...{ clock, results, endpoints, settings: current, log: store.logged, kept: kept.prompts },
    outputPriceOf: (endpoint) => parts.pricing.unitPrice(endpoint)?.output ?? null,
  });
  const shadow = composeShadow({
    ...{ ...parts, results, optimizer, settings: current, secrets: parts.secrets.store, kept: kept.prompts },
    endpoints,
    blocked: (endpoint) => parts.registry.whyBlocked(endpoint) ?? parts.lanes.whyBlocked(endpoint.id),
  });
  const jobs: Jobs = composeJobs({
    ...{ clock, random: parts.random, log: parts.log, settings, store, callers, gate: machine.gate },
    kinds: [...upkeep.kinds, ...discovery.kinds, ...benchmarks.kinds, ...shadow.kinds, ...training.kinds].sort(
      (one, other) => JOB_NAMES.indexOf(one.name) - JOB_NAMES.indexOf(other.name),
    ),
    isReady: () => knowsModels,
    money: () => callers.money(),
    notices: () => house.notices,
    onChange: (what) => events().onJobs(what),
  });
  kept.prompts.onErased((requestId) => jobs.queue.eraseRequest(requestId));
  return {
    handlers: {
      ...jobs.handlers,
      ...upkeep.handlers,
      ...discovery.handlers,
      ...benchmarks.handlers,
      ...shadow.handlers,
    },
    tray: () => jobs.background(),
    hosts: () => [...discovery.hosts(), ...upkeep.hosts()],
    warnings: () => upkeep.warnings(),
    forget() {
      jobs.queue.forget();
      callers.forget();
    },
    view: () => jobs.queue.view(),
    recollect: () => jobs.queue.recollect(),
    start() {
      benchmarks.start();
      jobs.queue.start();
      void parts.registry.refresh().then(() => {
        knowsModels = true;
        jobs.queue.ready();
      });
    },
    async stop() {
      await jobs.queue.stop();
      shadow.stop();
      training.stop();
    },
  };
}

/** The way from jobs to models; what they spend is booked like everything else, and taught to nobody. */
function composeCallers(parts: BackgroundParts) {
  const { clock, settings, choice, machine, store, house, alarm } = parts;
  return createJobCallers({
    ...parts,
    settings: () => settings.current,
    budgets: choice.budgets,
    spend: store.spend,
    machine: () => machine.monitor.machine(),
    isMetered: () => machine.monitor.latest().power.metered,
    localWatts: choice.localWatts,
    ownAddresses: readOwnAddresses,
    remembered: openRememberedModels(parts),
    book(record) {
      store.writer.append(record);
      // Money that a unit spent must not be known to its run alone, whenever the engine is killed.
      if (record.attempts.some(({ costNanoUsd }) => costNanoUsd !== 0)) store.writer.flush();
      house.tray.noteSpent(clock.monotonicMs());
      if (record.path !== 'local') alarm.check();
    },
  });
}
