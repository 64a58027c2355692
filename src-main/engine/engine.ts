import type { Settings } from '../../src-shared/settings.ts';
import { composeChoice, type Choice } from './compose-choice.ts';
import { composeControl } from './compose-control.ts';
import { exposureOf, gatewayServices, modelDirectory } from './compose-gateway.ts';
import { composeMachine } from './compose-machine.ts';
import { composeMoney } from './compose-money.ts';
import { composeOptimizer } from './compose-optimizer.ts';
import type { ExchangeContext } from './exchange/context.ts';
import { Deadlines } from './exchange/deadlines.ts';
import type { RouteFinder } from './exchange/find-route.ts';
import { ControlProblem } from './gateway/control/control-problem.ts';
import { controlRoutes } from './gateway/control/control-routes.ts';
import { createGateway } from './gateway/gateway.ts';
import { ListenError } from './gateway/listener.ts';
import { openListeners } from './gateway/open-listeners.ts';
import { passByModel } from './gateway/pass-through.ts';
import { Router } from './gateway/router.ts';
import { anthropicRoutes } from './gateway/surfaces/anthropic.ts';
import { ollamaRoutes } from './gateway/surfaces/ollama.ts';
import { openAiRoutes } from './gateway/surfaces/openai.ts';
import { IdSource } from './ids.ts';
import { createMetrics } from './observe/metrics.ts';
import type { Clock, Log, PowerSource, Random, SecretStore } from './ports.ts';
import { createImageFetcher, publicInternet, type ImageNetwork } from './providers/fetch-image.ts';
import { Lanes } from './providers/lanes.ts';
import { createProviderManager } from './providers/manage-providers.ts';
import { createRegistry, OLLAMA_ID, type Registry } from './providers/registry.ts';
import { UpstreamClient } from './providers/upstream-client.ts';
import { WarmUps } from './providers/warm-up.ts';
import type { MachineSensors } from './resources/sensor-board.ts';
import { BudgetAlarm } from './spend/budget-alarm.ts';
import { createPricing } from './spend/pricing.ts';
import { removeDiscovery, writeDiscovery } from './store/discovery-file.ts';
import { openStore } from './store/open-store.ts';
import { saveSettings } from './store/settings-file.ts';

export interface EngineOptions {
  clock: Clock;
  random: Random;
  log: Log;
  secrets: SecretStore;
  environment: Readonly<Record<string, string | undefined>>;
  /** Where settings, records, token and discovery file live. */
  folder: string;
  settings: Settings;
  /** Where images may be fetched from; default: the public internet. */
  imageNetwork?: ImageNetwork;
  /** What is known of the machine; default: its own sensors. */
  machine?: { sensors: MachineSensors; power: readonly PowerSource[] };
  /** What went wrong before the engine was there (a settings file kept aside), in sentences. */
  warnings?: readonly string[];
}

export interface Engine {
  /** Base URLs in use: the gateway's first, then Ollama's place when it is on. */
  readonly addresses: readonly string[];
  readonly controlToken: string;
  /** Resolves when every provider has been looked at once. */
  ready(): Promise<void>;
  /** Stops listening, lets calls under way end for `graceMs`, and writes everything down. */
  stop(graceMs?: number): Promise<void>;
}

