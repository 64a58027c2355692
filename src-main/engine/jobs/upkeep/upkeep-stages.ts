import { storeProblem } from '../../store/store-problem.ts';
import type { StepResult, UpkeepStep } from '../../store/upkeep-steps.ts';
import type { FindingDraft, JobWork, UnitOutcome } from '../job-kind.ts';
import { cleanFiles } from './clean-files.ts';
import {
  FINDING_KEYS,
  damageFinding,
  fixedSizeFinding,
  logFinding,
  sizeFinding,
  spaceFinding,
} from './upkeep-findings.ts';
import type { UpkeepParts } from './upkeep-parts.ts';
import type { Stage, UpkeepState } from './upkeep-state.ts';

/** SQLite met damage while it did something else than looking for it. */
export class DamageFound extends Error {
  override readonly name = 'DamageFound';
}

interface StageOutcome extends Pick<UnitOutcome<UpkeepState>, 'findings' | 'resolves'> {
  change: Partial<UpkeepState>;
  /** False: the stage has more to do. */
  isDone: boolean;
}

type StageWork = (state: UpkeepState, parts: UpkeepParts, work: JobWork) => Promise<StageOutcome>;

const LITTLE_SPACE_BYTES = 1_000_000_000;
const LARGE_LOG_BYTES = 64 * 1024 * 1024;
const MEGABYTE = 1024 * 1024;
/** Room that the next requests need; else upkeep would have to come again at once. */
const SHARE_OF_LIMIT = 0.95;
/** Measured for VACUUM on an ordinary disk: what it writes is written twice. */
const REBUILD_BYTES_PER_SECOND = 50_000_000;
/** What cannot be interrupted must be over when a second is. */
const LONGEST_REBUILD_SECONDS = 0.8;
/** A file of which less is unused is not worth a word. */
const WASTED_BYTES = 64 * 1024 * 1024;

/** What each stage does, in pieces of some hundred milliseconds. */
export const STAGE_WORK: Readonly<Record<Stage, StageWork>> = {
  async look(_state, parts) {
    const freeBytes = await parts.freeBytes();
    const isLow = freeBytes !== null && freeBytes < LITTLE_SPACE_BYTES;
    return { ...done(), ...tell(FINDING_KEYS.space, isLow ? spaceFinding(freeBytes, parts.folder) : null) };
  },
  async 'old requests'(state, parts) {
    if (state.beforeMs === null) return done();
    const { count, finished } = await step(parts, { name: 'remove requests', beforeMs: state.beforeMs });
    return { change: { removedRequests: state.removedRequests + count }, isDone: finished };
  },
  async 'too many requests'(state, parts) {
    const mostBytes = parts.settings().upkeep.databaseMegabytes * MEGABYTE;
    const usedBytes = fact(await step(parts, { name: 'look' }), 'usedBytes');
    // Once it has begun to remove, it makes a little more room than it must.
    const isWithin = usedBytes <= (state.at === 0 ? mostBytes : mostBytes * SHARE_OF_LIMIT);
    if (isWithin) return { ...done(), ...tell(FINDING_KEYS.size, null) };
    const { count, finished } = await step(parts, { name: 'remove oldest', mostBytes: mostBytes * SHARE_OF_LIMIT });
    const change = { removedRequests: state.removedRequests + count, at: 1 };
    if (count > 0 || !finished) return { change, isDone: false };
    return {
      change,
      isDone: true,
      ...tell(FINDING_KEYS.size, usedBytes > mostBytes ? sizeFinding(usedBytes, mostBytes) : null),
    };
  },
  async 'old notes'(state, parts) {
    if (state.beforeMs === null) return done();
    const { count, finished } = await step(parts, { name: 'remove notes', beforeMs: state.beforeMs });
    return { change: { removedNotes: state.removedNotes + count }, isDone: finished };
  },
  async 'used prices'({ at, ids }, parts) {
    const found = await step(parts, { name: 'find prices', at, ids });
    return { change: { at: found.at, ids: [...found.ids] }, isDone: found.finished };
  },
  async 'unused prices'({ at, ids, removedPrices }, parts) {
    const { count, finished } = await step(parts, { name: 'remove prices', at, ids });
    return { change: { removedPrices: removedPrices + count, ...(finished && { ids: [] }) }, isDone: finished };
  },
  async check({ table, at, problems }, parts) {
    const result = await step(parts, { name: 'check', table, at });
    const all = [...problems, ...result.problems];
    const place = result.at === -1 ? { table: table + 1, at: 0 } : { table, at: result.at };
    const told =
      result.finished || result.problems.length > 0
        ? tell(FINDING_KEYS.damage, all.length === 0 ? null : damageFinding(all))
        : {};
    return { change: { ...place, problems: all }, isDone: result.finished, ...told };
  },
  async statistics({ table }, parts) {
    const { finished } = await step(parts, { name: 'analyze', table });
    return { change: { table: table + 1 }, isDone: finished };
  },
  async rebuild(state, parts, work) {
    const { facts } = await step(parts, { name: 'look' });
    const { bytes = 0, usedBytes = 0, canGiveBack = 0 } = facts;
    if (canGiveBack === 1 || state.problems.length > 0) return { ...done(), ...tell(FINDING_KEYS.fixed, null) };
    const obstacle = await whyNotRebuilt({ bytes, usedBytes, parts, isWanted: work.run.trigger === 'person' });
    if (obstacle !== null) return { ...done(), ...tell(FINDING_KEYS.fixed, obstacle.finding) };
    const rebuilt = await step(parts, { name: 'rebuild' });
    const freedBytes = state.freedBytes + fact(rebuilt, 'bytes');
    return { change: { freedBytes }, isDone: true, ...tell(FINDING_KEYS.fixed, null) };
  },
  async 'give back'(state, parts) {
    const result = await step(parts, { name: 'give back' });
    return { change: { freedBytes: state.freedBytes + fact(result, 'bytes') }, isDone: result.finished };
  },
  async log(_state, parts) {
    const { finished, facts } = await step(parts, { name: 'cut log' });
    const logBytes = facts.logBytes ?? 0;
    const isHeld = !finished && logBytes > LARGE_LOG_BYTES;
    return { ...done(), ...tell(FINDING_KEYS.log, isHeld ? logFinding(logBytes) : null) };
  },
  async files(state, { clock, folder, keepsLog, logFiles }) {
    const { files, bytes } = await cleanFiles({ folder, nowMs: clock.nowMs(), keepsLog: keepsLog(), logFiles });
    const change = { removedFiles: state.removedFiles + files, freedBytes: state.freedBytes + bytes };
    return { change, isDone: true };
  },
};

