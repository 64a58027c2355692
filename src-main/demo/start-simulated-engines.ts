import type { Clock } from '../engine/ports.ts';
import type { EngineServer } from './engine-server.ts';
import { startSimulatedCloud } from './simulated-cloud.ts';
import { startSimulatedLocal, type LocalSwitches } from './simulated-local.ts';
import { CLOUD_PRICES } from './simulated-model.ts';

interface SimulatedEngine {
  /** As a provider setting wants it. */
  readonly url: string;
  /** While true the engine answers everything with status 500: a simulated outage. */
  setFailing(isFailing: boolean): void;
  /** Every answer begins this much later from now on: a simulated slowness. */
  setDelay(delayMs: number): void;
}

export interface SimulatedEngines {
  /** Speaks Ollama's protocol. */
  readonly local: SimulatedEngine & LocalSwitches;
  /** Speaks OpenAI's protocol; its prices are those of no real provider. USD per million tokens, by model. */
  readonly cloud: SimulatedEngine & { readonly pricesUsdPerMillion: typeof CLOUD_PRICES };
  stop(): Promise<void>;
}

/** Starts both engines on free loopback ports. Equal seeds give equal answers to equal questions. */
export async function startSimulatedEngines(options: { seed: number; clock: Clock }): Promise<SimulatedEngines> {
  const [local, cloud] = await Promise.all([startSimulatedLocal(options), startSimulatedCloud(options)]);
  return {
    local: {
      url: local.origin,
      ...switchesOf(local),
      changeModel: (name, changes) => local.changeModel(name, changes),
      removeModel: (name) => local.removeModel(name),
      setVersion: (version) => local.setVersion(version),
    },
    cloud: {
      url: `${cloud.origin}/v1`,
      ...switchesOf(cloud),
      pricesUsdPerMillion: CLOUD_PRICES,
    },
    async stop() {
      await Promise.all([local.stop(), cloud.stop()]);
    },
  };
}

function switchesOf(server: EngineServer): Pick<SimulatedEngine, 'setFailing' | 'setDelay'> {
  return {
    setFailing: (isFailing) => void (server.isFailing = isFailing),
    setDelay: (delayMs) => void (server.delayMs = delayMs),
  };
}
