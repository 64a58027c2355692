import { z } from 'zod';
import { jobName, type Finding, type JobName, type Proposal, type RunsQuery } from '../../../src-shared/jobs.ts';
import type { JobResults } from '../jobs/job-kind.ts';
import type { Connection } from './database.ts';
import { FINDING_COLUMNS, parseFinding, parseProposal, PROPOSAL_COLUMNS } from './finding-rows.ts';
import { parseRun, RUN_COLUMNS, type StoredRun } from './job-run.ts';
import type { Absence, JobState } from './job-write.ts';
import { PreparedReads } from './prepared-reads.ts';
import type { StoreDatabase } from './store-database.ts';
import { parseJson } from './stored-json.ts';

const stateRow = z.object({
  job: z.union([jobName, z.literal('')]),
  paused: z.int().transform((flag) => flag === 1),
  pausedUntilMs: z.number().nullable(),
  nextDueAtMs: z.number().nullable(),
});
const absenceRow = z.object({
  beganAtMs: z.number(),
  endedAtMs: z.number().nullable(),
  toldAtMs: z.number().nullable(),
});
const openingRow = z.object({ openedAtMs: z.number(), endedAtMs: z.number().nullable() });
const resultRow = z.object({ key: z.string(), value: z.string(), requestId: z.string().nullable(), atMs: z.number() });

/** Behind every key that begins like the one before it. */
const LAST_CHARACTER = '\u{10FFFF}';

/** Reads what background work has written. */
export class JobReader implements JobResults {
  readonly #reads: PreparedReads<ReturnType<typeof prepareStatements>>;

  constructor(database: StoreDatabase) {
    this.#reads = new PreparedReads(database, prepareStatements);
  }

  /** Those that have not ended. */
  openRuns(): StoredRun[] {
    return this.#runs(({ open }) => open.all());
  }

  /** Of each job the one that ended last. */
  lastRuns(): StoredRun[] {
    return this.#runs(({ last }) => last.all());
  }

  /** Those that ended from then on, oldest first. */
  runsSince(sinceMs: number): StoredRun[] {
    return this.#runs(({ since }) => since.all(sinceMs));
  }

  /** A page of those that ended, newest first. */
  runs({ limit, job, before }: RunsQuery): { runs: StoredRun[]; nextBefore: string | null } {
    const runs = this.#runs(({ page }) => page.all({ limit: limit + 1, job: job ?? null, before: before ?? null }));
    const shown = runs.slice(0, limit);
    return { runs: shown, nextBefore: runs.length > limit ? (shown.at(-1)?.id ?? null) : null };
  }

  states(): JobState[] {
    return this.#reads.read(({ states }) => states.all().flatMap((row) => stateRow.safeParse(row).data ?? []));
  }

  /** null: none is known of. */
  lastAbsence(): Absence | null {
    return this.#reads.read(({ absence }) => absenceRow.safeParse(absence.get()).data ?? null);
  }

  /** When a notice last told of an absence; null: never. */
  lastToldAtMs(): number | null {
    return this.#reads.read(({ told }) => z.number().safeParse(told.get()).data ?? null);
  }

  /** Times that the gate was open between the two moments, oldest first. */
  openings(fromMs: number, toMs: number): { openedAtMs: number; endedAtMs: number | null }[] {
    return this.#reads.read(({ openings }) => openings.all(toMs, fromMs).map((row) => openingRow.parse(row)));
  }

  /** The open ones first, then the newest. */
  findings(): Finding[] {
    return this.#reads.read(({ findings }) => findings.all().flatMap((row) => parseFinding(row) ?? []));
  }

  finding(id: string): Finding | null {
    return this.#reads.read(({ finding }) => parseFinding(finding.get(id)));
  }

  /** The open ones first, then the newest. */
  proposals(): Proposal[] {
    return this.#reads.read(({ proposals }) => proposals.all().flatMap((row) => parseProposal(row) ?? []));
  }

  proposal(id: string): Proposal | null {
    return this.#reads.read(({ proposal }) => parseProposal(proposal.get(id)));
  }

  read(job: JobName, key: string): ReturnType<JobResults['read']> {
    const text = this.#reads.read(({ result }) => z.string().safeParse(result.get(job, key)).data);
    return text === undefined ? null : parseJson(text);
  }

  list(job: JobName, keyPrefix = ''): ReturnType<JobResults['list']> {
    return this.#reads
      .read(({ results }) => results.all(job, keyPrefix, keyPrefix + LAST_CHARACTER))
      .map((row) => resultRow.parse(row))
      .map(({ value, ...rest }) => ({ ...rest, value: parseJson(value) }));
  }

  #runs(find: (statements: ReturnType<typeof prepareStatements>) => unknown[]): StoredRun[] {
    return this.#reads.read((statements) => find(statements).flatMap((row) => parseRun(row) ?? []));
  }
}

function prepareStatements(connection: Connection) {
  const openFirst = "ORDER BY state <> 'open'";
  return {
    open: connection.prepare(`SELECT ${RUN_COLUMNS} FROM job_runs WHERE state = 'waiting' ORDER BY seq`),
    last: connection.prepare(`
      SELECT ${RUN_COLUMNS} FROM job_runs
      WHERE seq IN (SELECT max(seq) FROM job_runs WHERE ended_at_ms IS NOT NULL GROUP BY job)`),
    since: connection.prepare(`
      SELECT ${RUN_COLUMNS} FROM job_runs WHERE ended_at_ms IS NOT NULL AND ended_at_ms >= ? ORDER BY ended_at_ms, seq`),
    page: connection.prepare(`
      SELECT ${RUN_COLUMNS} FROM job_runs
      WHERE ended_at_ms IS NOT NULL AND (:job IS NULL OR job = :job)
        AND (:before IS NULL OR (ended_at_ms, seq) < (SELECT ended_at_ms, seq FROM job_runs WHERE id = :before))
      ORDER BY ended_at_ms DESC, seq DESC LIMIT :limit`),
    states: connection.prepare(`
      SELECT job, paused, paused_until_ms AS pausedUntilMs, next_due_at_ms AS nextDueAtMs FROM jobs_state`),
    absence: connection.prepare(`
      SELECT began_at_ms AS beganAtMs, ended_at_ms AS endedAtMs, told_at_ms AS toldAtMs
      FROM absences ORDER BY began_at_ms DESC LIMIT 1`),
    told: connection.prepare('SELECT max(told_at_ms) FROM absences').pluck(),
    openings: connection.prepare(`
      SELECT opened_at_ms AS openedAtMs, ended_at_ms AS endedAtMs FROM gate_openings
      WHERE opened_at_ms < ? AND (ended_at_ms IS NULL OR ended_at_ms > ?) ORDER BY opened_at_ms`),
    findings: connection.prepare(`SELECT ${FINDING_COLUMNS} FROM findings ${openFirst}, found_at_ms DESC, id`),
    finding: connection.prepare(`SELECT ${FINDING_COLUMNS} FROM findings WHERE id = ?`),
    proposals: connection.prepare(`SELECT ${PROPOSAL_COLUMNS} FROM proposals ${openFirst}, proposed_at_ms DESC, id`),
    proposal: connection.prepare(`SELECT ${PROPOSAL_COLUMNS} FROM proposals WHERE id = ?`),
    result: connection.prepare('SELECT value FROM job_results WHERE job = ? AND key = ?').pluck(),
    results: connection.prepare(`
      SELECT key, value, request_id AS requestId, at_ms AS atMs FROM job_results
      WHERE job = ? AND key >= ? AND key < ? ORDER BY key`),
  };
}