/** null: it may be written anew now. */
async function whyNotRebuilt(facts: {
  bytes: number;
  usedBytes: number;
  parts: UpkeepParts;
  isWanted: boolean;
}): Promise<{ finding: FindingDraft | null } | null> {
  const { bytes, usedBytes, parts, isWanted } = facts;
  const freeBytes = await parts.freeBytes();
  const isWorthAWord = bytes - usedBytes > WASTED_BYTES;
  // A copy beside it and the log of writing it back; what cannot be known is taken for enough.
  if (freeBytes !== null && freeBytes < 2 * usedBytes + LITTLE_SPACE_BYTES / 10) {
    return { finding: isWorthAWord ? fixedSizeFinding({ bytes, usedBytes, seconds: null }) : null };
  }
  const seconds = usedBytes / REBUILD_BYTES_PER_SECOND;
  if (isWanted || seconds <= LONGEST_REBUILD_SECONDS) return null;
  return { finding: isWorthAWord ? fixedSizeFinding({ bytes, usedBytes, seconds: Math.ceil(seconds) }) : null };
}

/** Throws DamageFound, or what stands in the way as a sentence for the person. */
async function step(parts: UpkeepParts, wanted: UpkeepStep): Promise<StepResult> {
  const stepped = await parts.step(wanted);
  if (stepped.ok) return stepped.result;
  const { fault, code, message } = stepped.failure;
  if (fault === 'corrupt') throw new DamageFound(message);
  const cause = Object.assign(new Error(message), { code });
  throw new Error(storeProblem({ fault, file: 'pointsman.db', error: cause }).message, { cause });
}

function fact({ facts }: StepResult, name: string): number {
  return facts[name] ?? 0;
}

function done(): StageOutcome {
  return { change: {}, isDone: true };
}

/** A finding, or that there is none of this kind any more. */
function tell(key: string, finding: FindingDraft | null): Pick<StageOutcome, 'findings' | 'resolves'> {
  return { resolves: { keyPrefixes: [key] }, ...(finding !== null && { findings: [finding] }) };
}
