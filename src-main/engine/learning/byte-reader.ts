import { addUnit, EMPTY_HASH } from './hash-text.ts';

const CHECKSUM_SIZE = 4;

/** Reads what a `ByteWriter` wrote. Throws a RangeError when the bytes end too early. */
export class ByteReader {
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  byte(): number {
    this.#at += 1;
    return this.#view.getUint8(this.#at - 1);
  }

  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    throw new RangeError('a number of more than five bytes');
  }

  int16(): number {
    this.#at += 2;
    return this.#view.getInt16(this.#at - 2, true);
  }

  float64(): number {
    this.#at += 8;
    return this.#view.getFloat64(this.#at - 8, true);
  }

  text(): string {
    const bytes = Uint8Array.from({ length: this.varint() }, () => this.byte());
    return new TextDecoder().decode(bytes);
  }

  /** Whether everything but the checksum was read. */
  get atEnd(): boolean {
    return this.#at === this.#view.byteLength - CHECKSUM_SIZE;
  }
}

/** Whether the last four bytes are the checksum of those before them. */
export function hasGoodChecksum(bytes: Uint8Array): boolean {
  if (bytes.length < CHECKSUM_SIZE) return false;
  const end = bytes.length - CHECKSUM_SIZE;
  let checksum = EMPTY_HASH;
  for (let at = 0; at < end; at += 1) checksum = addUnit(checksum, bytes[at] ?? 0);
  return new DataView(bytes.buffer, bytes.byteOffset + end, CHECKSUM_SIZE).getUint32(0, true) === checksum >>> 0;
}
