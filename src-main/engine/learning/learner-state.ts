import { ByteReader, hasGoodChecksum } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { DENSE_SIZE } from './dense-size.ts';
import { DriftWatch } from './drift-watch.ts';
import { LearnedArm } from './learned-arm.ts';
import { createLearnerMemory, type LearnerMemory } from './learner-memory.ts';
import type { LearnerOptions } from './learner-options.ts';
import type { PromptScaler } from './prompt-scaler.ts';
import { readSparse, writeSparse } from './sparse-codec.ts';
import { UsualLogit } from './usual-logit.ts';
import type { WeightTable } from './weight-table.ts';

/** "PMQ" and the version. Features and layout belong to it: when one of them changes, the version does. */
const MAGIC = [0x50, 0x4d, 0x51] as const;
export const LEARNER_STATE_VERSION = 1;
const DRIFT_FIELDS = ['offset', 'variance', 'down', 'up', 'seen', 'calm', 'at'] as const;

/**
 * The memory as bytes, in pieces that take about half a millisecond each, so that a caller may let requests pass between
 * them; outcomes learned meanwhile are in some pieces and not in others, which does no harm.
 */
export function* writeMemory(memory: LearnerMemory, options: LearnerOptions): Generator<Uint8Array> {
  const writer = new ByteWriter();
  for (const byte of [...MAGIC, LEARNER_STATE_VERSION, DENSE_SIZE, options.sharedBits, options.armBits])
    writer.byte(byte);
  writer.float64(memory.outcomes);
  for (const value of [memory.trust.value, memory.trust.information]) writer.float64(value);
  writeUsual(writer, memory.usual);
  yield* writeScaler(writer, memory.scaler);
  yield* writeTable(writer, memory.shared);
  const arms = [...memory.arms];
  writer.varint(arms.length);
  for (const [name, arm] of arms) yield* writeArm(writer, name, arm);
  writer.float64(memory.mark);
  yield writer.takeLast();
}

/** null for bytes of another version or layout, and for damaged ones. */
export function readMemory(bytes: Uint8Array, options: LearnerOptions): LearnerMemory | null {
  if (!hasGoodChecksum(bytes)) return null;
  try {
    return readChecked(new ByteReader(bytes), options);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function readChecked(reader: ByteReader, options: LearnerOptions): LearnerMemory | null {
  for (const byte of [...MAGIC, LEARNER_STATE_VERSION, DENSE_SIZE, options.sharedBits, options.armBits]) {
    if (reader.byte() !== byte) return null;
  }
  const memory = createLearnerMemory(options);
  memory.outcomes = reader.float64();
  memory.trust.value = reader.float64();
  memory.trust.information = reader.float64();
  readUsual(reader, memory.usual);
  readScaler(reader, memory.scaler);
  readTable(reader, memory.shared);
  const arms = reader.varint();
  for (let at = 0; at < arms; at += 1) memory.arms.set(reader.text(), readArm(reader, options));
  // States of before there was a mark end here.
  if (!reader.atEnd) memory.mark = reader.float64();
  return reader.atEnd ? memory : null;
}

function* writeScaler(writer: ByteWriter, scaler: PromptScaler): Generator<Uint8Array> {
  writer.float64(scaler.prompts);
  for (const value of [...scaler.means, ...scaler.squares]) writer.float64(value);
  yield* writeSparse(writer, { magnitudes: scaler.frequencies });
}

function readScaler(reader: ByteReader, scaler: PromptScaler): void {
  scaler.prompts = reader.float64();
  for (const column of [scaler.means, scaler.squares]) {
    for (let at = 0; at < column.length; at += 1) column[at] = reader.float64();
  }
  readSparse(reader, { magnitudes: scaler.frequencies });
}

/** Text weights in short forms; those of form and level, which every prompt uses, in full. */
function* writeTable(writer: ByteWriter, table: WeightTable): Generator<Uint8Array> {
  const { means, gathered } = table;
  const to = means.length - DENSE_SIZE;
  yield* writeSparse(writer, { magnitudes: gathered, weights: means, to });
  for (const value of [...means.subarray(to), ...gathered.subarray(to)]) writer.float64(value);
}

function readTable(reader: ByteReader, { means, gathered }: WeightTable): void {
  const to = means.length - DENSE_SIZE;
  readSparse(reader, { magnitudes: gathered, weights: means, to });
  for (const column of [means, gathered]) {
    for (let at = to; at < column.length; at += 1) column[at] = reader.float64();
  }
}

function writeUsual(writer: ByteWriter, { mean, count }: UsualLogit): void {
  writer.float64(mean);
  writer.float64(count);
}

function readUsual(reader: ByteReader, usual: UsualLogit): void {
  usual.mean = reader.float64();
  usual.count = reader.float64();
}

function* writeArm(writer: ByteWriter, name: string, arm: LearnedArm): Generator<Uint8Array> {
  writer.text(name);
  writer.byte(arm.prior === null ? 0 : 1);
  if (arm.prior !== null) {
    writer.float64(arm.prior.mean);
    writer.float64(arm.prior.strength);
  }
  writer.float64(arm.observations);
  writeUsual(writer, arm.usual);
  const drift = arm.drift.toState();
  for (const field of DRIFT_FIELDS) writer.float64(drift[field]);
  const { weights } = arm;
  writer.byte(weights === null ? 0 : 1);
  if (weights === null) return;
  writer.byte(weights.bits);
  yield* writeTable(writer, weights);
}

function readArm(reader: ByteReader, options: LearnerOptions): LearnedArm {
  const prior = reader.byte() === 0 ? null : { mean: reader.float64(), strength: reader.float64() };
  const observations = reader.float64();
  const usual = new UsualLogit();
  readUsual(reader, usual);
  const drift = { offset: 0, variance: 0, down: 0, up: 0, seen: 0, calm: 0, at: 0 };
  for (const field of DRIFT_FIELDS) drift[field] = reader.float64();
  const arm = new LearnedArm(prior, { drift: new DriftWatch(drift), usual });
  arm.observations = observations;
  if (reader.byte() !== 0) readTable(reader, arm.open(options, Math.min(reader.byte(), options.armBits)));
  return arm;
}
