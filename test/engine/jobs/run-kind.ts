import { z } from 'zod';
import type { JobName } from '../../../src-shared/jobs.ts';
import type { JobCaller } from '../../../src-main/engine/jobs/job-caller.ts';
import type {
  FindingDraft,
  JobKind,
  JobResults,
  ProposalDraft,
  UnitOutcome,
} from '../../../src-main/engine/jobs/job-kind.ts';
import type { Clock } from '../../../src-main/engine/ports.ts';
import type { JsonValue } from '../../../src-main/engine/protocols/json.ts';
import { SilentLog } from '../../support/silent-log.ts';

/** What units leave behind, in memory and by the rules of the contract. */
export class KeptWork implements JobResults {
  readonly results = new Map<string, JsonValue>();
  /** Open ones, by key. */
  readonly findings = new Map<string, FindingDraft>();
  readonly proposals = new Map<string, ProposalDraft>();

  read(job: JobName, key: string): JsonValue | null {
    return this.results.get(`${job}\n${key}`) ?? null;
  }

  list(job: JobName, keyPrefix = '') {
    return [...this.results]
      .map(([name, value]) => ({ key: name.slice(job.length + 1), name, value, requestId: null, atMs: 0 }))
      .filter(({ name, key }) => name.startsWith(`${job}\n`) && key.startsWith(keyPrefix))
      .sort((one, other) => (one.key < other.key ? -1 : 1));
  }

  commit(job: JobName, outcome: UnitOutcome<JsonValue>): void {
    for (const { key, value } of outcome.results ?? []) {
      if (value === null) this.results.delete(`${job}\n${key}`);
      // As it reads back from the database.
      else this.results.set(`${job}\n${key}`, toJson(value));
    }
    const named = new Set((outcome.findings ?? []).map(({ key }) => key));
    for (const key of [...this.findings.keys()]) {
      const isSettled = outcome.resolves?.keyPrefixes.some((prefix) => key.startsWith(prefix)) === true;
      if (isSettled && !named.has(key)) this.findings.delete(key);
    }
    for (const finding of outcome.findings ?? []) this.findings.set(finding.key, finding);
    for (const proposal of outcome.proposals ?? []) this.proposals.set(proposal.key, proposal);
  }
}

/** Jobs of these kinds ask no model. */
const NOBODY: JobCaller = {
  ask: () => Promise.reject(new Error('this job must not ask a model')),
  unload: () => Promise.reject(new Error('this job must not unload a model')),
};

export interface KindRun {
  found: string | null;
  units: number;
  breaths: number;
}

/** Runs every unit of a kind, each from a checkpoint that was written down and read back, as after a restart. */
export async function runKind<Checkpoint extends JsonValue>(
  kind: JobKind<Checkpoint>,
  options: { kept: KeptWork; clock: Clock; signal?: AbortSignal },
): Promise<KindRun> {
  const { kept, clock, signal = new AbortController().signal } = options;
  const planned = kind.plan();
  if (planned.kind === 'nothing') return { found: planned.sentence, units: 0, breaths: 0 };
  let at: Checkpoint | null = planned.checkpoint;
  const run: KindRun = { found: null, units: 0, breaths: 0 };
  while (at !== null) {
    const outcome: UnitOutcome<Checkpoint> = await kind.unit(kind.checkpoint.parse(toJson(at)), {
      signal,
      run: { id: 'run-1', job: kind.name, trigger: 'schedule', createdAtMs: clock.nowMs() },
      clock,
      log: new SilentLog(),
      random: () => 0.5,
      models: NOBODY,
      breathe: () => {
        run.breaths += 1;
        return Promise.resolve();
      },
      doing: () => undefined,
    });
    kept.commit(kind.name, outcome);
    run.units += 1;
    run.found = outcome.found ?? null;
    at = outcome.next;
  }
  return run;
}

function toJson(value: JsonValue): JsonValue {
  const text = JSON.stringify(value);
  return z.json().parse(JSON.parse(text));
}
