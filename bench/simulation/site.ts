import { settings as settingsSchema, type Settings } from '../../src-shared/settings.ts';
import { Lanes } from '../../src-main/engine/providers/lanes.ts';
import type { Endpoint } from '../../src-main/engine/routing/endpoint.ts';
import { costOfCall, type CallCost } from '../../src-main/engine/spend/cost-of-call.ts';
import { FREE_RULES, type PriceRules } from '../../src-main/engine/spend/price-rules.ts';
import type { TokenUsage } from '../../src-main/engine/protocols/chat-event.ts';
import { createSeededRandom } from '../../src-main/demo/seeded-random.ts';
import { LocalRuntime, type RuntimeLimits } from './local-runtime.ts';
import { PromptCaches } from './prompt-caches.ts';
import { SimulatedClock } from './simulated-clock.ts';
import { LAPTOP, SimulatedMachine, type MachineFacts } from './simulated-machine.ts';
import { idOf, toEndpoint, type SimulatedModel } from './simulated-model.ts';
import { World, type Episode } from './world.ts';

export interface SiteOptions {
  seed: number;
  models: readonly SimulatedModel[];
  episodes?: readonly Episode[];
  machine?: MachineFacts;
  runtime?: RuntimeLimits;
  settings?: Settings;
  /** Unix time of the beginning. */
  startMs?: number;
}

/** What Ollama does when nobody tells it otherwise, on a machine that has this much to spare. */
const OLLAMA: RuntimeLimits = { memoryBytes: 16e9, keepAliveMs: 5 * 60_000 };
const SOME_MONDAY_MS = new Date(2026, 10, 9).getTime();
/** How often the loaded models are looked at; in between the list may be out of date. */
const WATCH_MS = 5_000;
const MINUTE_MS = 60_000;

/** Everything that requests meet: time, machine, models, providers, and the ways to them. */
export class Site {
  readonly seed: number;
  readonly clock: SimulatedClock;
  readonly world: World;
  readonly machine: SimulatedMachine;
  readonly runtime: LocalRuntime;
  readonly caches = new PromptCaches();
  readonly lanes: Lanes;
  readonly settings: Settings;
  readonly #models: ReadonlyMap<string, SimulatedModel>;
  readonly #recentCalls = new Map<string, number[]>();
  #endpoints: readonly Endpoint[];
  #isListOld = false;

  constructor(options: SiteOptions) {
    const { seed, models, episodes = [], machine = LAPTOP, runtime = OLLAMA } = options;
    this.seed = seed;
    this.settings = options.settings ?? settingsSchema.parse({});
    const clock = (this.clock = new SimulatedClock(options.startMs ?? SOME_MONDAY_MS));
    this.world = new World(clock, episodes);
    this.machine = new SimulatedMachine({ clock, world: this.world, facts: machine });
    const uniform = createSeededRandom('runtime', seed);
    this.runtime = new LocalRuntime({ clock, machine: this.machine, models, limits: runtime, uniform });
    this.#models = new Map(models.map((model) => [idOf(model), model]));
    this.#endpoints = this.#list();
    this.runtime.onChange((endpointId, isIn) => this.#loadedChanged(endpointId, isIn));
    const { localConcurrency, cloudConcurrency, queueLength, queueWaitMs } = this.settings.limits;
    const concurrency = { local: localConcurrency, cloud: cloudConcurrency };
    this.lanes = new Lanes({ clock, limits: { concurrency, queueLength, queueWaitMs, concurrencyOf: () => null } });
  }

  /** As the watch of local models saw them last; the same list until it looks again. */
  get endpoints(): readonly Endpoint[] {
    return this.#endpoints;
  }

  modelOf(endpointId: string): SimulatedModel {
    const model = this.#models.get(endpointId);
    if (model === undefined) throw new RangeError(`there is no model ${endpointId}`);
    return model;
  }

  /** Prices of now. */
  priceCall(endpoint: Pick<Endpoint, 'id'>, usage: TokenUsage): CallCost {
    return costOfCall({ usage, rules: this.#rulesOf(endpoint.id) });
  }

  /** USD per million tokens. */
  outputPriceOf(endpointId: string): number | null {
    const { price } = this.modelOf(endpointId);
    return price === null ? 0 : price.output * this.world.changeOf(endpointId).price;
  }

  /** Notes a call to the provider; true: it is one too many in this minute. */
  isTooMany(endpointId: string): boolean {
    const { callsPerMinute } = this.modelOf(endpointId);
    if (callsPerMinute === null) return false;
    const nowMs = this.clock.monotonicMs();
    const recent = (this.#recentCalls.get(endpointId) ?? []).filter((atMs) => nowMs - atMs < MINUTE_MS);
    const isTooMany = recent.length >= callsPerMinute;
    if (!isTooMany) recent.push(nowMs);
    this.#recentCalls.set(endpointId, recent);
    return isTooMany;
  }

  #rulesOf(endpointId: string): PriceRules {
    const { price } = this.modelOf(endpointId);
    if (price === null) return FREE_RULES;
    const factor = this.world.changeOf(endpointId).price;
    const [input, cachedInput, output] = [price.input * factor, price.cachedInput * factor, price.output * factor];
    const rest = { cacheWrite: null, cacheWrite1h: null, reasoning: null, source: 'simulated', date: null };
    return { free: false, tiers: [{ aboveInputTokens: 0, price: { input, cachedInput, output, ...rest } }] };
  }

  #list(): readonly Endpoint[] {
    return [...this.#models.values()].map((model) => toEndpoint(model, this.runtime.isIn(idOf(model))));
  }

  #loadedChanged(endpointId: string, isIn: boolean): void {
    if (!isIn) this.caches.forget(endpointId);
    if (this.#isListOld) return;
    this.#isListOld = true;
    const sinceLookMs = this.clock.monotonicMs() % WATCH_MS;
    this.clock.after(WATCH_MS - sinceLookMs, () => {
      this.#isListOld = false;
      this.#endpoints = this.#list();
    });
  }
}
