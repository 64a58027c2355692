import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';

/**
 * Only places that are not 0 are kept, as runs of neighbours: length of the run, distance to the run before, the values in
 * short forms; a length of 0 ends the list. Counts and informations keep their order of magnitude to 3 %, in one byte (0 to about
 * 30,000); weights are kept in steps of 1/4096 between −8 and 8.
 */
const STEPS_PER_OCTAVE = 12;
const COUNT_SCALE = 64;
const WEIGHT_SCALE = 4096;
const INT16_LIMIT = 32767;
/** Places written between two pieces: about half a millisecond. */
const PIECE_PLACES = 4096;
const LONGEST_RUN = 1024;
/** What would be written as 0 of both. */
const LEAST_MAGNITUDE = (2 ** (0.5 / STEPS_PER_OCTAVE) - 1) / COUNT_SCALE;
const LEAST_WEIGHT = 0.5 / WEIGHT_SCALE;

export function encodeMagnitude(value: number): number {
  return Math.min(255, Math.round(STEPS_PER_OCTAVE * Math.log2(1 + COUNT_SCALE * value)));
}

export function decodeMagnitude(code: number): number {
  return (2 ** (code / STEPS_PER_OCTAVE) - 1) / COUNT_SCALE;
}

function encodeWeight(value: number): number {
  return Math.min(INT16_LIMIT, Math.max(-INT16_LIMIT, Math.round(value * WEIGHT_SCALE)));
}

interface Columns {
  magnitudes: Float32Array;
  /** Beside the magnitudes, or none. */
  weights?: Float32Array;
  /** Places from here on are not looked at. */
  to?: number;
}

/** Stops for a piece now and then. */
export function* writeSparse(writer: ByteWriter, columns: Columns): Generator<Uint8Array> {
  const { magnitudes, weights, to = magnitudes.length } = columns;
  let written = 0;
  let sinceDue = 0;
  for (let at = 0; at < to; at += 1) {
    if (isZero(columns, at)) continue;
    let end = at + 1;
    while (end < to && end - at < LONGEST_RUN && !isZero(columns, end)) end += 1;
    writer.varint(end - at);
    writer.varint(at - written);
    for (; at < end; at += 1) {
      writer.byte(encodeMagnitude(magnitudes[at] ?? 0));
      if (weights !== undefined) writer.int16(encodeWeight(weights[at] ?? 0));
    }
    written = at;
    at -= 1;
    if (written - sinceDue < PIECE_PLACES) continue;
    sinceDue = written;
    yield writer.takePiece();
  }
  writer.varint(0);
}

/** Throws a RangeError for a place beyond the columns. */
export function readSparse(reader: ByteReader, { magnitudes, weights, to = magnitudes.length }: Columns): void {
  let at = 0;
  for (let run = reader.varint(); run !== 0; run = reader.varint()) {
    at += reader.varint();
    if (at + run > to) throw new RangeError('a place beyond the table');
    for (const end = at + run; at < end; at += 1) {
      magnitudes[at] = decodeMagnitude(reader.byte());
      if (weights !== undefined) weights[at] = reader.int16() / WEIGHT_SCALE;
    }
  }
}

function isZero({ magnitudes, weights }: Columns, at: number): boolean {
  return (magnitudes[at] ?? 0) < LEAST_MAGNITUDE && Math.abs(weights?.[at] ?? 0) < LEAST_WEIGHT;
}
