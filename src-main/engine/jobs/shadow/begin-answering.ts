import type { UnitOutcome } from '../job-kind.ts';
import { chooseModels } from './choose-models.ts';
import { choosePrompts } from './choose-prompts.ts';
import { stratumOf } from './cost-class.ts';
import { finishRun } from './finish-run.ts';
import { planJudging } from './plan-judging.ts';
import type { SeenRecord } from './records.ts';
import type { ShadowCheckpoint } from './shadow-checkpoint.ts';
import type { ShadowParts } from './shadow-parts.ts';
import { valueOf } from './summarise-model.ts';

/** All kept prompts are known: chooses those that are answered again. */
export function beginAnswering(parts: ShadowParts, done: number): UnitOutcome<ShadowCheckpoint> {
  const { book } = parts;
  const settings = parts.settings();
  const models = chooseModels({ endpoints: parts.endpoints(), blocked: parts.blocked, settings }).map(({ id }) => id);
  const isDone = (prompt: SeenRecord) =>
    models.every((model) => model === prompt.endpoint || book.pairOf(prompt.requestId, model) !== null);
  const prompts = choosePrompts({
    seen: book.seen.values(),
    isDone,
    known: knownByStratum(parts, models),
    most: settings.background.shadow.promptsPerRun,
  });
  if (prompts.length === 0) return beginJudging(parts, { done, tried: [] });
  const next: ShadowCheckpoint = { step: 'answer', done, models, prompts, at: 0 };
  return {
    next,
    unitsTotal: done + models.length * prompts.length,
    doing: `Asking ${models[0] ?? 'local models'} again`,
  };
}

/** Goes to the next judges, or ends the run. */
export function beginJudging(
  parts: ShadowParts,
  run: { done: number; tried: readonly string[] },
): UnitOutcome<ShadowCheckpoint> {
  const rounds = planJudging(parts, run.tried);
  const [first] = rounds;
  if (first === undefined) return finishRun(parts);
  const left = rounds.reduce((sum, { controls, pairs }) => sum + controls + pairs.length, 0);
  return {
    next: { step: 'judge', done: run.done, rounds, tried: [...run.tried] },
    unitsTotal: run.done + left,
    doing: `Having answers judged by ${first.judge}`,
  };
}

function knownByStratum({ book }: ShadowParts, models: readonly string[]): Map<string, { sum: number; count: number }> {
  const known = new Map<string, { sum: number; count: number }>();
  for (const pair of book.pairs) {
    const prompt = book.seenOf(pair.requestId);
    const found = models.includes(pair.endpoint) && prompt?.track === 'cloud' ? valueOf(book, pair) : null;
    if (found === null || prompt === null) continue;
    const stratum = stratumOf(prompt);
    const { sum, count } = known.get(stratum) ?? { sum: 0, count: 0 };
    known.set(stratum, { sum: sum + found.value, count: count + 1 });
  }
  return known;
}
