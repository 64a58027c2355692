/** Prompts that make up what is usual. */
const WINDOW = 200;

/** Running mean of logits: of all at first, then mostly of the last 200. */
export class UsualLogit {
  mean = 0;
  count = 0;

  add(logit: number): void {
    this.count += 1;
    this.mean += (logit - this.mean) / Math.min(this.count, WINDOW);
  }
}
