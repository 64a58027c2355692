import type { AdaptationView } from '../../../src-shared/optimizer.ts';
import type { Settings } from '../../../src-shared/settings.ts';
import { preferences as preferencesSchema, type Preferences } from '../../../src-shared/strategy.ts';
import type { Clock, Log } from '../ports.ts';
import { AdaptationFailures } from './adaptation-failures.ts';
import { toAdaptationEvidence, type AdaptationReading } from './adaptation-evidence.ts';
import { NO_MEMORY, planAdaptation, type AdaptationInput, type AdaptationPlan } from './adaptation-plan.ts';
import { BOUNDS, FIELDS, type ActingStrategy, type AdaptedField, type AdaptedValues } from './adaptation-rules.ts';

const HISTORY = 50;
const NOTHING_TO_STOP = () => undefined;
/** What serves while adaptation is off because of its own failures. */
const SAFE_DEFAULTS: Preferences = preferencesSchema.parse({});

const FIELD_NAMES: Readonly<Record<AdaptedField, string>> = {
  localBias: 'local bias',
  parallelThreshold: 'parallel threshold',
  timeoutMultiplier: 'timeouts',
  qualityThreshold: 'quality threshold',
  pressureFactor: 'weight of the load on the machine',
};

export interface AdaptiveOptimizerOptions {
  clock: Clock;
  log: Log;
  settings: () => Settings;
  evidence: () => AdaptationReading;
  /** What a step does; another one only to see what happens when it fails. */
  plan?: typeof planAdaptation;
}

/**
 * Every `adaptationIntervalSeconds` reads how things go and moves the preferences a little. It keeps the preferences when
 * a reading fails; after three failures in a row, or at once when the plan itself is broken, safe defaults serve for five
 * minutes, and then it starts anew from the person's own preferences. It never throws.
 */
export class AdaptiveOptimizer {
  readonly #options: AdaptiveOptimizerOptions;
  readonly #failures: AdaptationFailures;
  readonly #listeners = new Set<(adaptation: AdaptationView) => void>();
  #home: Preferences;
  #values: AdaptedValues;
  #preferences: Preferences;
  #memory = NO_MEMORY;
  #history: readonly AdaptationView[] = [];
  #intervalMs: number;
  #stopTimer: (() => void) | null = null;

  constructor(options: AdaptiveOptimizerOptions) {
    this.#options = options;
    this.#failures = new AdaptationFailures(options);
    const { preferences, adaptationIntervalSeconds } = options.settings().optimizer;
    this.#intervalMs = adaptationIntervalSeconds * 1_000;
    this.#home = preferences;
    this.#values = startFrom(this.#home);
    this.#preferences = this.#home;
  }

