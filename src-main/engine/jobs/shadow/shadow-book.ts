import type { JsonValue } from '../../protocols/json.ts';
import type { JobResult, JobResults } from '../job-kind.ts';
import { controlRecord, type ControlRecord } from './judge/judgement.ts';
import { toJudgeQuality, type JudgeQuality } from './judge/judge-quality.ts';
import { hashToUnit } from './hash-to-unit.ts';
import { pairRecord, seenRecord, type PairRecord, type SeenRecord } from './records.ts';

const JOB = 'shadow-evaluation';
/** Read one after the other, so that thousands of results never hold anybody up. */
const SHELVES = 64;
/** Of a key, before the request's id. */
const SEEN_HEAD = 'seen/00/'.length;

/**
 * All that shadow evaluation knows, in memory: read from what was kept when it is first needed, then kept up with every commit
 * and every erasure. Holds no words of anybody.
 */
export class ShadowBook {
  readonly #results: JobResults;
  readonly #seen = new Map<string, SeenRecord>();
  readonly #pairs = new Map<string, PairRecord>();
  readonly #controls = new Map<string, { record: ControlRecord; requestId: string }>();
  readonly #quality = new Map<string, JudgeQuality>();
  /** Erased before all was read: the files may still hold them for a moment. */
  readonly #erased = new Set<string>();
  #opened = false;

  constructor(results: JobResults) {
    this.#results = results;
  }

  /** Reads what was kept, a shelf at a time. */
  async open(breathe: () => Promise<void>): Promise<void> {
    if (this.#opened) return;
    for (let shelf = 0; shelf < SHELVES; shelf += 1) {
      for (const part of ['seen', 'pair', 'control']) {
        this.apply(this.#results.list(JOB, `${part}/${nameOfShelf(shelf)}/`));
      }
      await breathe();
      // Somebody else was faster.
      if (this.#isOpen()) return;
    }
    this.#opened = true;
    this.#erased.clear();
  }

  get seen(): ReadonlyMap<string, SeenRecord> {
    return this.#seen;
  }

  get pairs(): Iterable<PairRecord> {
    return this.#pairs.values();
  }

  /** In an order that is the same in every process. */
  sortedPairs(): PairRecord[] {
    return [...this.#pairs].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, pair]) => pair);
  }

  seenOf(requestId: string): SeenRecord | null {
    return this.#seen.get(requestId) ?? null;
  }

  pairOf(requestId: string, endpoint: string): PairRecord | null {
    return this.#pairs.get(pairKey(requestId, endpoint)) ?? null;
  }

  controlsOf(judge: string): ControlRecord[] {
    return [...this.#controls.values()].flatMap(({ record }) => (record.judge === judge ? [record] : []));
  }

  hasControl(key: string): boolean {
    return this.#controls.has(key);
  }

  /** Results of prompts of before then, in the form that removes them. */
  olderThan(atMs: number): JobResult[] {
    const old = [...this.#seen.values()].filter((prompt) => prompt.atMs < atMs);
    const pairs = [...this.#pairs].filter(([, { requestId }]) => (this.#seen.get(requestId)?.atMs ?? -Infinity) < atMs);
    return [...old.map(({ requestId }) => seenKey(requestId)), ...pairs.map(([key]) => key)].map((key) => ({
      ...{ key, value: null, requestId: null },
    }));
  }

  /** Endpoints that were ever asked to judge. */
  get judges(): readonly string[] {
    return [...new Set([...this.#controls.values()].map(({ record }) => record.judge))].sort();
  }

  judgeQuality(judge: string): JudgeQuality {
    const known = this.#quality.get(judge);
    if (known !== undefined) return known;
    const own = [...this.#pairs.values()].flatMap((pair) => pair.judged.filter((look) => look.judge === judge));
    const quality = toJudgeQuality(this.controlsOf(judge), own);
    this.#quality.set(judge, quality);
    return quality;
  }

  /** The place of the next lesson: later than all others, and not before its time. */
  nextLesson(nowMs: number): number {
    let last = 0;
    for (const { lesson } of this.#pairs.values()) last = Math.max(last, lesson ?? 0);
    return Math.max(Math.ceil(nowMs), last + 1);
  }

  /** What was committed; what cannot be read any more is as if it had never been. */
  apply(results: readonly Pick<JobResult, 'key' | 'value' | 'requestId'>[]): void {
    for (const { key, value, requestId } of results) {
      if (requestId !== null && this.#erased.has(requestId)) continue;
      if (key.startsWith('seen/'))
        put(this.#seen, key.slice(SEEN_HEAD), value, (json) => seenRecord.safeParse(json).data);
      else if (key.startsWith('pair/')) put(this.#pairs, key, value, (json) => pairRecord.safeParse(json).data);
      else if (key.startsWith('control/')) {
        put(this.#controls, key, value, (json) => {
          const record = controlRecord.safeParse(json).data;
          return record === undefined || requestId === null ? undefined : { record, requestId };
        });
      } else continue;
      this.#quality.clear();
    }
  }

  /** A prompt was erased, and all that was made of it; null: all were. */
  erase(requestId: string | null): void {
    this.#quality.clear();
    if (requestId === null) {
      this.#opened = true;
      for (const map of [this.#seen, this.#pairs, this.#controls]) map.clear();
      return;
    }
    if (!this.#opened) this.#erased.add(requestId);
    this.#seen.delete(requestId);
    for (const [key, pair] of this.#pairs) if (pair.requestId === requestId) this.#pairs.delete(key);
    for (const [key, control] of this.#controls) if (control.requestId === requestId) this.#controls.delete(key);
  }

  #isOpen(): boolean {
    return this.#opened;
  }
}

function put<Value>(
  map: Map<string, Value>,
  key: string,
  json: JsonValue | null,
  parse: (json: JsonValue) => Value | undefined,
): void {
  const value = json === null ? undefined : parse(json);
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}

export function seenKey(requestId: string): string {
  return `seen/${shelfOf(requestId)}/${requestId}`;
}

export function pairKey(requestId: string, endpoint: string): string {
  return `pair/${shelfOf(requestId)}/${requestId}/${endpoint}`;
}

export function controlKey(control: { requestId: string; judge: string; what: string }): string {
  return `control/${shelfOf(control.requestId)}/${control.requestId}/${control.judge}/${control.what}`;
}

function shelfOf(requestId: string): string {
  return nameOfShelf(Math.floor(hashToUnit(`shelf ${requestId}`) * SHELVES));
}

function nameOfShelf(shelf: number): string {
  return shelf.toString(16).padStart(2, '0');
}
