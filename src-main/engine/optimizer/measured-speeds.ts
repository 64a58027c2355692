import type { SpeedPrior } from './warm-start.ts';

/** The speed of a local model as it was measured while nothing else was asked of the machine. null: could not be measured. */
export interface MeasuredSpeed {
  endpointId: string;
  /** Unix milliseconds. */
  takenAtMs: number;
  onBattery: boolean;
  /** To the first token of an empty prompt, model loaded. */
  firstTokenMs: number | null;
  msPerPromptToken: number | null;
  tokensPerSecond: number | null;
  /** To bring the model into memory. */
  loadMs: number | null;
}

/** What is believed of a model before its calls are looked at; `battery` null: nothing of its own. */
export interface PowerPriors {
  mains: SpeedPrior;
  battery: SpeedPrior | null;
}

/** The last measurement of each model, on mains and on battery. */
export class MeasuredSpeeds {
  readonly #mains = new Map<string, MeasuredSpeed>();
  readonly #battery = new Map<string, MeasuredSpeed>();

  /** False: a newer one is known already. */
  adopt(measured: MeasuredSpeed): boolean {
    const speeds = measured.onBattery ? this.#battery : this.#mains;
    const known = speeds.get(measured.endpointId);
    if (known !== undefined && known.takenAtMs >= measured.takenAtMs) return false;
    speeds.set(measured.endpointId, measured);
    return true;
  }

  /** The measurement that predictions for this source of power start from; null: they start from a guess. */
  of(endpointId: string, onBattery: boolean | null): MeasuredSpeed | null {
    const mains = this.#mains.get(endpointId) ?? null;
    return onBattery === true ? (this.#battery.get(endpointId) ?? mains) : mains;
  }

  /** The guess with all that was measured in place of it. How long a model loads does not depend on the power. */
  priorsOf(endpointId: string, guess: SpeedPrior): PowerPriors {
    const mains = this.#mains.get(endpointId);
    const battery = this.#battery.get(endpointId);
    const onMains = mains === undefined ? guess : toPrior(mains, guess);
    return { mains: onMains, battery: battery === undefined ? null : toPrior(battery, onMains) };
  }
}

function toPrior(measured: MeasuredSpeed, guess: SpeedPrior): SpeedPrior {
  return {
    firstTokenMs: measured.firstTokenMs ?? guess.firstTokenMs,
    msPerPromptToken: measured.msPerPromptToken ?? guess.msPerPromptToken,
    tokensPerSecond: measured.tokensPerSecond ?? guess.tokensPerSecond,
    loadMs: measured.loadMs ?? guess.loadMs,
    isMeasured: true,
  };
}
