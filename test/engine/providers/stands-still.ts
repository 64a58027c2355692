/** Settles when a number did not change over many turns of the event loop. */
export async function standsStill(read: () => number): Promise<void> {
  for (let same = 0, before = read(); same < 300;) {
    await turns(1);
    const now = read();
    same = now === before ? same + 1 : 0;
    before = now;
  }
}

/** Lets the event loop go round. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
