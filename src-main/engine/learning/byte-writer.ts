import { addUnit, EMPTY_HASH } from './hash-text.ts';

const FIRST_ROOM = 4096;

/** Bytes one after the other, little-endian; handed out in pieces, with a running checksum (FNV-1a) over all of them. */
export class ByteWriter {
  #bytes = new Uint8Array(FIRST_ROOM);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;
  #checksum = EMPTY_HASH;

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  /** Seven bits a byte, the lowest first. For whole numbers from 0 to 2^31 − 1. */
  varint(value: number): void {
    let left = value;
    for (; left > 127; left >>>= 7) this.byte((left & 127) | 128);
    this.byte(left);
  }

  int16(value: number): void {
    this.#reserve(2);
    this.#view.setInt16(this.#length, value, true);
    this.#length += 2;
  }

  float64(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  text(value: string): void {
    const bytes = new TextEncoder().encode(value);
    this.varint(bytes.length);
    for (const byte of bytes) this.byte(byte);
  }

  /** What was written since the last piece. */
  takePiece(): Uint8Array {
    const piece = this.#bytes.slice(0, this.#length);
    for (const byte of piece) this.#checksum = addUnit(this.#checksum, byte);
    this.#length = 0;
    return piece;
  }

  /** The last piece: what is left, and the checksum of all before it. */
  takeLast(): Uint8Array {
    const rest = this.takePiece();
    const last = new Uint8Array(rest.length + 4);
    last.set(rest);
    new DataView(last.buffer).setUint32(rest.length, this.#checksum >>> 0, true);
    return last;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = new Uint8Array(this.#bytes.length * 2);
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
