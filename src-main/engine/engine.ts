import type { Settings } from '../../src-shared/settings.ts';
import { composeBackground, type Background } from './compose-background.ts';
import { composeChoice, type Choice } from './compose-choice.ts';
import { composeControl, readStatus, type StatusParts } from './compose-control.ts';
import { exposureOf, gatewayServices, modelDirectory } from './compose-gateway.ts';
import { composeEvents, type EventSources } from './compose-events.ts';
import { composeHouse, tellOfStart, type House } from './compose-house.ts';
import { composeKept } from './compose-kept.ts';
import { forgiveReturning, laneLimits } from './compose-lanes.ts';
import { composeMachine } from './compose-machine.ts';
import { composeMoney } from './compose-money.ts';
import { composeOptimizer } from './compose-optimizer.ts';
import { composeProviders } from './compose-providers.ts';
import { composeSession } from './compose-session.ts';
import { composeSettings } from './compose-settings.ts';
import type { Engine, EngineOptions } from './engine-options.ts';
import { EventHub } from './events/event-hub.ts';
import type { ExchangeContext } from './exchange/context.ts';
import { Deadlines } from './exchange/deadlines.ts';
import type { RouteFinder } from './exchange/find-route.ts';
import { eventStream } from './gateway/control/event-stream.ts';
import { controlRoutes } from './gateway/control/control-routes.ts';
import type { OperationHandlers } from './gateway/control/operation-handlers.ts';
import { SessionCodes } from './gateway/control/session-codes.ts';
import { createGateway } from './gateway/gateway.ts';
import { ListenError } from './gateway/listener.ts';
import { openListeners } from './gateway/open-listeners.ts';
import { loadPages } from './gateway/pages/load-pages.ts';
import { pageRoutes } from './gateway/pages/page-routes.ts';
import { passByModel } from './gateway/pass-through.ts';
import { Router } from './gateway/router.ts';
import { anthropicRoutes } from './gateway/surfaces/anthropic.ts';
import { ollamaRoot, ollamaRoutes } from './gateway/surfaces/ollama.ts';
import { openAiRoutes } from './gateway/surfaces/openai.ts';
import { keepLog } from './house/keep-log.ts';
import { tellOfBudget } from './house/watch-news.ts';
import { IdSource } from './ids.ts';
import { LiveSettings } from './live-settings.ts';
import { createMetrics } from './observe/metrics.ts';
import type { Log } from './ports.ts';
import { createImageFetcher, publicInternet } from './providers/fetch-image.ts';
import { openKeyDates, withKeyDates } from './providers/key-dates.ts';
import { Lanes } from './providers/lanes.ts';
import { createProviderManager } from './providers/manage-providers.ts';
import { createRegistry, OLLAMA_ID } from './providers/registry.ts';
import { UpstreamClient } from './providers/upstream-client.ts';
import { WarmUps } from './providers/warm-up.ts';
import { BudgetAlarm } from './spend/budget-alarm.ts';
import { createPricing } from './spend/pricing.ts';
import { readDiscovery, removeDiscovery, writeDiscovery } from './store/discovery-file.ts';
import { openStore } from './store/open-store.ts';

export type { Engine, EngineOptions };

