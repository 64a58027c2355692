import type { Settings } from '../../../../src-shared/settings.ts';
import type { ProposalDraft } from '../job-kind.ts';
import { percents, dollars } from './describe-shadow.ts';
import { estimateDifference } from './estimate/estimate-difference.ts';
import { isMeasure, valueOf, type ModelSummary } from './summarise-model.ts';
import type { ShadowSummary } from './summarise-shadow.ts';
import type { ShadowBook } from './shadow-book.ts';

const STEP = 0.2;
/** Fewer judged requests change no settings. */
const FEWEST_JUDGED = 40;
/** Whoever would do worse than this, more often than not, is asked too much. */
const POOR = 0.5;
/** A better model has to be better by more than this. */
const WORTHWHILE = 0.03;

/** Changes that the intervals support, not only the means; a person decides. */
export function proposeChanges(parts: {
  book: ShadowBook;
  summary: ShadowSummary;
  settings: Settings;
}): ProposalDraft[] {
  const { best } = parts.summary;
  if (best === null || best.judged < FEWEST_JUDGED) return [];
  return [proposeBias(best, parts), proposeModel(parts)].flatMap((draft) => draft ?? []);
}

function proposeBias(
  best: ModelSummary,
  { summary, settings }: { summary: ShadowSummary; settings: Settings },
): ProposalDraft | null {
  const { localBias: before, qualityThreshold } = settings.optimizer.preferences;
  const { quality } = best;
  if (quality === null) return null;
  const isGood = quality.low >= qualityThreshold;
  if (!isGood && quality.high >= POOR) return null;
  const after = round(isGood ? Math.min(1, before + STEP) : Math.max(0, before - STEP));
  if (after === before) return null;
  const money = summary.savedPerMonthNanoUsd;
  return {
    key: 'local-bias',
    title: isGood ? 'Answer more on this machine' : 'Answer less on this machine',
    sentence: isGood
      ? `${best.endpoint} answered ${percents(quality)} of past cloud requests as well as the cloud did. Local models can be preferred more.`
      : `${best.endpoint}, the best local model, answered only ${percents(quality)} of past cloud requests as well as the cloud did. Local models should be preferred less.`,
    evidence: [
      { label: 'Requests judged', value: `${best.judged}` },
      { label: 'As good as the accepted answer', value: percents(quality) },
      ...(money === null || !isGood ? [] : [{ label: 'A month', value: dollars(money) }]),
    ],
    changes: [{ path: 'optimizer.preferences.localBias', before, after }],
  };
}

/** Where the person names the local models to choose from: the better one first. */
function proposeModel({
  book,
  summary,
  settings,
}: {
  book: ShadowBook;
  summary: ShadowSummary;
  settings: Settings;
}): ProposalDraft | null {
  const before = settings.models.preferredLocal;
  const [first, ...others] = before;
  if (first === undefined) return null;
  for (const other of others) {
    const difference = estimateDifference(pairsOf(book, other, first));
    if (difference === null || difference.low <= WORTHWHILE) continue;
    const quality = summary.models.find(({ endpoint }) => endpoint === other)?.quality ?? null;
    return {
      key: 'preferred-local',
      title: `Prefer ${other} among local models`,
      sentence: `${other} answered past cloud requests better than ${first}, which is asked first now.`,
      evidence: [
        {
          label: 'Better by',
          value: `${Math.round(difference.mean * 100)} points of 100 (between ${Math.round(difference.low * 100)} and ${Math.round(difference.high * 100)})`,
        },
        ...(quality === null ? [] : [{ label: 'As good as the accepted answer', value: percents(quality) }]),
      ],
      changes: [{ path: 'models.preferredLocal', before, after: [other, ...before.filter((each) => each !== other)] }],
    };
  }
  return null;
}

function pairsOf(book: ShadowBook, one: string, other: string): { one: number; other: number }[] {
  return [...book.seen.values()].filter(isMeasure).flatMap(({ requestId }) => {
    const [first, second] = [worthOf(book, requestId, one), worthOf(book, requestId, other)];
    return first === null || second === null ? [] : [{ one: first, other: second }];
  });
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function worthOf(book: ShadowBook, requestId: string, model: string): number | null {
  const pair = book.pairOf(requestId, model);
  return pair === null ? null : (valueOf(book, pair)?.value ?? null);
}
