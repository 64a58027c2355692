/** The calls of one track that are under way: two numbers, kept up by every call. Times are monotonic. */
export class TrackCalls {
  #active = 0;
  /** Calls of background work, which count for nobody but those beside them. */
  #beside = 0;
  #sharedUntilMs = -Infinity;

  get active(): number {
    return this.#active;
  }

  begin(): void {
    this.#active += 1;
  }

  /** True: no other call of the track ran at any time between its beginning and now. */
  end(call: { sentMs: number; nowMs: number }): boolean {
    const ranAlone = this.#active === 1 && this.#beside === 0 && this.#sharedUntilMs < call.sentMs;
    if (this.#active > 1) this.#sharedUntilMs = call.nowMs;
    this.#active -= 1;
    return ranAlone;
  }

  /** Background work begins to ask a model of the track; the returned function ends that. Whoever calls meanwhile does not run alone. */
  beginBeside(): (nowMs: number) => void {
    this.#beside += 1;
    return (nowMs) => {
      this.#beside -= 1;
      this.#sharedUntilMs = nowMs;
    };
  }
}
