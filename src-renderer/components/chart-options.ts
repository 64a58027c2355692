import type { AlignedData, Axis, Options, Series } from 'uplot';
import uPlot from 'uplot';
import type { Tone } from './tone.ts';

export interface ChartSeries {
  label: string;
  /** One for each moment; null: unknown, a gap. */
  values: readonly (number | null)[];
  tone: Tone;
  kind?: 'line' | 'area' | 'bars';
  /** For what is expected or a limit. */
  isDashed?: boolean;
  /** How much of its colour it has, 0 to 1, where several series share one; default: all of it. */
  shade?: number;
}

interface ChartLook {
  width: number;
  height: number;
  /** Any colour that CSS knows, as the canvas wants it. */
  colour: (css: string) => string;
  font: string;
  format: (value: number) => string;
  formatTime: (timeMs: number) => string | null;
  /** The scale reaches at least this far. */
  least: number;
  /** Index of the moment under the pointer; null: none. */
  onHover: (index: number | null) => void;
}

const TONE_COLOURS: Readonly<Record<Tone, string>> = {
  plain: '--color-ink',
  local: '--color-local-fill',
  cloud: '--color-cloud-fill',
  good: '--color-good',
  warn: '--color-warn',
  bad: '--color-bad',
};

export function colourOf({ tone, shade = 1 }: Pick<ChartSeries, 'tone' | 'shade'>): string {
  const colour = `var(${TONE_COLOURS[tone]})`;
  return shade === 1 ? colour : `color-mix(in srgb, ${colour} ${shade * 100}%, var(--color-surface))`;
}

/** uPlot counts in seconds. Stacked: the first series stands on all others, and is drawn behind them. */
export function toAligned(timesMs: readonly number[], series: readonly ChartSeries[], isStacked = false): AlignedData {
  const own = series.map(({ values }) => [...values]);
  return [timesMs.map((timeMs) => timeMs / 1_000), ...(isStacked ? stack(own) : own)];
}

function stack(values: (number | null)[][]): (number | null)[][] {
  return values.map((own, index) =>
    own.map((value, place) => values.slice(index + 1).reduce((sum, below) => sum + (below[place] ?? 0), value ?? 0)),
  );
}

export function toOptions(series: readonly ChartSeries[], look: ChartLook): Options {
  const axis: Axis = {
    stroke: look.colour('var(--color-muted)'),
    grid: { stroke: look.colour('var(--color-line)'), width: 1 },
    ticks: { show: false },
    font: look.font,
  };
  return {
    width: look.width,
    height: look.height,
    legend: { show: false },
    cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
    scales: {
      x: hasBars(series) ? { range: aroundBars } : {},
      y: { range: (_chart, _low, high) => [0, Math.max(high * 1.08, look.least) || 1] },
    },
    axes: [
      {
        ...axis,
        space: 76,
        size: 32,
        values: (_chart, splits) => splits.map((at) => look.formatTime(at * 1_000) ?? ''),
        incrs: hasBars(series) ? BAR_STEPS : LINE_STEPS,
      },
      { ...axis, size: 64, space: 44, values: (_chart, splits) => splits.map(look.format) },
    ],
    series: [{}, ...series.map((each) => toSeries(each, look))],
    hooks: { setCursor: [(chart) => look.onHover(chart.cursor.idx ?? null)] },
  };
}

/** Bars are days: labels stand at one of them, at every second one, and so on. */
const DAY_SECONDS = 86_400;
const BAR_STEPS = [1, 2, 3, 7, 14, 28, 56, 112].map((days) => days * DAY_SECONDS);

/** Times are told in whole seconds. */
const LINE_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 14_400, 28_800, ...BAR_STEPS];

const hasBars = (series: readonly ChartSeries[]) => series.some(({ kind }) => kind === 'bars');

/** Room for half a bar at either end. */
const aroundBars = (_chart: uPlot, low: number, high: number): [number, number] => [
  low - DAY_SECONDS / 2,
  high + DAY_SECONDS / 2,
];

function toSeries(of: ChartSeries, look: ChartLook): Series {
  const { label, kind = 'line', isDashed = false } = of;
  const colour = look.colour(colourOf(of));
  const bars = uPlot.paths.bars?.({ size: [0.7, 48], align: 0 });
  return {
    label,
    stroke: colour,
    width: kind === 'bars' ? 0 : 2,
    ...(kind === 'line' ? {} : { fill: kind === 'bars' ? colour : fade(colour) }),
    ...(kind === 'bars' && bars !== undefined ? { paths: bars } : {}),
    ...(isDashed ? { dash: [6, 4] } : {}),
    points: { show: false },
    spanGaps: false,
  };
}

/** A resolved `rgb(r, g, b)` with little of itself. */
function fade(colour: string): string {
  return colour.replace(/^rgb\((.+)\)$/, 'rgba($1, 0.16)');
}
