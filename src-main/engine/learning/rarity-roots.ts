const PLACES = 1024;

/**
 * √ln of a ratio, remembered by the ratio: most grams of a prompt have one of a few frequencies, and the logarithm costs ten
 * times what looking it up does.
 */
export class RarityRoots {
  readonly #ratios = new Float64Array(PLACES);
  readonly #roots = new Float64Array(PLACES);

  /** `near`: a number that goes with the ratio, by which its place is found. */
  rarityOf(ratio: number, near: number): number {
    const place = near & (PLACES - 1);
    if (this.#ratios[place] === ratio) return this.#roots[place] ?? 0;
    const root = Math.sqrt(Math.log(ratio));
    this.#ratios[place] = ratio;
    this.#roots[place] = root;
    return root;
  }
}
