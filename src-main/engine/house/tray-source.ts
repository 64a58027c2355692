import type { TrayStatus } from '../../../src-shared/house.ts';
import type { GateView } from '../../../src-shared/machine.ts';
import type { Clock } from '../ports.ts';
import type { RequestRecord } from '../store/records.ts';
import { toGateSentence } from './gate-sentence.ts';
import type { TodaysMoney } from './todays-money.ts';
import { toTrayStatus, type TrayParts } from './tray-status.ts';
import { WorkingTracks } from './working-tracks.ts';

export interface TraySourceOptions {
  clock: Clock;
  money: TodaysMoney;
  gate: () => GateView;
  /** Calls under way. */
  underWay: () => Readonly<Record<'local' | 'cloud', number>>;
  /** Everything that is looked up as it is now. */
  rest: () => Omit<TrayParts, 'gate' | 'worked' | 'todayNanoUsd' | 'unknownCosts' | 'savedTodayNanoUsd'>;
}

/** What the tray shows now, and when it may show something else. */
export class TraySource {
  readonly #options: TraySourceOptions;
  readonly #tracks = new WorkingTracks();
  #gateSentence = '';

  constructor(options: TraySourceOptions) {
    this.#options = options;
  }

  /** A request is over: on the way of every one. */
  note(record: RequestRecord, nowMs: number): void {
    this.#tracks.note(record, nowMs);
    this.#options.money.touch(nowMs);
  }

  /** Money was booked that no request of a client's cost. */
  noteSpent(nowMs: number): void {
    this.#options.money.touch(nowMs);
  }

  read(): TrayStatus {
    const { clock, money, gate, underWay, rest } = this.#options;
    const { costNanoUsd, unknownCosts, savedNanoUsd } = money.read();
    return toTrayStatus({
      ...rest(),
      gate: gate(),
      worked: this.#tracks.read(underWay(), clock.monotonicMs()),
      todayNanoUsd: costNanoUsd,
      unknownCosts,
      savedTodayNanoUsd: savedNanoUsd,
    });
  }

  /** Milliseconds until it says something else by itself; null: not by itself. */
  changesInMs(): number | null {
    return this.#tracks.changesInMs(this.#options.clock.monotonicMs());
  }

  /** Are the gate's words other ones than at the last time of asking? */
  gateHasChanged(): boolean {
    const sentence = toGateSentence(this.#options.gate());
    if (sentence === this.#gateSentence) return false;
    this.#gateSentence = sentence;
    return true;
  }
}
