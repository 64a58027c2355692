import type { Ending, Reader, ServingPlan } from '../../bench/simulation/simulated-exchange.ts';
import { SimulatedExchange } from '../../bench/simulation/simulated-exchange.ts';
import type { SimulatedModel } from '../../bench/simulation/simulated-model.ts';
import type { SimulatedTask } from '../../bench/simulation/simulated-task.ts';
import { Site, type SiteOptions } from '../../bench/simulation/site.ts';

/** Without any scatter, so that times can be worked out by hand. */
export function makeModel(changes: Partial<SimulatedModel> = {}): SimulatedModel {
  const isLocal = changes.track === 'local';
  return {
    providerId: isLocal ? 'ollama' : 'far',
    model: 'm',
    track: 'cloud',
    sizeBytes: isLocal ? 5e9 : null,
    contextTokens: 100_000,
    firstTokenMs: 500,
    msPerPromptToken: 0,
    firstTokenSpread: 0,
    tokensPerSecond: 100,
    loadMs: isLocal ? 4_000 : 0,
    wordiness: 1,
    skill: 10,
    talents: {},
    price: isLocal ? null : { input: 1, cachedInput: 0.1, output: 5 },
    failureShare: 0,
    callsPerMinute: null,
    watts: isLocal ? 36 : 0,
    ...changes,
  };
}

export function makeTask(changes: Partial<SimulatedTask> = {}): SimulatedTask {
  const messages = [{ role: 'user' as const, parts: [{ type: 'text' as const, text: 'a question' }] }];
  return {
    id: 'task',
    app: 'app',
    request: { model: 'auto', mode: 'chat', messages, stream: true },
    pins: {},
    promptTokens: 1_000,
    conversation: null,
    hasPerson: false,
    kind: 'chat',
    difficulty: 0.5,
    answerTokens: 200,
    ...changes,
  };
}

export function makeSite(models: readonly SimulatedModel[], options: Partial<SiteOptions> = {}): Site {
  return new Site({ seed: 1, models, ...options });
}

/** Everything at the site in its order, one after the other. */
export function planFor(site: Site, changes: Partial<ServingPlan> = {}): ServingPlan {
  return {
    path: 'single',
    endpoints: site.endpoints,
    hedgeAfterMs: null,
    warm: null,
    limitsMs: site.endpoints.map(() => 60_000),
    guarded: true,
    admit: () => null,
    ...changes,
  };
}

/** Serves a task to its end. */
export function serve(
  site: Site,
  options: { task?: SimulatedTask; plan?: Partial<ServingPlan>; reader?: Reader } = {},
): Ending {
  const endings: Ending[] = [];
  const { task = makeTask(), plan = {}, reader = () => null } = options;
  const onEnd = (ending: Ending) => endings.push(ending);
  new SimulatedExchange({ site, task, plan: planFor(site, plan), reader, onEnd }).start();
  site.clock.runUntil(site.clock.monotonicMs() + 600_000);
  const [ending] = endings;
  if (ending === undefined || endings.length > 1) throw new Error(`a request ended ${endings.length} times`);
  return ending;
}
