/** Of each text. */
const CHARACTERS_READ = 2_000;
const FIRST = 0x239b961b;
const SECOND = 0xab0e9789;
const THIRD = 0x38b34ae5;

/**
 * Hash of the beginnings of some texts, 64 bits: MurmurHash3_x86_128 by Appleby (public domain) with two lanes of 32 bits
 * instead of four. A lane takes two code units at a time, and the lanes work side by side: so it is quick.
 */
export class KeyHash {
  #one = 0;
  #other = 0;

  /** What is left of a text goes with its length: "ab" and "c" are not "a" and "bc". */
  add(text: string): void {
    const length = Math.min(text.length, CHARACTERS_READ);
    const rest = length & 3;
    const whole = length - rest;
    let one = this.#one;
    let other = this.#other;
    for (let at = 0; at < whole; at += 4) {
      one = stepOne(one, other, text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16));
      other = stepOther(other, one, text.charCodeAt(at + 2) | (text.charCodeAt(at + 3) << 16));
    }
    const first = rest > 0 ? text.charCodeAt(whole) : 0;
    const second = rest > 1 ? text.charCodeAt(whole + 1) : 0;
    const third = rest > 2 ? text.charCodeAt(whole + 2) : 0;
    this.#one = stepOne(one, other, first | (second << 16));
    this.#other = stepOther(other, this.#one, third | (length << 16));
  }

  /** Sixteen hexadecimal digits. */
  toString(): string {
    const one = finish((this.#one + this.#other) | 0);
    const other = finish((this.#other + one) | 0);
    return hexadecimal((one + other) | 0, other);
  }
}

function stepOne(lane: number, other: number, pair: number): number {
  const mixed = lane ^ Math.imul(rotate(Math.imul(pair, FIRST), 15), SECOND);
  return (Math.imul((rotate(mixed, 19) + other) | 0, 5) + 0x561ccd1b) | 0;
}

function stepOther(lane: number, one: number, pair: number): number {
  const mixed = lane ^ Math.imul(rotate(Math.imul(pair, SECOND), 16), THIRD);
  return (Math.imul((rotate(mixed, 17) + one) | 0, 5) + 0x0bcaa747) | 0;
}

function rotate(bits: number, places: number): number {
  return (bits << places) | (bits >>> (32 - places));
}

/** Brings every bit to bear on every other. */
function finish(lane: number): number {
  let bits = Math.imul(lane ^ (lane >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

const DIGITS = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));

/** `toString(16)` takes ten times as long. */
function hexadecimal(high: number, low: number): string {
  // prettier-ignore
  return String.fromCharCode(
    digit(high, 28), digit(high, 24), digit(high, 20), digit(high, 16), digit(high, 12), digit(high, 8), digit(high, 4), digit(high, 0),
    digit(low, 28), digit(low, 24), digit(low, 20), digit(low, 16), digit(low, 12), digit(low, 8), digit(low, 4), digit(low, 0),
  );
}

function digit(bits: number, from: number): number {
  return DIGITS[(bits >>> from) & 15] ?? 0;
}
