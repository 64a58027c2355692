import type { OutboundHost, TrayStatus } from '../../src-shared/house.ts';
import type { Choice } from './compose-choice.ts';
import { exposureOf } from './compose-gateway.ts';
import type { Kept } from './compose-kept.ts';
import type { Machine } from './compose-machine.ts';
import type { EventHub } from './events/event-hub.ts';
import { ControlProblem } from './gateway/control/control-problem.ts';
import type { OperationHandlers } from './gateway/control/operation-handlers.ts';
import { eraseRecords, type Remembering } from './house/erase-records.ts';
import { exportSettings } from './house/export-settings.ts';
import { importSettings } from './house/import-settings.ts';
import type { KeptLog } from './house/keep-log.ts';
import { Notices } from './house/notices.ts';
import { listOutboundHosts } from './house/outbound-hosts.ts';
import { findTrouble } from './house/find-trouble.ts';
import { TodaysMoney } from './house/todays-money.ts';
import { TraySource } from './house/tray-source.ts';
import { unloadModels, unloadOwn } from './house/unload-models.ts';
import { watchNews } from './house/watch-news.ts';
import type { LiveSettings } from './live-settings.ts';
import type { Clock, Log, Random } from './ports.ts';
import type { Lanes } from './providers/lanes.ts';
import type { Registry } from './providers/registry.ts';
import type { WarmUps } from './providers/warm-up.ts';
import type { BudgetAlarm } from './spend/budget-alarm.ts';
import type { Store } from './store/open-store.ts';
import { pendingRestart } from './store/pending-restart.ts';
import { VERSION } from './version.ts';

export type HouseHandlers = Pick<
  OperationHandlers,
  'tray.read' | 'models.unload' | 'logs.read' | 'hosts.list' | 'settings.export' | 'settings.import' | 'records.erase'
>;

/** The engine's own services: what it says of itself, and what keeps its house in order. */
export interface House {
  handlers: HouseHandlers;
  tray: TraySource;
  notices: Notices;
  /** Takes out of memory what was loaded ahead by us; what others loaded is theirs. Never rejects. */
  unloadOwn(): Promise<void>;
  stop(): void;
}

export interface HouseParts {
  clock: Clock;
  random: Random;
  log: Log;
  hub: EventHub;
  logs: KeptLog;
  settings: LiveSettings;
  registry: Registry;
  lanes: Lanes;
  machine: Machine;
  choice: Choice;
  alarm: BudgetAlarm;
  store: Store;
  kept: Kept;
  warmUps: WarmUps;
  addresses: () => readonly string[];
  /** Hosts that the program around the engine calls, and those of background work. */
  otherHosts: () => readonly OutboundHost[];
  background: () => TrayStatus['background'];
  /** What else forgets when all records are erased: at once, and when the files are empty. */
  remembering: { memories: readonly Remembering[]; readers: readonly Remembering[] };
}