  start(): void {
    if (this.#stopTimer === null) this.#schedule();
  }

  /** Another interval counts from now on, not only when the old one is over. */
  followSettings(): void {
    const intervalMs = this.#options.settings().optimizer.adaptationIntervalSeconds * 1_000;
    if (intervalMs === this.#intervalMs) return;
    this.#intervalMs = intervalMs;
    if (this.#stopTimer === null) return;
    this.#stopTimer();
    this.#schedule();
  }

  stop(): void {
    this.#stopTimer?.();
    this.#stopTimer = null;
  }

  /** The same object until something moves. */
  get preferences(): Preferences {
    this.#noticeNewHome();
    return this.#preferences;
  }

  /** How much the load on the machine weighs, 1 to 4; 1: as the strategy has it. */
  get pressureFactor(): number {
    this.#noticeNewHome();
    return this.#values.pressureFactor;
  }

  /** The strategy in force; of `adaptive` the one that it has chosen. */
  get actsAs(): ActingStrategy {
    const { strategy } = this.#options.settings().optimizer;
    return strategy === 'adaptive' ? this.#memory.actsAs : strategy;
  }

  /** Milliseconds for which safe defaults serve; null: it works. */
  get suspendedForMs(): number | null {
    return this.#failures.suspendedForMs;
  }

  /** Steps that failed since the start. */
  get failures(): number {
    return this.#failures.total;
  }

  /** Called with each adaptation. Returns the way to end that. */
  onAdapted(listener: (adaptation: AdaptationView) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The last fifty adaptations, latest first. */
  history(): AdaptationView[] {
    return [...this.#history];
  }

  /** What does not work as it should, in sentences; empty when all is well. */
  problems(): string[] {
    return this.#failures.describe();
  }

  /** Back to the person's own preferences, with no past. */
  forget(): void {
    this.#memory = NO_MEMORY;
    this.#values = startFrom(this.#home);
    this.#preferences = this.#home;
    this.#history = [];
  }

  /** One step, now. */
  adapt(): void {
    if (this.suspendedForMs !== null) return;
    let input: AdaptationInput | null;
    try {
      input = this.#read();
    } catch (error) {
      // What is read belongs to others, and may be back at the next step.
      if (this.#failures.note(error, { expected: true })) this.#serveSafely();
      return;
    }
    if (input === null) return;
    try {
      this.#follow((this.#options.plan ?? planAdaptation)(input));
      this.#failures.succeeded();
    } catch (error) {
      this.#failures.note(error, { expected: false });
      this.#serveSafely();
    }
  }

  /** null: optimizing is switched off. */
  #read(): AdaptationInput | null {
    const settings = this.#options.settings();
    const { enabled, adaptation, strategy, adaptationIntervalSeconds } = settings.optimizer;
    this.#intervalMs = adaptationIntervalSeconds * 1_000;
    if (!enabled) return null;
    const evidence = toAdaptationEvidence(this.#options.evidence(), settings);
    this.#endSuspension();
    this.#noticeNewHome();
    if (!adaptation) this.#become(startFrom(this.#home), 'adaptation was switched off');
    return {
      values: this.#values,
      start: this.#home,
      evidence,
      strategy,
      memory: this.#memory,
      mayMove: adaptation,
    };
  }

  #schedule(): void {
    this.#stopTimer = this.#options.clock.after(this.#intervalMs, () => {
      this.#stopTimer = NOTHING_TO_STOP;
      this.adapt();
      // Who listens may have stopped it.
      if (this.#stopTimer === NOTHING_TO_STOP) this.#schedule();
    });
  }

  #follow({ next, changes, actsAs, actsBecause, memory }: AdaptationPlan): void {
    if (FIELDS.some((field) => !isWithin(next[field], BOUNDS[field]))) throw new RangeError('a step left its bounds');
    this.#memory = memory;
    const reasons = changes.map(
      ({ field, before, after, reason }) => `${FIELD_NAMES[field]} ${print(before)} → ${print(after)}: ${reason}`,
    );
    if (actsBecause !== null) reasons.unshift(`acts as ${actsAs}: ${actsBecause}`);
    this.#become(next, reasons.join('; '), actsBecause !== null);
  }

  /** Takes over values, and tells everybody if they are other ones. */
  #become(values: AdaptedValues, reason: string, actsOtherwise = false): void {
    if (!actsOtherwise && FIELDS.every((field) => values[field] === this.#values[field])) return;
    const before = this.#preferences;
    this.#values = values;
    this.#preferences = withoutFactor(values);
    const { strategy } = this.#options.settings().optimizer;
    const atMs = Math.round(this.#options.clock.nowMs());
    const adaptation = { atMs, strategy, actsAs: this.actsAs, reason, before, after: this.#preferences };
    this.#history = [adaptation, ...this.#history.slice(0, HISTORY - 1)];
    this.#options.log.info(adaptation, 'preferences adapted');
    for (const listener of this.#listeners) this.#tell(listener, adaptation);
  }

  #tell(listener: (adaptation: AdaptationView) => void, adaptation: AdaptationView): void {
    try {
      listener(adaptation);
    } catch (error) {
      this.#options.log.error({ error }, 'a listener to adaptations failed');
    }
  }

  /** The person has changed the preferences: they hold at once, and adaptation goes on from there. */
  #noticeNewHome(): void {
    const home = this.#options.settings().optimizer.preferences;
    const old = this.#home;
    if (home === old) return;
    this.#home = home;
    if (this.#failures.isSuspended || isSame(home, old)) return;
    this.#memory = { ...this.#memory, moved: {} };
    this.#become(startFrom(home), 'the preferences were set anew');
  }

  #serveSafely(): void {
    this.#memory = NO_MEMORY;
    this.#become(
      startFrom(SAFE_DEFAULTS),
      `adaptation failed (${this.#failures.last}): safe defaults for five minutes`,
    );
  }

  #endSuspension(): void {
    if (!this.#failures.isSuspended) return;
    this.#failures.endSuspension();
    this.#become(startFrom(this.#home), 'adaptation is tried again');
  }
}

function startFrom(home: Preferences): AdaptedValues {
  return { ...home, pressureFactor: BOUNDS.pressureFactor.min };
}

function withoutFactor({
  localBias,
  parallelThreshold,
  timeoutMultiplier,
  qualityThreshold,
}: AdaptedValues): Preferences {
  return { localBias, parallelThreshold, timeoutMultiplier, qualityThreshold };
}

function isSame(one: Preferences, other: Preferences): boolean {
  const [left, right] = [startFrom(one), startFrom(other)];
  return FIELDS.every((field) => left[field] === right[field]);
}

function isWithin(value: number, { min, max }: { min: number; max: number }): boolean {
  return value >= min && value <= max;
}

function print(value: number): string {
  return String(Math.round(value * 1_000) / 1_000);
}
