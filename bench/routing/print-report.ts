import type { BenchFigures } from './collect-figures.ts';
import type { Demand } from './demands.ts';
import type { CurveSpread, LambdaRow } from './figures.ts';
import type { Spread } from './spread.ts';

const LABEL_WIDTH = 38;

/** Published by RouteLLM on the mmlu set: CPT50, CPT80, APGR. */
const PUBLISHED: readonly (readonly [string, number, number, number])[] = [
  ['random', 50.1, 79.9, 0.5],
  ['BERT', 41.3, 72.2, 0.572],
  ['matrix factorization', 35.5, 71.4, 0.597],
  ['causal LLM 8B', 35.5, 70.3, 0.6],
  ['SW ranking', 35.4, 71.6, 0.603],
];

const CAVEAT = `Not like for like: RouteLLM's routers saw about 1,500 labels of this domain beforehand and none on the stream;
this one starts from nothing and learns from the outcomes of the arms that it chose.`;

/** The whole report but the demands. */
export function formatReport(set: string, figures: BenchFigures): string {
  const { fixed, withoutOdd, speed } = figures;
  const seeds = figures.main.apgr.count;
  return [
    `Set ${set}: ${figures.rows} prompts, weak ${fixed.weak.toFixed(4)}, strong ${fixed.strong.toFixed(4)}`,
    `One pass per budget and seed, from an empty learner; mean ± sd over ${seeds} seeds, of side rows over ${figures.full.apgr.count}`,
    '',
    formatHeader(),
    formatRow('learner', figures.main),
    formatRow('learner, second half', figures.secondHalf),
    ...(withoutOdd === null ? [] : [formatRow('learner, x2', withoutOdd)]),
    ...figures.shadows.map(({ label, curve }) => formatRow(label, curve)),
    formatRow('control: random', figures.random),
    formatRow('control: full information', figures.full),
    formatRow('control: oracle', figures.oracle),
    ...(set === 'mmlu' ? ['', formatPublished()] : []),
    '',
    formatLambdas(figures.lambdas),
    '',
    `decision + update, two arms   ${figures.usPerDecision.toFixed(1)} µs of CPU, reading the prompt included`,
    `decision with 40 arms         ${speed.fortyArmsUs.toFixed(1)} µs; reading a prompt ${speed.readUs.toFixed(1)} µs, learning an outcome ${speed.learnUs.toFixed(1)} µs`,
  ].join('\n');
}

function formatHeader(): string {
  return ''.padEnd(LABEL_WIDTH) + ['APGR', 'CPT50 %', 'CPT80 %'].map((title) => title.padStart(16)).join('');
}

function formatRow(label: string, row: CurveSpread): string {
  const cells = [formatSpread(row.apgr, 1, 3), formatSpread(row.cpt50, 100, 1), formatSpread(row.cpt80, 100, 1)];
  return label.padEnd(LABEL_WIDTH) + cells.map((cell) => cell.padStart(16)).join('');
}

function formatPublished(): string {
  const rows = PUBLISHED.map(([name, cpt50, cpt80, apgr]) =>
    [
      `RouteLLM ${name}`.padEnd(LABEL_WIDTH),
      ...[apgr.toFixed(3), cpt50, cpt80].map((cell) => `${cell}`.padStart(16)),
    ].join(''),
  );
  return ['Published for this set (arXiv 2406.18665):', ...rows, CAVEAT].join('\n');
}

function formatLambdas(rows: readonly LambdaRow[]): string {
  const titles = ['λ', 'share %', 'quality', 'quality − λ·share', 'better static'];
  const lines = rows.map(({ lambda, share, quality, utility, staticUtility }) => [
    `${lambda}`,
    (share * 100).toFixed(1),
    quality.toFixed(4),
    utility.toFixed(4),
    staticUtility.toFixed(4),
  ]);
  return [titles, ...lines].map((line) => line.map((cell) => cell.padStart(18)).join('')).join('\n');
}

export function formatDemands(demands: readonly Demand[]): string {
  return demands.map(({ text, met }) => `${met ? 'met   ' : 'MISSED'}  ${text}`).join('\n');
}

function formatSpread({ mean, sd }: Spread, scale: number, digits: number): string {
  const text = (mean * scale).toFixed(digits);
  return sd === null ? text : `${text} ± ${(sd * scale).toFixed(digits)}`;
}