/** The engine cannot start; the message says what happened, why, and what to do. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

const STOP_GRACE_MS = 2_000;

/** Builds everything and starts listening: the one place that knows all rooms. Throws StartError. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { clock, random, secrets, folder } = options;
  const live = new LiveSettings({ folder, settings: options.settings });
  const logs = keepLog({ clock, log: options.log, level: () => live.current.log.level, dataFolder: folder });
  const followLog = (next: Settings) => logs.keepFile(options.keepsLogFile === true || next.log.file);
  followLog(live.current);
  const log: Log = logs.ring;
  const opened = openStore({ folder, clock, random, log, platform: process.platform });
  if (!opened.ok) throw new StartError(opened.message);
  const { store } = opened;
  const settings = () => live.current;
  const adoptSettings = (next: Settings) => live.adopt(next);
  const startedAtMs = clock.nowMs();
  // Its own log is the one behind: what it complains of must not come back to it as an event.
  const hub = new EventHub({ clock, log: options.log, run: Buffer.from(random.bytes(6)).toString('hex') });
  const keyDates = openKeyDates({ folder, clock, log });
  const sources = { environment: options.environment, store: withKeyDates(secrets, keyDates) };
  const kept = composeKept({ clock, random, log, secrets, store, settings: live, hub });
  const registry = createRegistry({ settings: settings(), secrets: sources, clock, log });
  const pricesIdOf = (id: string) => registry.provider(id)?.settings.pricesId ?? null;
  const pricing = createPricing({ settings: settings(), clock, log, pricesIdOf });
  const client = new UpstreamClient({ connectTimeoutMs: settings().timeouts.connectMs, clock });
  const lanes = new Lanes({ clock, limits: laneLimits(settings()) });
  const deadlines = new Deadlines(clock);
  const metrics = createMetrics({ activeRequests: () => deadlines.size, startedAtMs });
  const warmUps = new WarmUps({ clock, log, access: (id) => registry.access(id) });
  const machine = composeMachine({
    clock,
    log,
    settings,
    registry,
    environment: options.environment,
    activeRequests: () => deadlines.size,
    sensors: options.machine?.sensors ?? null,
    power: options.machine?.power ?? null,
    onResume: () => choice.optimizer.distrust(),
  });
  const choice: Choice = composeChoice({
    ...{ clock, random, log, settings, registry, lanes, pricing, store, machine },
  });
  const alarm = new BudgetAlarm({
    budgets: choice.budgets,
    clock,
    log,
    onAlert: (alert) => tellOfBudget(house.notices, alert),
  });
  const context: ExchangeContext = {
    clock,
    log,
    client,
    lanes,
    deadlines,
    settings,
    providers: registry,
    fetchImage: createImageFetcher({ clock, network: options.imageNetwork ?? publicInternet }),
    warmUps,
    priceCall: (endpoint, usage) => pricing.priceCall(endpoint, usage),
    onRecord(record) {
      store.writer.append(record);
      metrics.count(record);
      events.onRecord(record);
      if (record.path !== 'local') alarm.check();
    },
    keeper: kept.vault,
  };
  const finder: RouteFinder = { context, models: modelDirectory(registry), chooser: choice.chooser };
  const manager = createProviderManager({
    settings,
    saveSettings: adoptSettings,
    secrets: sources,
    registry,
    clock,
  });
  let addresses: readonly string[] = [];
  const codes = new SessionCodes({ clock, random });
  const at = { ...settings().gateway, ...options.listenAt };
  const house: House = composeHouse({
    ...{ clock, random, log, hub, logs, settings: live, registry, lanes, machine, choice, alarm, store, kept, warmUps },
    addresses: () => addresses,
    otherHosts: () => [...(options.otherHosts ?? []), ...background.hosts()],
    background: () => background.tray(),
    remembering: {
      memories: [{ forget: () => background.forget() }],
      readers: [{ forget: () => background.recollect() }],
    },
  });
  const background: Background = composeBackground({
    ...{ clock, random, log, hub, logs, folder, settings: live, secrets: sources, keyDates, registry, client, lanes },
    ...{ pricing, choice, machine, alarm, store, kept, house, events: () => events, host: at.host },
    addresses: () => addresses,
  });
  const facts: StatusParts = {
    ...{ clock, registry, lanes, pricing, store, folder, startedAtMs },
    secretsDescription: secrets.description,
    addresses: () => addresses,
    activeRequests: () => deadlines.size,
    warnings: () => [
      ...(options.warnings ?? []),
      ...store.warnings(),
      ...exposureOf(at.host),
      ...alarm.warnings(),
      ...choice.optimizer.getOptimizationStatus().degraded,
      ...machine.monitor.health(),
      ...background.warnings(),
    ],
  };
  const handlers: OperationHandlers = {
    ...house.handlers,
    ...kept.handlers,
    ...background.handlers,
    ...composeControl(facts),
    ...composeProviders({ registry, manager }),
    ...composeSettings({
      settings: live,
      log,
      registry,
      environment: options.environment,
      platform: process.platform,
      addresses: () => addresses,
    }),
    ...composeSession({ codes, token: store.token, addresses: () => addresses }),
    ...composeOptimizer({
      clock,
      settings,
      adoptSettings,
      optimizer: choice.optimizer,
      store,
      endpoints: () => registry.snapshot().endpoints,
      resolve: (name) => registry.snapshot().endpointFor(name),
    }),
    ...machine.handlers,
    ...composeMoney({ ...choice, clock, random, settings, adoptSettings, store, pricing }),
  };
  const events: EventSources = composeEvents({
    ...{ clock, log, hub, logs: logs.ring, settings: live, registry, lanes, machine, optimizer: choice.optimizer },
    tray: house.tray,
    writer: store.writer,
    status: () => readStatus(facts),
    jobs: () => background.view(),
    activeRequests: () => deadlines.size,
  });
  const onRequest = () => events.onRequest();
  const services = gatewayServices({ context, finder, registry, clock, startedAtMs, choice, machine, onRequest });
  const router = new Router(
    openAiRoutes(services),
    anthropicRoutes(services),
    ollamaRoutes(services),
    controlRoutes({
      handlers,
      token: () => store.token.value,
      codes,
      metrics: () => metrics.read(),
      checkAnswers: options.checkAnswers ?? false,
    }),
    { 'GET /control/v1/events': eventStream({ hub, clock, token: () => store.token.value }) },
    pageRoutes({ pages: await loadPages(options.pagesFolder ?? null), ollamaRoot }),
    { '* /v1/*': passByModel(services) },
  );
  const gateway = createGateway({
    clock,
    log,
    ids: new IdSource({ clock, random }),
    router,
    onRefused: () => metrics.refused(),
  });
  const release = async (): Promise<void> => {
    await background.stop();
    house.stop();
    events.stop();
    machine.stop();
    await warmUps.stop();
    choice.optimizer.stop();
    await registry.stop();
    await client.close();
    deadlines.stop();
    kept.stop();
    await store.close();
    await logs.stop();
  };
  const listeners = await openListeners(at, gateway).catch(async (error: unknown) => {
    await release();
    throw error instanceof ListenError ? new StartError(error.message, { cause: error }) : error;
  });
  ({ addresses } = listeners);
  live.follow(async (next) => {
    options.setLogLevel?.(next.log.level);
    followLog(next);
    listeners.follow(next.gateway);
    client.setConnectTimeout(next.timeouts.connectMs);
    lanes.updateLimits(laneLimits(next));
    pricing.update(next);
    choice.adoptSettings(next);
    // The gate is judged anew with each sample.
    void machine.monitor.sampleNow();
    for (const { id } of [...next.providers, { id: OLLAMA_ID }]) lanes.reset(id);
    await registry.updateSettings(next);
  });
  // An engine that stops in order takes its file along.
  const endedBadly = readDiscovery(folder) !== null;
  writeDiscovery({ folder, addresses: [...addresses], pid: process.pid, startedAtMs });
  forgiveReturning(registry, lanes);
  registry.start();
  choice.optimizer.start();
  machine.start();
  background.start();
  store.settle();
  store.token.onRotate(() => hub.endReaders());
  tellOfStart(house, { host: at.host, endedBadly });
  return {
    addresses,
    get controlToken() {
      return store.token.value;
    },
    onControlToken: (listener) => store.token.onRotate(listener),
    settings,
    onSettings: (listener) => live.follow(listener),
    credentialChanged(reference) {
      kept.credentialChanged(reference);
      return registry.credentialChanged(reference);
    },
    ready: () => registry.refresh(),
    events: hub,
    tray: () => house.tray.read(),
    async stop(graceMs = STOP_GRACE_MS) {
      hub.close();
      await Promise.all([background.stop(), listeners.close(graceMs)]);
      await house.unloadOwn();
      await release();
      removeDiscovery({ folder, pid: process.pid });
    },
  };
}
