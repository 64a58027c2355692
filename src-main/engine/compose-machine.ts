import type { Settings } from '../../src-shared/settings.ts';
import type { OperationHandlers } from './gateway/control/operation-handlers.ts';
import type { Clock, Log, PowerSource } from './ports.ts';
import type { Registry } from './providers/registry.ts';
import { toGateLimits } from './resources/gate-limits.ts';
import { IdleGate } from './resources/idle-gate.ts';
import { createMachinePower, createMachineSensors } from './resources/machine-sensors.ts';
import { ResourceMonitor } from './resources/resource-monitor.ts';
import type { MachineSensors } from './resources/sensor-board.ts';
import { ThrottleWatch } from './resources/throttle-watch.ts';

export type MachineHandlers = Pick<OperationHandlers, 'gate.read' | 'gate.pause' | 'gate.resume' | 'resources.read'>;

export interface Machine {
  monitor: ResourceMonitor;
  gate: IdleGate;
  throttle: ThrottleWatch;
  handlers: MachineHandlers;
  start(): void;
  stop(): void;
}

/** Watches the machine: sensors, power, heat, network, the idle gate; tells the registry when the network comes and goes. */
export function composeMachine(parts: {
  clock: Clock;
  log: Log;
  settings: () => Settings;
  registry: Registry;
  environment: Readonly<Record<string, string | undefined>>;
  activeRequests: () => number;
  /** Instead of the machine's own; tests and the demo script them. */
  sensors: MachineSensors | null;
  power: readonly PowerSource[] | null;
  /** After sleep, when everything measured before is in doubt. */
  onResume: () => void;
}): Machine {
  const { clock, log, registry } = parts;
  const options = { clock, log, platform: process.platform, environment: parts.environment };
  const throttle = new ThrottleWatch();
  const monitor = new ResourceMonitor({
    clock,
    log,
    sensors: parts.sensors ?? createMachineSensors(options),
    power: parts.power ?? createMachinePower(options),
    loadedModels: () => loadedModelsOf(registry),
  });
  const gate = new IdleGate({
    clock,
    log,
    monitor,
    limits: () => toGateLimits(parts.settings().gate, parts.settings().constraints),
    activeRequests: parts.activeRequests,
    heldBack: () => throttle.isHeldBack(clock.monotonicMs()),
  });
  let offline = false;
  monitor.onSample(({ power }) => {
    const isOffline = power.online === false;
    if (isOffline !== offline) registry.setOffline((offline = isOffline));
  });
  monitor.onSleep((event) => {
    if (event === 'suspend') return;
    parts.onResume();
    void registry.refresh();
  });
  return {
    monitor,
    gate,
    throttle,
    handlers: {
      'gate.read': () => attended(monitor, () => gate.state()),
      'gate.pause'({ untilMs }) {
        gate.pause(untilMs);
        return gate.state();
      },
      'gate.resume'() {
        gate.resume();
        return gate.state();
      },
      'resources.read': () => attended(monitor, () => monitor.latest()),
    },
    start: () => monitor.start(),
    stop() {
      gate.stop();
      monitor.stop();
    },
  };
}

/** Who asks wants to see it fresh. */
function attended<Value>(monitor: ResourceMonitor, read: () => Value): Value {
  monitor.attend();
  return read();
}

function loadedModelsOf(registry: Registry) {
  return registry
    .snapshot()
    .endpoints.filter(({ loaded }) => loaded === true)
    .map(({ id, sizeBytes }) => ({ id, memoryBytes: sizeBytes, vramBytes: null }));
}
