/** The calls of one track that are under way: two numbers, kept up by every call. Times are monotonic. */
export class TrackCalls {
  #active = 0;
  #sharedUntilMs = -Infinity;

  get active(): number {
    return this.#active;
  }

  begin(): void {
    this.#active += 1;
  }

  /** True: no other call of the track ran at any time between its beginning and now. */
  end(call: { sentMs: number; nowMs: number }): boolean {
    const ranAlone = this.#active === 1 && this.#sharedUntilMs < call.sentMs;
    if (this.#active > 1) this.#sharedUntilMs = call.nowMs;
    this.#active -= 1;
    return ranAlone;
  }
}
