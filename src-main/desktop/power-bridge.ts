import { thermalLevel, type PowerReading, type ThermalLevel } from '../../src-shared/machine.ts';
import { UNKNOWN_POWER } from '../engine/resources/power-reading.ts';
import type { Clock, Log } from '../engine/ports.ts';
import type { ShellPowerMonitor } from './electron-api.ts';
import { IdleWatch } from './idle-watch.ts';
import { choosePowerPace, type PowerPace } from './power-pace.ts';

export interface PowerBridgeOptions {
  monitor: ShellPowerMonitor;
  platform: NodeJS.Platform;
  environment: Readonly<Record<string, string | undefined>>;
  clock: Clock;
  log: Log;
  /** What is known now; called at every change and at least every half minute. */
  push: (reading: PowerReading) => void;
  /** The machine is about to sleep, or awake again. */
  tell: (event: 'suspend' | 'resume') => void;
  pace: () => Omit<PowerPace, 'onBattery'>;
}

type Known = Pick<PowerReading, 'source' | 'thermal' | 'speedLimitPercent' | 'screenLocked'>;

/**
 * Hands the system's power events on to the engine. Electron on Linux always says "on mains" and knows no heat, so there
 * both stay unknown here and the engine reads the kernel's files; macOS alone tells heat.
 */
export class PowerBridge {
  readonly #options: PowerBridgeOptions;
  readonly #idle = new IdleWatch();
  #known: Known = unknown();
  #stopTimer: (() => void) | null = null;
  #isStopped = false;

  constructor(options: PowerBridgeOptions) {
    this.#options = options;
  }

  /** Reads once, pushes, and follows from then on. */
  start(): void {
    const { monitor, platform } = this.#options;
    this.#known = this.#readKnown();
    monitor.on('suspend', () => this.#sleep());
    monitor.on('resume', () => this.#wake());
    monitor.on('lock-screen', () => this.#learn({ screenLocked: true }));
    monitor.on('unlock-screen', () => this.#learn({ screenLocked: false }));
    if (platform !== 'linux') {
      monitor.on('on-ac', () => this.#learn({ source: 'ac' }));
      monitor.on('on-battery', () => this.#learn({ source: 'battery' }));
      monitor.on('speed-limit-change', ({ limit }) => this.#learn({ speedLimitPercent: percent(limit) }));
      monitor.on('thermal-state-change', ({ state }) => this.#learn({ thermal: toLevel(state) }));
    }
    this.pushNow();
  }

  /** For an engine that has just started. */
  pushNow(): void {
    if (this.#isStopped) return;
    this.#stopTimer?.();
    this.#options.push({ ...UNKNOWN_POWER, ...this.#known, userIdleMs: this.#readIdle() });
    const paceMs = choosePowerPace({ ...this.#options.pace(), onBattery: this.#known.source === 'battery' });
    this.#stopTimer = this.#options.clock.after(paceMs, () => this.pushNow());
  }

  stop(): void {
    this.#isStopped = true;
    this.#stopTimer?.();
  }

  #learn(part: Partial<Known>): void {
    this.#known = { ...this.#known, ...part };
    this.pushNow();
  }

  #sleep(): void {
    this.#stopTimer?.();
    this.#options.tell('suspend');
  }

  #wake(): void {
    this.#known = this.#readKnown();
    this.#idle.reset();
    this.#options.tell('resume');
    this.pushNow();
  }

  #readKnown(): Known {
    const { monitor, platform } = this.#options;
    const locked = this.#try(() => monitor.getSystemIdleState(1) === 'locked');
    // Linux tells a lock, and calls everything else "active" or "idle" whether it can see a lock or not.
    if (platform === 'linux') return { ...unknown(), screenLocked: locked === true ? true : null };
    const onBattery = this.#try(() => monitor.isOnBatteryPower());
    return {
      source: onBattery === null ? null : onBattery ? 'battery' : 'ac',
      thermal: platform === 'darwin' ? toLevel(this.#try(() => monitor.getCurrentThermalState())) : null,
      speedLimitPercent: null,
      screenLocked: locked,
    };
  }

  /** Under Wayland the idle time is that of old X programs, or 0 for ever: it is not asked for. */
  #readIdle(): number | null {
    const { monitor, platform, environment, clock } = this.#options;
    if (platform === 'linux' && isWayland(environment)) return null;
    return this.#idle.judge(
      this.#try(() => monitor.getSystemIdleTime()),
      clock.monotonicMs(),
    );
  }

  #try<Value>(read: () => Value): Value | null {
    try {
      return read();
    } catch (error) {
      this.#options.log.warn({ error }, 'a power reading failed');
      return null;
    }
  }
}

function unknown(): Known {
  return { source: null, thermal: null, speedLimitPercent: null, screenLocked: null };
}

function isWayland(environment: Readonly<Record<string, string | undefined>>): boolean {
  return environment.XDG_SESSION_TYPE === 'wayland' || (environment.WAYLAND_DISPLAY ?? '') !== '';
}

function toLevel(state: string | null): ThermalLevel | null {
  return thermalLevel.safeParse(state).data ?? null;
}

function percent(limit: number): number | null {
  return limit >= 0 && limit <= 100 ? limit : null;
}
