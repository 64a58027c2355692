import type { Clock, Log } from '../../ports.ts';
import type { IdleGate } from '../../resources/idle-gate.ts';
import type { JobReader } from '../../store/job-reader.ts';
import type { JobSaver } from '../../store/job-saver.ts';
import type { Absence } from '../../store/job-write.ts';

export interface AbsenceParts {
  clock: Clock;
  log: Log;
  gate: Pick<IdleGate, 'state' | 'onOpen' | 'onClose' | 'onLook'>;
  reader: Pick<JobReader, 'lastAbsence'>;
  saver: Pick<JobSaver, 'save'>;
  /** The person touches the machine again. */
  onBack: (absence: Absence) => void;
}

/**
 * Knows when somebody was away: from the gate's first opening after they left until the keyboard or pointer is touched
 * again. Not knowing whether somebody is there is not knowing: then nothing begins and nothing ends. Also keeps when the
 * gate was open.
 */
export class AbsenceWatch {
  readonly #parts: AbsenceParts;
  readonly #endings: (() => void)[];
  #absence: Absence | null;
  #openedAtMs: number | null = null;

  constructor(parts: AbsenceParts) {
    const { gate, reader } = parts;
    this.#parts = parts;
    this.#absence = reader.lastAbsence();
    this.#endings = [
      gate.onOpen(() => this.#opened()),
      gate.onClose(() => this.#closed()),
      gate.onLook(() => this.#looked()),
    ];
  }

  /** The last one, which may still go on; null: none is known of. */
  get last(): Absence | null {
    return this.#absence;
  }

  /** Since when the gate is open (Unix milliseconds); null: it is closed. */
  get openedAtMs(): number | null {
    return this.#openedAtMs;
  }

  /** A notice has told what was done. */
  told(): void {
    if (this.#absence !== null) this.#keep({ ...this.#absence, toldAtMs: this.#nowMs() });
  }

  /** The records were erased: what was before now is not known any more. */
  forget(): void {
    this.#absence = null;
    if (this.#openedAtMs === null) return;
    this.#openedAtMs = null;
    this.#opened();
  }

  stop(): void {
    for (const end of this.#endings) end();
    this.#closed();
  }

  #opened(): void {
    this.#openedAtMs = this.#nowMs();
    this.#parts.saver.save({ kind: 'opening', openedAtMs: this.#openedAtMs, endedAtMs: null });
    if (this.#absence === null || this.#absence.endedAtMs !== null) {
      this.#keep({ beganAtMs: this.#openedAtMs, endedAtMs: null, toldAtMs: null });
    }
  }

  #closed(): void {
    if (this.#openedAtMs === null) return;
    this.#parts.saver.save({ kind: 'opening', openedAtMs: this.#openedAtMs, endedAtMs: this.#nowMs() });
    this.#openedAtMs = null;
  }

  #looked(): void {
    const absence = this.#absence;
    if (absence?.endedAtMs !== null) return;
    const isBack = this.#parts.gate.state().conditions.some(({ name, met }) => name === 'user_away' && met === false);
    if (!isBack) return;
    const ended = { ...absence, endedAtMs: this.#nowMs() };
    this.#keep(ended);
    this.#parts.log.debug({ fromMs: ended.beganAtMs }, 'somebody is back');
    this.#parts.onBack(ended);
  }

  #keep(absence: Absence): void {
    this.#absence = absence;
    this.#parts.saver.save({ kind: 'absence', absence });
  }

  #nowMs(): number {
    return Math.round(this.#parts.clock.nowMs());
  }
}
