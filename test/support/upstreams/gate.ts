/** A point where a scripted answer waits until the test lets it go on: order without sleeping. */
export class Gate {
  readonly #opened = Promise.withResolvers<undefined>();
  readonly #reached = Promise.withResolvers<undefined>();

  /** Settles when everything before the gate has been written. */
  get reached(): Promise<void> {
    return this.#reached.promise;
  }

  open(): void {
    this.#opened.resolve(undefined);
  }

  /** For the one who plays the script: says that the gate was reached and waits for it to open. */
  pass(): Promise<void> {
    this.#reached.resolve(undefined);
    return this.#opened.promise;
  }
}