export function composeHouse(parts: HouseParts): House {
  const { clock, log, hub, settings, registry, store, choice } = parts;
  const notices = new Notices({ hub, clock, log });
  const stopNews = watchNews({ clock, notices, registry, optimizer: choice.optimizer });
  const money = new TodaysMoney({
    clock,
    store,
    terms: () => ({
      reference: choice.reference()?.name ?? null,
      tariffUsdPerKwh: settings.current.power.tariffUsdPerKwh,
    }),
  });
  const tray = new TraySource({
    clock,
    money,
    gate: () => parts.machine.gate.state(),
    underWay: () => parts.lanes.activity(),
    rest: () => trayFacts(parts),
  });
  const memories = [choice.optimizer, choice.budgets, parts.alarm, parts.kept.memory, ...parts.remembering.memories];
  const readers = [money, hub, parts.kept.reader, ...parts.remembering.readers];
  return {
    tray,
    notices,
    stop: stopNews,
    unloadOwn: () =>
      unloadOwn({
        own: parts.warmUps.loadedHere,
        endpoints: registry.snapshot().endpoints,
        access: (id) => registry.access(id),
        clock,
        log,
      }),
    handlers: {
      'tray.read': () => tray.read(),
      'models.unload': ({ id }) => unload(parts, id),
      'logs.read': (query) => ({ lines: parts.logs.ring.read(query), file: parts.logs.file }),
      'hosts.list': () => ({
        hosts: listOutboundHosts({
          providers: registry.status(),
          fetchesImages: settings.current.images.fetchRemote,
          others: parts.otherHosts(),
        }),
      }),
      'settings.export': () => exportSettings({ settings: settings.current, version: VERSION, nowMs: clock.nowMs() }),
      async 'settings.import'(exported) {
        const taken = importSettings(exported, { current: settings.current, random: parts.random });
        if (!taken.ok) throw new ControlProblem(400, 'invalid_request', taken.sentence);
        await settings.adopt(taken.settings);
        if (taken.withoutConsent) {
          const title = 'Prompts are not kept';
          const text = `The imported settings keep prompts. Consent does not travel: agree on this machine if you want that.`;
          notices.tell({ matter: 'import-consent', level: 'info', title, text, view: 'settings' });
        }
        const providers = registry.status().filter(({ enabled, key }) => enabled && key === 'missing');
        return {
          missingKeys: [...providers.map(({ id }) => id), ...taken.keylessApps.map((id) => `app/${id}`)],
          pendingRestart: pendingRestart(settings.atStart, settings.current),
        };
      },
      async 'records.erase'() {
        const erased = await eraseRecords({ store, memories, readers });
        if (!erased.ok) throw new ControlProblem(500, 'not_erased', erased.message);
        return { done: true };
      },
    },
  };
}

/** What is told at the start, once all listens and all runs. */
export function tellOfStart(house: House, facts: { host: string; endedBadly: boolean }): void {
  const [exposure] = exposureOf(facts.host);
  if (exposure !== undefined) {
    const title = 'Pointsman is open to the network';
    house.notices.tell({ matter: 'exposure', level: 'warning', title, text: exposure, view: 'settings' });
  }
  if (!facts.endedBadly) return;
  const text = 'It ended unexpectedly before: it was killed, or the power failed. What was recorded is kept.';
  house.notices.tell({ matter: 'restart', level: 'info', title: 'Pointsman runs again', text, view: 'logs' });
}

function trayFacts({ settings, choice, registry, store, addresses, background }: HouseParts) {
  const { strategy } = settings.current.optimizer;
  const providers = registry.status();
  const well = new Set(
    providers.filter(({ state }) => state === 'healthy' || state === 'degraded').map(({ id }) => id),
  );
  const local = registry
    .snapshot()
    .endpoints.filter(({ track, providerId }) => track === 'local' && well.has(providerId));
  const isKnown = local.some(({ loaded }) => loaded !== null);
  return {
    strategy,
    actsAs: choice.optimizer.policy.actsAs,
    localOnly: settings.current.privacy.localOnly,
    background: background(),
    address: addresses()[0] ?? '',
    loadedModels: isKnown ? local.filter(({ loaded }) => loaded === true).map(({ id }) => id) : null,
    problems: findTrouble({ providers, localOnly: settings.current.privacy.localOnly, store: store.problems() }),
  };
}

async function unload({ registry, warmUps, clock }: HouseParts, id: string | undefined) {
  const { endpoints, byId } = registry.snapshot();
  if (id !== undefined && !byId.has(id)) throw new ControlProblem(404, 'not_found', `There is no model "${id}".`);
  const wanted = endpoints.filter((endpoint) =>
    id === undefined ? endpoint.track === 'local' && endpoint.loaded === true : endpoint.id === id,
  );
  const outcome = await unloadModels({ endpoints: wanted, clock, access: (providerId) => registry.access(providerId) });
  for (const each of outcome.unloaded) warmUps.forget(each);
  await Promise.all([...new Set(wanted.map(({ providerId }) => providerId))].map((each) => registry.refresh(each)));
  return outcome;
}
