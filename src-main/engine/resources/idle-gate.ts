import type { GateConditionName, GateView, ResourceSnapshot } from '../../../src-shared/machine.ts';
import type { Clock, Log } from '../ports.ts';
import type { GateInput } from './gate-conditions.ts';
import type { GateLimits } from './gate-limits.ts';
import { Listeners } from './listeners.ts';
import type { ResourceMonitor } from './resource-monitor.ts';
import { newGateState, stepGate, type GateState } from './step-gate.ts';

export interface IdleGateOptions {
  clock: Clock;
  log: Log;
  monitor: Pick<ResourceMonitor, 'latest' | 'onSample' | 'onSleep' | 'attend'>;
  limits: () => GateLimits;
  /** Requests of clients under way; background work's own calls do not count. */
  activeRequests: () => number;
  /** See ThrottleWatch; null: nothing shows it. */
  heldBack: () => boolean | null;
}

/** The right to work in the background until the gate closes. */
export interface GateLease {
  /** Aborts in the very step that closes the gate; the reason is a GateClosed. Work must end within a second. */
  readonly signal: AbortSignal;
  /** The work is done: the signal will not fire any more. */
  release(): void;
}

/** `changed`: something that `state` tells differs from the look before, if only a measured value. */
export interface GateLook {
  changed: boolean;
}

/** Why background work was stopped. */
export class GateClosed extends Error {
  override readonly name = 'GateClosed';
  readonly closedBy: readonly GateConditionName[];

  constructor(closedBy: readonly GateConditionName[]) {
    super(`the idle gate closed: ${closedBy.join(', ')}`);
    this.closedBy = closedBy;
  }
}

/**
 * Says whether background work may run now, and stops it when it may not. Looks with every sample of the monitor, and at
 * once when the machine goes to sleep or the person pauses.
 */
export class IdleGate {
  readonly #options: IdleGateOptions;
  readonly #opened: Listeners<GateView>;
  readonly #closed: Listeners<GateView>;
  readonly #looked: Listeners<GateLook>;
  readonly #leases = new Set<AbortController>();
  readonly #endings: (() => void)[];
  #state: GateState;
  #lastRequestAtMs: number;
  #asleep = false;
  #resumedAtMs: number | null = null;
  #paused: { untilMs: number | null } | null = null;

  constructor(options: IdleGateOptions) {
    const { clock, log, monitor } = options;
    this.#options = options;
    this.#opened = new Listeners(log);
    this.#closed = new Listeners(log);
    this.#looked = new Listeners(log);
    this.#state = newGateState(clock.nowMs());
    this.#lastRequestAtMs = clock.monotonicMs();
    this.#endings = [
      monitor.onSample((snapshot) => this.#step(snapshot)),
      monitor.onSleep((event) => this.#onSleep(event)),
    ];
    this.#step(monitor.latest());
  }

  /** Closes the gate for good. */
  stop(): void {
    for (const end of this.#endings) end();
    this.#asleep = true;
    this.#step(this.#options.monitor.latest());
  }

  get isOpen(): boolean {
    return this.#state.open;
  }

  state(): GateView {
    const { open, sinceMs, conditions, closedBy } = this.#state;
    return {
      open,
      sinceMs,
      conditions: [...conditions],
      closedBy: [...closedBy],
      paused: this.#paused !== null,
      pausedUntilMs: this.#paused?.untilMs ?? null,
    };
  }

  /** null: the gate is closed. */
  lease(): GateLease | null {
    if (!this.#state.open) return null;
    const controller = new AbortController();
    this.#leases.add(controller);
    return { signal: controller.signal, release: () => void this.#leases.delete(controller) };
  }

  onOpen(listener: (view: GateView) => void): () => void {
    return this.#opened.add(listener);
  }

  /** Told after the leases' signals have fired. */
  onClose(listener: (view: GateView) => void): () => void {
    return this.#closed.add(listener);
  }

  /** Told of every look at the conditions, after `onOpen` and `onClose`. */
  onLook(listener: (look: GateLook) => void): () => void {
    return this.#looked.add(listener);
  }

  /** Until a Unix time in milliseconds, or until `resume` (null). Closes at once. */
  pause(untilMs: number | null): void {
    this.#paused = { untilMs };
    this.#step(this.#options.monitor.latest());
  }

  resume(): void {
    this.#paused = null;
    this.#step(this.#options.monitor.latest());
  }

  /** A client asks something (monotonic time): one write, for it is on the way of every request. The next look sees it. */
  noteGatewayRequest(monotonicMs: number): void {
    this.#lastRequestAtMs = monotonicMs;
  }

  #onSleep(event: 'suspend' | 'resume'): void {
    this.#asleep = event === 'suspend';
    if (event === 'resume') this.#resumedAtMs = this.#options.clock.monotonicMs();
    this.#step(this.#options.monitor.latest());
  }

  #step(snapshot: ResourceSnapshot): void {
    const input = this.#gather(snapshot);
    const before = this.#state;
    const wasOpen = before.open;
    this.#state = stepGate(this.#state, input, this.#options.limits());
    // While work may run the machine is watched closely.
    if (this.#state.open) this.#options.monitor.attend();
    if (wasOpen && !this.#state.open) this.#close();
    if (!wasOpen && this.#state.open) this.#opened.tell(this.state());
    this.#looked.tell({ changed: !isSameState(before, this.#state) });
  }

  #close(): void {
    const { closedBy } = this.#state;
    this.#options.log.debug({ closedBy }, 'the idle gate closed');
    const leases = [...this.#leases];
    this.#leases.clear();
    for (const lease of leases) lease.abort(new GateClosed(closedBy));
    this.#closed.tell(this.state());
  }

  #gather(snapshot: ResourceSnapshot): GateInput {
    const { clock, activeRequests, heldBack } = this.#options;
    const nowMs = clock.nowMs();
    const untilMs = this.#paused?.untilMs ?? null;
    if (untilMs !== null && nowMs >= untilMs) this.#paused = null;
    const { source, batteryPercent, hasBattery, thermal, speedLimitPercent, userIdleMs } = snapshot.power;
    return {
      ...{ source, batteryPercent, hasBattery, thermal, speedLimitPercent, userIdleMs },
      nowMs,
      monotonicMs: clock.monotonicMs(),
      othersCpuPercent: snapshot.cpu.othersPercent,
      heldBack: heldBack(),
      headless: snapshot.headless,
      lastRequestAtMs: this.#lastRequestAtMs,
      activeRequests: activeRequests(),
      asleep: this.#asleep,
      resumedAtMs: this.#resumedAtMs,
      paused: this.#paused,
    };
  }
}

function isSameState(before: GateState, after: GateState): boolean {
  if (before.open !== after.open || before.conditions.length !== after.conditions.length) return false;
  return after.conditions.every(({ sentence }, place) => sentence === before.conditions[place]?.sentence);
}
