import {
  effectiveOutcomes,
  readDifference,
  type Difference,
  type DifferenceSums,
} from '../../learning/paired-difference.ts';
import type { LearnerTuning } from '../../optimizer/quality-model.ts';
import type { ProposalDraft } from '../job-kind.ts';
import { changesBetween, describeChanges } from './learner-knobs.ts';
import type { Division } from './training-checkpoint.ts';

/** Outcomes that speak of the difference, weighed; and of each side's choices. Fewer prove nothing. */
const ENOUGH_OUTCOMES = 20;
const ENOUGH_OF_EACH = 5;

/** What the whole run found: a sentence, and a proposal only where the better one is better beyond chance. */
export function concludeTraining(judged: {
  sums: DifferenceSums;
  present: LearnerTuning;
  best: LearnerTuning;
  tried: number;
  division: Division;
  /** The settings are still those that it was compared with. */
  isPresent: boolean;
}): { found: string; proposals: ProposalDraft[] } {
  const { sums, present, best, tried, division, isPresent } = judged;
  const changes = changesBetween(present, best);
  const words = describeChanges(present, best);
  const begin = `Tried ${tried} other ways of learning on ${division.rows} past decisions; best foresaw what came: ${words}.`;
  const difference = readDifference(sums);
  const nothing = (why: string) => ({ found: `${begin} ${why} Nothing is proposed.`, proposals: [] });
  if (difference === null || sums.sizes === 0) return nothing('It would have chosen the same.');
  if (!isProven(sums)) {
    return nothing('Too little was tried out in the past to say what its other choices would have brought.');
  }
  if (!isPresent) return nothing('The settings were changed meanwhile.');
  if (difference.low <= 0)
    return nothing(`A request would have been worth ${inWords(difference)}: that may be chance.`);
  return {
    found: `${begin} A request would have been worth ${inWords(difference)}.`,
    proposals: [
      {
        key: 'learner',
        title: 'Learn from answers in another way',
        sentence: `Replayed on past requests, this would have chosen better: ${words}. A request would have been worth ${inWords(difference)}.`,
        evidence: [
          { label: 'Worth a request', value: inWords(difference) },
          { label: 'Past decisions', value: `${division.rows}, the last ${sums.rows} to judge by` },
          { label: 'Other ways tried', value: `${tried}` },
          { label: 'Outcomes that tell', value: `${Math.floor(effectiveOutcomes(sums))}` },
        ],
        changes,
      },
    ],
  };
}

/** Is there enough to believe the interval? */
export function isProven(sums: DifferenceSums): boolean {
  const { seenOne, seenOther } = sums;
  return seenOne >= ENOUGH_OF_EACH && seenOther >= ENOUGH_OF_EACH && effectiveOutcomes(sums) >= ENOUGH_OUTCOMES;
}

function inWords({ mean, low, high }: Difference): string {
  return `${cents(mean)} cents more (between ${cents(low)} and ${cents(high)})`;
}

function cents(nanoUsd: number): string {
  return String(Number((nanoUsd / 1e7).toPrecision(2)));
}
