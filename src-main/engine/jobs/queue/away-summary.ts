import type { AwaySummary, Finding, Proposal, RunCost, RunView } from '../../../../src-shared/jobs.ts';
import { durationInWords } from '../../resources/duration-in-words.ts';
import { addCosts, NO_COST } from '../run-meter.ts';

export interface SummaryParts {
  fromMs: number;
  toMs: number;
  /** Those that were at work in that time. A run's cost counts whole, also what it cost before. */
  runs: readonly RunView[];
  findings: readonly Finding[];
  proposals: readonly Proposal[];
  /** Times that the gate was open, oldest first; `endedAtMs` null: nobody knows until when. */
  openings: readonly { openedAtMs: number; endedAtMs: number | null }[];
}

const NANO_USD = 1e9;
const JOULES_PER_WATT_HOUR = 3_600;

/** What was done in a time, and what it cost. */
export function toAwaySummary(parts: SummaryParts): AwaySummary {
  const { fromMs, toMs } = parts;
  const within = (atMs: number) => atMs >= fromMs && atMs <= toMs;
  const summary = {
    fromMs,
    toMs,
    runs: [...parts.runs],
    findings: parts.findings.filter(({ foundAtMs, state }) => state === 'open' && within(foundAtMs)),
    proposals: parts.proposals.filter(({ proposedAtMs, state }) => state === 'open' && within(proposedAtMs)),
    cost: parts.runs.reduce<RunCost>((sum, { cost }) => addCosts(sum, cost), { ...NO_COST }),
    openMs: openTime(parts),
  };
  return { ...summary, sentence: toSentence(summary) };
}

/** False: nothing worth a notice. */
export function hasNews({ runs, findings, proposals }: AwaySummary): boolean {
  return (
    findings.length > 0 ||
    proposals.length > 0 ||
    runs.some(({ unitsDone, state }) => unitsDone > 0 || state === 'failed')
  );
}

function openTime({ openings, fromMs, toMs }: SummaryParts): number | null {
  let openMs = 0;
  for (const { openedAtMs, endedAtMs } of openings) {
    if (endedAtMs === null) return null;
    openMs += Math.max(0, Math.min(endedAtMs, toMs) - Math.max(openedAtMs, fromMs));
  }
  return openMs;
}

function toSentence(summary: Omit<AwaySummary, 'sentence'>): string {
  const { fromMs, toMs, runs, findings, proposals, cost } = summary;
  const time = `In ${durationInWords(Math.max(0, toMs - fromMs))}`;
  const done = runs.filter(({ state, unitsDone }) => state === 'done' && unitsDone > 0).length;
  const failed = runs.filter(({ state }) => state === 'failed').length;
  const begun = runs.filter(
    ({ state, unitsDone }) => (state === 'waiting' || state === 'running') && unitsDone > 0,
  ).length;
  const parts = [
    counted(done, 'job was', 'jobs were', 'finished'),
    counted(begun, 'job was', 'jobs were', 'gone on with'),
    counted(failed, 'job', 'jobs', 'failed'),
  ].filter((part) => part !== '');
  if (parts.length === 0) return `${time} no background work was done.`;
  const found = [
    counted(findings.length, 'finding', 'findings', 'to look at'),
    counted(proposals.length, 'proposal', 'proposals', 'to decide on'),
  ].filter((part) => part !== '');
  const foundText = found.length === 0 ? '' : ` ${capitalised(found.join(' and '))}.`;
  return `${time} ${parts.join(', ')}.${foundText} It cost ${money(cost)}${energy(cost)}.`;
}

function counted(count: number, one: string, many: string, what: string): string {
  return count === 0 ? '' : `${count} ${count === 1 ? one : many} ${what}`;
}

function money({ nanoUsd, unknownCosts }: RunCost): string {
  const known = nanoUsd === 0 ? 'no money' : `$${(nanoUsd / NANO_USD).toFixed(nanoUsd < NANO_USD / 100 ? 4 : 2)}`;
  return unknownCosts === 0 ? known : `${known} and ${unknownCosts} calls of unknown cost`;
}

function energy({ energyJoules }: RunCost): string {
  if (energyJoules === null) return ' and an unknown amount of energy';
  const wattHours = energyJoules / JOULES_PER_WATT_HOUR;
  return wattHours < 0.05 ? '' : ` and about ${wattHours.toFixed(wattHours < 10 ? 1 : 0)} Wh`;
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
