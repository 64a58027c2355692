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

/** What a person who asks for work now may set aside: that somebody sits here, and that other programs work. */
export type GateOverride = Extract<GateConditionName, 'cpu' | 'user_away'>;

/** The right to work in the background until the gate closes, or a condition fails that was not set aside. */
export interface GateLease {
  /** Aborts in the very step that ends the lease; the reason is a GateClosed. Work must end within a second. */
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
  /** With the conditions that each does without. */
  readonly #leases = new Map<AbortController, readonly GateOverride[]>();
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

  /**
   * null: the gate is closed by a condition that is not among `overrides`. The lease then lasts as long as every other
   * condition is known to hold.
   */
  lease({ overrides = [] }: { overrides?: readonly GateOverride[] } = {}): GateLease | null {
    if (this.closedBy(overrides).length > 0) return null;
    const controller = new AbortController();
    this.#leases.set(controller, overrides);
    return { signal: controller.signal, release: () => void this.#leases.delete(controller) };
  }

  /** The conditions that hold it closed for a lease that sets these aside. */
  closedBy(overrides: readonly GateOverride[]): GateConditionName[] {
    return this.#state.closedBy.filter((name) => !overrides.some((each) => each === name));
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

  /**
   * A client asks something (monotonic time): one write and a look at a number, for it is on the way of every request.
   * Work that is under way stops now, so that the request finds the models free; otherwise the next look sees it.
   */
  noteGatewayRequest(monotonicMs: number): void {
    this.#lastRequestAtMs = monotonicMs;
    if (this.#leases.size > 0) this.#step(this.#options.monitor.latest());
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
    if (this.#state.open || this.#leases.size > 0) this.#options.monitor.attend();
    this.#endLeases();
    if (wasOpen && !this.#state.open) this.#close();
    if (!wasOpen && this.#state.open) this.#opened.tell(this.state());
    this.#looked.tell({ changed: !isSameState(before, this.#state) });
  }

  #close(): void {
    const { closedBy } = this.#state;
    this.#options.log.debug({ closedBy }, 'the idle gate closed');
    this.#closed.tell(this.state());
  }

  #endLeases(): void {
    for (const [lease, overrides] of [...this.#leases]) {
      const closedBy = this.closedBy(overrides);
      if (closedBy.length === 0) continue;
      this.#leases.delete(lease);
      lease.abort(new GateClosed(closedBy));
    }
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
