import type { Readings, ShownAct, ShownRequest, ShownScene, ShowState } from './show-state.ts';

/** Enough for both lanes of a tall terminal. */
const MOST_REQUESTS = 40;

/** What happens in the show is noted here, and frames are drawn from its state. */
export class ShowBoard {
  readonly #now: () => number;
  readonly #onAct: (act: ShownAct) => void;
  readonly #startMs: number;
  #scene: ShownScene | null = null;
  #requests: ShownRequest[] = [];
  #acts: ShownAct[] = [];
  #stayedLocal: Record<string, boolean[]> = {};
  #readings: Readings | null = null;

  /** `now`: monotonic milliseconds. `onAct` is told each act when it is over. */
  constructor(options: { now: () => number; onAct: (act: ShownAct) => void }) {
    this.#now = options.now;
    this.#onAct = options.onAct;
    this.#startMs = options.now();
  }

  get state(): ShowState {
    return {
      scene: this.#scene,
      elapsedMs: this.#now() - this.#startMs,
      requests: this.#requests,
      acts: this.#acts,
      stayedLocal: this.#stayedLocal,
      readings: this.#readings,
    };
  }

  beginScene(scene: ShownScene): void {
    this.#scene = scene;
    this.#acts = [];
    this.#stayedLocal = {};
  }

  /** Requests that end from now on count to this act. */
  beginAct(label: string): void {
    this.#acts = [...this.#acts, emptyAct(label)];
  }

  endAct(): void {
    const act = this.#acts.at(-1);
    if (act !== undefined) this.#onAct(act);
  }

  note(sentence: string): void {
    this.#change((act) => ({ ...act, notes: [...act.notes, sentence] }));
  }

  began(request: ShownRequest): void {
    this.#requests = [...this.#requests.slice(1 - MOST_REQUESTS), request];
  }

  /** The answer begins: now it is known where the request went. */
  answering(request: ShownRequest): void {
    this.#replace(request);
  }

  ended(request: ShownRequest): void {
    this.#replace(request);
    this.#change((act) => withRequest(act, request));
    if (request.state === 'done' && !request.isPrivate) {
      (this.#stayedLocal[request.kind] ??= []).push(request.track === 'local');
    }
  }

  read(readings: Readings): void {
    this.#readings = readings;
  }

  #replace(request: ShownRequest): void {
    this.#requests = this.#requests.map((each) => (each.number === request.number ? request : each));
  }

  #change(change: (act: ShownAct) => ShownAct): void {
    const last = this.#acts.at(-1);
    if (last !== undefined) this.#acts = [...this.#acts.slice(0, -1), change(last)];
  }
}

function emptyAct(label: string): ShownAct {
  const counts = { requests: 0, local: 0, cloud: 0, failed: 0, right: 0, judged: 0, races: 0 };
  return { label, ...counts, models: {}, notes: [], reasons: {} };
}

function withRequest(act: ShownAct, request: ShownRequest): ShownAct {
  const { model, track, right } = request;
  return {
    ...act,
    requests: act.requests + 1,
    local: act.local + Number(track === 'local'),
    cloud: act.cloud + Number(track === 'cloud'),
    failed: act.failed + Number(request.state === 'failed'),
    right: act.right + Number(right === true),
    judged: act.judged + Number(right !== null),
    races: act.races + Number(request.mayRace),
    models: model === null ? act.models : { ...act.models, [model]: (act.models[model] ?? 0) + 1 },
    reasons: track === null || request.isPrivate ? act.reasons : { ...act.reasons, [track]: request.reason },
  };
}
