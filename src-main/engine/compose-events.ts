import { isDeepStrictEqual } from 'node:util';
import type { EventData } from '../../src-shared/events.ts';
import type { Settings } from '../../src-shared/settings.ts';
import type { Choice } from './compose-choice.ts';
import type { Machine } from './compose-machine.ts';
import { ChangeTeller } from './events/change-teller.ts';
import type { EventHub } from './events/event-hub.ts';
import { StateTeller } from './events/state-teller.ts';
import type { LogRing } from './house/log-ring.ts';
import type { TraySource } from './house/tray-source.ts';
import type { LiveSettings } from './live-settings.ts';
import type { Clock, Log } from './ports.ts';
import type { Lanes } from './providers/lanes.ts';
import type { Registry } from './providers/registry.ts';
import type { RecordWriter } from './store/record-writer.ts';
import type { RequestRecord } from './store/records.ts';
import { toRequestView } from './store/request-view.ts';

/** What the engine tells the sources of events; both are on the way of every request. */
export interface EventSources {
  onRequest(): void;
  onRecord(record: RequestRecord): void;
  /** Something of background work, or of what it works with, is another one. */
  onJobs(what: 'jobs' | 'waits' | What): void;
  /** Leaves no timer. */
  stop(): void;
}

export interface EventParts {
  clock: Clock;
  log: Log;
  hub: EventHub;
  logs: LogRing;
  settings: LiveSettings;
  registry: Registry;
  lanes: Lanes;
  machine: Machine;
  optimizer: Choice['optimizer'];
  tray: TraySource;
  writer: Pick<RecordWriter, 'onWritten'>;
  status: () => EventData<'status'>;
  jobs: () => EventData<'jobs'>;
  activeRequests: () => number;
}

const ACTIVITY_EVERY_MS = 250;
const JOBS_EVERY_MS = 500;
const STATE_EVERY_MS = 1_000;

/** Brings everything that happens to the hub. Where nobody listens, each of these costs a look at two numbers. */
export function composeEvents(parts: EventParts): EventSources {
  const { clock, log, hub, machine, registry, tray, lanes } = parts;
  const common = { clock, log, hub };
  let recordedAtMs = -Infinity;
  const isBusy = () => parts.activeRequests() > 0;
  const activity = new StateTeller({
    ...common,
    topic: 'activity',
    everyMs: ACTIVITY_EVERY_MS,
    read: () => lanes.activity(),
    changesInMs: () => (isBusy() ? ACTIVITY_EVERY_MS : null),
  });
  const status = new StateTeller({
    ...common,
    topic: 'status',
    everyMs: STATE_EVERY_MS,
    read: parts.status,
    // A record is written a moment after its request.
    changesInMs: () => (isBusy() || clock.monotonicMs() - recordedAtMs < STATE_EVERY_MS ? STATE_EVERY_MS : null),
  });
  const trayTeller = new StateTeller({
    ...common,
    topic: 'tray',
    everyMs: STATE_EVERY_MS,
    read: () => tray.read(),
    changesInMs: () => (isBusy() ? STATE_EVERY_MS : tray.changesInMs()),
  });
  const jobs = new StateTeller({ ...common, topic: 'jobs', everyMs: JOBS_EVERY_MS, read: parts.jobs });
  const changes = new ChangeTeller({ hub, clock });
  const touchStates = () => {
    status.touch();
    trayTeller.touch();
  };
  parts.logs.onLine((line) => hub.publish('log', () => line));
  tellOfMachine({ hub, machine, onTrayChange: () => trayTeller.touch(), tray });
  let snapshot = registry.snapshot();
  registry.onChange(() => {
    changes.note('providers');
    if (snapshot !== (snapshot = registry.snapshot())) changes.note('models');
    touchStates();
  });
  parts.settings.follow((next, before) => {
    for (const what of changedParts(next, before)) changes.note(what);
    touchStates();
  });
  parts.optimizer.onAdapted(() => {
    changes.note('optimizer');
    touchStates();
  });
  // Sums are read from the database: told any sooner, who reads them anew would miss the last request.
  parts.writer.onWritten(() => changes.note('spend'));
  return {
    onRequest() {
      activity.touch();
      touchStates();
    },
    onRecord(record) {
      const nowMs = clock.monotonicMs();
      recordedAtMs = nowMs;
      tray.note(record, nowMs);
      hub.publish('request', () => toRequestView(record));
      activity.touch();
      touchStates();
    },
    onJobs(what) {
      if (what !== 'jobs' && what !== 'waits') {
        changes.note(what);
        return;
      }
      jobs.touch();
      if (what === 'jobs') trayTeller.touch();
    },
    stop() {
      parts.writer.onWritten(() => undefined);
      for (const teller of [activity, status, trayTeller, jobs, changes]) teller.stop();
    },
  };
}

/** Who reads the machine sees it closely; the tray only cares for the words that it shows. */
function tellOfMachine(parts: { hub: EventHub; machine: Machine; tray: TraySource; onTrayChange: () => void }): void {
  const { hub, machine, tray } = parts;
  const { monitor, gate } = machine;
  hub.onAttention('resources', (watched) => {
    if (watched) monitor.attend();
  });
  monitor.onSample((sample) => {
    if (hub.isWatched('resources')) monitor.attend();
    hub.publish('resources', () => sample);
  });
  gate.onLook(({ changed }) => {
    if (!changed) return;
    hub.publish('gate', () => gate.state());
    if (hub.isWatched('tray') && tray.gateHasChanged()) parts.onTrayChange();
  });
}

type What = EventData<'changed'>['what'];

/** What of the settings is told by another word, too. */
const PARTS = {
  optimizer: ({ optimizer, privacy, constraints }) => [optimizer, privacy, constraints],
  providers: ({ providers, ollama }) => [providers, ollama],
  apps: ({ apps }) => apps,
  models: ({ models, prices }) => [models, prices],
  spend: ({ budgets }) => budgets,
  kept: ({ privacy }) => privacy.keepPrompts,
} satisfies Partial<Record<What, (settings: Settings) => unknown>>;

function changedParts(next: Settings, before: Settings): What[] {
  const named = Object.entries(PARTS) as [keyof typeof PARTS, (settings: Settings) => unknown][];
  return ['settings', ...named.flatMap(([what, of]) => (isDeepStrictEqual(of(next), of(before)) ? [] : [what]))];
}
