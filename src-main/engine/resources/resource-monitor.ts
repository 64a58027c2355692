import type { LoadedModel, ResourceSnapshot } from '../../../src-shared/machine.ts';
import type { Clock, Log, PowerEvent, PowerSource } from '../ports.ts';
import type { MachineState } from '../routing/machine-state.ts';
import { Listeners } from './listeners.ts';
import { SensorBoard, type MachineSensors } from './sensor-board.ts';
import { ATTENDED_MS, chooseInterval } from './sample-interval.ts';
import { sleptBetween, type Moment } from './suspend-watch.ts';
import { toMachineState } from './to-machine-state.ts';

export interface ResourceMonitorOptions {
  clock: Clock;
  log: Log;
  sensors: MachineSensors;
  /** Best first: of each value the first known one counts. The monitor stops them. */
  power: readonly PowerSource[];
  /** null: Ollama has not been asked yet, or is away. */
  loadedModels: () => readonly LoadedModel[] | null;
}

/** One look counts as attention for this long. */
const ATTENTION_MS = 15_000;
/** A sleep that was announced and did not come within this time was called off. */
const SLEEP_COMES_MS = 60_000;

/**
 * Samples the machine: each second while somebody attends, less often otherwise. All intervals are measured on the
 * monotonic clock, so that setting the wall clock neither stalls nor hurries it.
 */
export class ResourceMonitor {
  readonly #options: ResourceMonitorOptions;
  readonly #board: SensorBoard;
  readonly #samples: Listeners<ResourceSnapshot>;
  readonly #sleep: Listeners<'suspend' | 'resume'>;
  #endings: (() => void)[] | null = null;
  #latest: ResourceSnapshot;
  #machine: MachineState;
  #attendedUntilMs = -Infinity;
  #timer: { dueMs: number; cancel: () => void } | null = null;
  #last: Moment;
  #suspendedAtMs: number | null = null;
  /** A sample that was overtaken by a sleep or by the end is not published. */
  #era = 0;
  #sampling: Promise<void> | null = null;
  #again = false;

  constructor(options: ResourceMonitorOptions) {
    this.#options = options;
    this.#board = new SensorBoard(options);
    this.#samples = new Listeners(options.log);
    this.#sleep = new Listeners(options.log);
    this.#last = this.#moment();
    this.#latest = { ...this.#board.snapshot(), intervalMs: ATTENDED_MS };
    this.#machine = toMachineState(this.#latest);
  }

  /** Takes the first sample at once. */
  start(): void {
    if (this.#endings !== null) return;
    this.#endings = this.#options.power.map((source) => source.subscribe((event) => this.#hear(event)));
    this.#last = this.#moment();
    void this.sampleNow();
  }

  /** Leaves no timer and no subscription; the sources are stopped with it. */
  stop(): void {
    if (this.#endings === null) return;
    for (const end of this.#endings) end();
    this.#endings = null;
    this.#era++;
    this.#cancelTimer();
    this.#board.stop();
    for (const source of this.#options.power) source.stop?.();
  }

  /** The last sample; the same object until the next one. */
  latest(): ResourceSnapshot {
    return this.#latest;
  }

  /** The last sample as decisions want it; the same object until the next one. */
  machine(): MachineState {
    return this.#machine;
  }

  /** What should work and does not, in sentences for the person. */
  health(): string[] {
    return this.#latest.sensors
      .filter(({ state }) => state === 'failed')
      .map(
        ({ name, problem }) => `The sensor "${name}" fails: ${problem ?? 'no reason known'}. Its values are unknown.`,
      );
  }

  onSample(listener: (snapshot: ResourceSnapshot) => void): () => void {
    return this.#samples.add(listener);
  }

  /** Told by a source, or seen by the clocks. At `resume` everything measured before is unknown. */
  onSleep(listener: (event: 'suspend' | 'resume') => void): () => void {
    return this.#sleep.add(listener);
  }

  /** Somebody looks, a request came, work runs: sampling is brisk for the next 15 s. Cheap enough for every request. */
  attend(): void {
    const nowMs = this.#options.clock.monotonicMs();
    this.#attendedUntilMs = nowMs + ATTENTION_MS;
    if (this.#timer === null || this.#timer.dueMs <= nowMs + ATTENDED_MS) return;
    const wantedMs = this.#last.monotonicMs + this.#interval(this.#latest);
    if (wantedMs < this.#timer.dueMs) this.#schedule(wantedMs);
  }

  /** Resolves when a sample begun after this call is published. */
  async sampleNow(): Promise<void> {
    if (this.#endings === null) return;
    if (this.#sampling !== null) {
      this.#again = true;
      await this.#sampling;
      return;
    }
    this.#sampling = this.#sampleUntilCalm();
    await this.#sampling;
  }

  async #sampleUntilCalm(): Promise<void> {
    do await this.#sample();
    while (this.#isWantedAgain());
    this.#sampling = null;
    if (this.#isStarted()) this.#schedule(this.#last.monotonicMs + this.#interval(this.#latest));
  }

  async #sample(): Promise<void> {
    this.#again = false;
    this.#cancelTimer();
    this.#last = this.#moment();
    const era = this.#era;
    if (this.#suspendedAtMs !== null && this.#last.monotonicMs - this.#suspendedAtMs > SLEEP_COMES_MS) this.#wake();
    await this.#board.refresh();
    if (era !== this.#era) return;
    this.#adopt();
    this.#samples.tell(this.#latest);
  }

  #adopt(): void {
    const sample = this.#board.snapshot();
    this.#latest = { ...sample, intervalMs: this.#interval(sample) };
    this.#machine = toMachineState(this.#latest);
  }

  #hear(event: PowerEvent): void {
    if (event === 'suspend') {
      this.#suspendedAtMs = this.#options.clock.monotonicMs();
      this.#sleep.tell('suspend');
      return;
    }
    if (event === 'resume') this.#wake();
    void this.sampleNow();
  }

  /** What was measured before the sleep is worthless: Ollama may have lost its card, the charger may be gone. */
  #wake(): void {
    this.#suspendedAtMs = null;
    this.#last = this.#moment();
    this.#board.reset();
    this.#adopt();
    this.#sleep.tell('resume');
    this.#samples.tell(this.#latest);
  }

  #onTimer(): void {
    const expectedMs = (this.#timer?.dueMs ?? this.#last.monotonicMs) - this.#last.monotonicMs;
    this.#timer = null;
    if (sleptBetween(this.#last, this.#moment(), expectedMs)) this.#wake();
    void this.sampleNow();
  }

  #interval({ power, cpu }: Pick<ResourceSnapshot, 'power' | 'cpu'>): number {
    return chooseInterval({
      attended: this.#options.clock.monotonicMs() < this.#attendedUntilMs,
      onBattery: power.source === 'battery',
      cpuPercent: cpu.machinePercent,
    });
  }

  #schedule(dueMs: number): void {
    this.#cancelTimer();
    const { clock } = this.#options;
    this.#timer = { dueMs, cancel: clock.after(Math.max(0, dueMs - clock.monotonicMs()), () => this.#onTimer()) };
  }

  #cancelTimer(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #isWantedAgain(): boolean {
    return this.#again && this.#isStarted();
  }

  #isStarted(): boolean {
    return this.#endings !== null;
  }

  #moment(): Moment {
    const { clock } = this.#options;
    return { nowMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
  }
}
