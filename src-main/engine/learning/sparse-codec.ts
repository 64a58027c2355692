import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';

/**
 * Only places that are not 0 are kept: the distance to the place before as a varint, then the values in short forms.
 * A distance of 0 ends the list. Counts and informations keep their order of magnitude to 3 %, in one byte (0 to about 30,000); weights are kept
 * in steps of 1/4096 between −8 and 8.
 */
const STEPS_PER_OCTAVE = 12;
const COUNT_SCALE = 64;
const WEIGHT_SCALE = 4096;
const INT16_LIMIT = 32767;
/** Places looked at between two pieces: well under a millisecond. */
const PIECE_PLACES = 16_384;

export function encodeMagnitude(value: number): number {
  return Math.min(255, Math.round(STEPS_PER_OCTAVE * Math.log2(1 + COUNT_SCALE * value)));
}

export function decodeMagnitude(code: number): number {
  return (2 ** (code / STEPS_PER_OCTAVE) - 1) / COUNT_SCALE;
}

function encodeWeight(value: number): number {
  return Math.min(INT16_LIMIT, Math.max(-INT16_LIMIT, Math.round(value * WEIGHT_SCALE)));
}

/** Writes magnitudes alone, or with a weight beside each; stops for a piece now and then. */
export function* writeSparse(
  writer: ByteWriter,
  columns: { magnitudes: Float32Array; weights?: Float32Array; to?: number },
): Generator<Uint8Array> {
  const { magnitudes, weights, to = magnitudes.length } = columns;
  let before = -1;
  for (let at = 0; at < to; at += 1) {
    const magnitude = encodeMagnitude(magnitudes[at] ?? 0);
    const weight = weights === undefined ? 0 : encodeWeight(weights[at] ?? 0);
    if (magnitude !== 0 || weight !== 0) {
      writer.varint(at - before);
      writer.byte(magnitude);
      if (weights !== undefined) writer.int16(weight);
      before = at;
    }
    if (at % PIECE_PLACES === PIECE_PLACES - 1) yield writer.takePiece();
  }
  writer.varint(0);
}

/** Throws a RangeError for a place beyond the columns. */
export function readSparse(
  reader: ByteReader,
  columns: { magnitudes: Float32Array; weights?: Float32Array; to?: number },
): void {
  const { magnitudes, weights, to = magnitudes.length } = columns;
  let at = -1;
  for (let distance = reader.varint(); distance !== 0; distance = reader.varint()) {
    at += distance;
    if (at >= to) throw new RangeError('a place beyond the table');
    magnitudes[at] = decodeMagnitude(reader.byte());
    if (weights !== undefined) weights[at] = reader.int16() / WEIGHT_SCALE;
  }
}
