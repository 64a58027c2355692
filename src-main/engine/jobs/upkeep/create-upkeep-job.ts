import type { JobKind, UnitOutcome } from '../job-kind.ts';
import { describeUpkeep } from './describe-upkeep.ts';
import { damageFinding } from './upkeep-findings.ts';
import { untilStopped } from './until-stopped.ts';
import type { UpkeepParts } from './upkeep-parts.ts';
import { DamageFound, STAGE_WORK } from './upkeep-stages.ts';
import { STAGES, beginUpkeep, upkeepState, type Stage, type UpkeepState } from './upkeep-state.ts';

/** Keeps the database small, sound and quick, and the data folder free of what nobody needs any more. */
export function createUpkeepJob(parts: UpkeepParts): JobKind<UpkeepState> {
  return {
    name: 'database-upkeep',
    title: 'Database upkeep',
    description:
      'Removes records that are older than you want to keep, gives their space back to the disk, looks for damage, and clears away old files. Sums of what was spent stay.',
    heavy: true,
    checkpoint: upkeepState,
    plan: () => ({
      kind: 'begin',
      checkpoint: beginUpkeep(parts.clock.nowMs(), parts.settings().upkeep.recordDays),
      unitsTotal: null,
    }),
    async unit(state, work): Promise<UnitOutcome<UpkeepState>> {
      work.signal.throwIfAborted();
      work.doing(DOING[state.stage]);
      try {
        const done = STAGE_WORK[state.stage](state, parts, work);
        const { change, isDone, ...told } = await untilStopped(done, work.signal);
        const after = { ...state, ...change };
        return { ...told, ...(isDone ? toNextStage(after) : { next: after, unitsTotal: null }) };
      } catch (error) {
        if (!(error instanceof DamageFound)) throw error;
        // Upkeep of a damaged database would spread the damage.
        const finding = damageFinding([error.message]);
        return { next: null, unitsTotal: null, findings: [finding], found: finding.sentence };
      }
    },
  };
}

function toNextStage(state: UpkeepState): UnitOutcome<UpkeepState> {
  const stage = STAGES[STAGES.indexOf(state.stage) + 1];
  if (stage === undefined) return { next: null, unitsTotal: null, found: describeUpkeep(state) };
  return {
    next: { ...state, stage, table: 0, at: keepsPlace(stage) ? state.at : 0 },
    unitsTotal: null,
    doing: DOING[stage],
  };
}

/** How far calls were looked through counts when their prices are removed. */
function keepsPlace(stage: Stage): boolean {
  return stage === 'unused prices';
}

const DOING: Readonly<Record<Stage, string>> = {
  look: 'looking how large everything is',
  'old requests': 'removing old requests',
  'too many requests': 'making the database small enough',
  'old notes': 'removing old notes',
  'used prices': 'looking which prices are in use',
  'unused prices': 'removing prices that nothing refers to',
  check: 'looking for damage',
  statistics: 'counting, so that searches stay quick',
  rebuild: 'writing the database anew',
  'give back': 'giving space back to the disk',
  log: 'bringing the log of the database home',
  files: 'clearing away old files',
};