/** The engine cannot start; the message says what happened, why, and what to do. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

const STOP_GRACE_MS = 2_000;

/** Builds everything and starts listening: the one place that knows all rooms. Throws StartError. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { clock, random, log, secrets, folder } = options;
  const opened = openStore({ folder, clock, random, log, platform: process.platform });
  if (!opened.ok) throw new StartError(opened.message);
  const { store } = opened;
  let { settings } = options;
  const startedAtMs = clock.nowMs();
  const sources = { environment: options.environment, store: secrets };
  const registry = createRegistry({ settings, secrets: sources, clock, log });
  const pricesIdOf = (id: string) => registry.provider(id)?.settings.pricesId ?? null;
  const pricing = createPricing({ settings, clock, log, pricesIdOf });
  const client = new UpstreamClient({ connectTimeoutMs: settings.timeouts.connectMs, clock });
  const lanes = createLanes(clock, () => settings);
  const deadlines = new Deadlines(clock);
  const metrics = createMetrics({ activeRequests: () => deadlines.size });
  const warmUps = new WarmUps({ clock, log, access: (id) => registry.access(id) });
  const machine = composeMachine({
    clock,
    log,
    settings: () => settings,
    registry,
    environment: options.environment,
    activeRequests: () => deadlines.size,
    sensors: options.machine?.sensors ?? null,
    power: options.machine?.power ?? null,
    onResume: () => choice.optimizer.distrust(),
  });
  const choice: Choice = composeChoice({
    clock,
    random,
    log,
    settings: () => settings,
    registry,
    lanes,
    pricing,
    store,
    machine,
  });
  const alarm = new BudgetAlarm({ budgets: choice.budgets, clock, log });
  const context: ExchangeContext = {
    clock,
    log,
    client,
    lanes,
    deadlines,
    settings: () => settings,
    providers: registry,
    fetchImage: createImageFetcher({ clock, network: options.imageNetwork ?? publicInternet }),
    warmUps,
    priceCall: (endpoint, usage) => pricing.priceCall(endpoint, usage),
    onRecord(record) {
      store.writer.append(record);
      metrics.count(record);
      if (record.path !== 'local') alarm.check();
    },
  };
  const finder: RouteFinder = { context, models: modelDirectory(registry), chooser: choice.chooser };
  const adoptSettings = async (next: Settings): Promise<void> => {
    const saved = saveSettings({ folder, settings: next });
    if (!saved.ok) throw new ControlProblem(409, 'not_saved', saved.message);
    settings = next;
    pricing.update(next);
    choice.adoptSettings(next);
    for (const { id } of [...next.providers, { id: OLLAMA_ID }]) lanes.reset(id);
    await registry.updateSettings(next);
  };
  const manager = createProviderManager({
    settings: () => settings,
    saveSettings: adoptSettings,
    secrets: sources,
    registry,
    clock,
  });
  let addresses: readonly string[] = [];
  const control = composeControl({
    clock,
    registry,
    manager,
    lanes,
    pricing,
    store,
    metrics,
    folder,
    startedAtMs,
    secretsDescription: secrets.description,
    addresses: () => addresses,
    activeRequests: () => deadlines.size,
    warnings: () => [
      ...(options.warnings ?? []),
      ...store.warnings(),
      ...exposureOf(settings.gateway.host),
      ...alarm.warnings(),
      ...choice.optimizer.getOptimizationStatus().degraded,
      ...machine.monitor.health(),
    ],
    optimizer: composeOptimizer({
      clock,
      settings: () => settings,
      adoptSettings,
      optimizer: choice.optimizer,
      store,
      endpoints: () => registry.snapshot().endpoints,
      resolve: (name) => registry.snapshot().endpointFor(name),
    }),
    machine: machine.services,
    money: composeMoney({ ...choice, clock, random, settings: () => settings, adoptSettings, store }),
  });
  const services = gatewayServices({ context, finder, registry, clock, startedAtMs, choice, machine });
  const router = new Router(
    openAiRoutes(services),
    anthropicRoutes(services),
    ollamaRoutes(services),
    controlRoutes(control, () => store.token.value),
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
    machine.stop();
    await warmUps.stop();
    choice.optimizer.stop();
    await registry.stop();
    await client.close();
    deadlines.stop();
    await store.close();
  };
  const listeners = await openListeners(settings.gateway, gateway).catch(async (error: unknown) => {
    await release();
    throw error instanceof ListenError ? new StartError(error.message, { cause: error }) : error;
  });
  ({ addresses } = listeners);
  writeDiscovery({ folder, addresses: [...addresses], pid: process.pid, startedAtMs });
  forgiveReturning(registry, lanes);
  registry.start();
  choice.optimizer.start();
  machine.start();
  return {
    addresses,
    controlToken: store.token.value,
    ready: () => registry.refresh(),
    async stop(graceMs = STOP_GRACE_MS) {
      await listeners.close(graceMs);
      await release();
      removeDiscovery({ folder, pid: process.pid });
    },
  };
}

function createLanes(clock: Clock, settings: () => Settings): Lanes {
  const { limits } = settings();
  return new Lanes({
    clock,
    limits: {
      concurrency: { local: limits.localConcurrency, cloud: limits.cloudConcurrency },
      queueLength: limits.queueLength,
      queueWaitMs: limits.queueWaitMs,
      concurrencyOf: (providerId) => settings().providers.find(({ id }) => id === providerId)?.concurrency ?? null,
    },
  });
}

/** A provider that comes back (Ollama was started again) begins with a clean slate: its breakers were about the time before. */
function forgiveReturning(registry: Registry, lanes: Lanes): void {
  const wasDown = new Set<string>();
  registry.onChange(() => {
    for (const { id, state } of registry.status()) {
      if (state === 'down') wasDown.add(id);
      else if (state === 'healthy' && wasDown.delete(id)) lanes.reset(id);
    }
  });
}
