/**
 * MT19937 (Matsumoto & Nishimura 1998) as a source of numbers in [0, 1) with 53 random bits: the same stream as numpy's
 * `RandomState(seed).random_sample()`, so that simulations here can be repeated elsewhere.
 */
export function seededRandom(seed: number): () => number {
  const state = new Uint32Array(624);
  state[0] = seed;
  for (let index = 1; index < 624; index += 1) {
    const before = state[index - 1] ?? 0;
    state[index] = Math.imul(1_812_433_253, before ^ (before >>> 30)) + index;
  }
  let next = 624;
  const nextInt = () => {
    if (next === 624) {
      twist(state);
      next = 0;
    }
    let word = state[next++] ?? 0;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  };
  return () => ((nextInt() >>> 5) * 2 ** 26 + (nextInt() >>> 6)) / 2 ** 53;
}

function twist(state: Uint32Array): void {
  for (let index = 0; index < 624; index += 1) {
    const mixed = ((state[index] ?? 0) & 0x80000000) | ((state[(index + 1) % 624] ?? 0) & 0x7fffffff);
    state[index] = (state[(index + 397) % 624] ?? 0) ^ (mixed >>> 1) ^ ((mixed & 1) === 0 ? 0 : 0x9908b0df);
  }
}

/** One draw from the standard normal distribution (Box & Muller). */
export function drawNormal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
