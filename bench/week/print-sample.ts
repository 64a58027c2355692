import type { Outcome } from '../simulation/simulation.ts';
import type { Week } from './run-week.ts';
import { contextAt, DAYS } from './week-script.ts';

const HOUR_MS = 3_600_000;

/** Decisions from all over a week, with their reasons and what came of them. */
export function formatSample(week: Week | undefined, count: number): string {
  if (week === undefined) return '';
  const every = Math.max(1, Math.floor(week.outcomes.length / count));
  const lines = week.outcomes.filter((_, place) => place % every === 0).map(formatOutcome);
  return `${week.contender.name}\n${lines.slice(0, count).join('\n')}\n`;
}

function formatOutcome({ task, atMs, decision, ending, costNanoUsd }: Outcome): string {
  const day = DAYS[Math.floor(atMs / (24 * HOUR_MS))] ?? '';
  const hour = ((atMs / HOUR_MS) % 24).toFixed(1);
  const { answeredBy, firstTokenMs } = ending.result;
  const went = `${answeredBy ?? ending.errorType ?? '-'} ${firstTokenMs?.toFixed(0) ?? '-'} ms $${(costNanoUsd / 1e9).toFixed(5)}`;
  const was = ending.isGood === null ? 'none' : ending.isGood ? 'good' : 'bad';
  const scores = decision?.candidates.map(({ endpoint, score }) => `${endpoint.id} ${(score / 1e9).toFixed(5)}`) ?? [];
  return `  ${day} ${hour} ${contextAt(atMs)} ${task.kind}: ${went} ${was} | ${decision?.reason ?? ''} | ${scores.join(', ')}`;
}
