import { formatUsd } from '../demo-table.ts';
import { shareLine, shortName, toLine, toShares, type Cell, type LineStyle } from './line.ts';
import type { Readings, ShowState } from './show-state.ts';

const LABEL_WIDTH = 11;
/** Requests behind each sign of a sparkline. */
const PER_SIGN = 2;
const MOST_SIGNS = 16;
/** From this height on there is room for what is only good to know. */
const TALL_ROWS = 30;

/** What the gateway says of itself: shares, money, power, strategy, what was learned, and the latest reasons. */
export function renderStatus(state: ShowState, style: LineStyle & { rows: number }): string[] {
  const { readings } = state;
  const rows: [label: string, ...cells: Cell[]][] = [['local share', ...shareCells(state, style)]];
  if (readings !== null) {
    rows.push(['money', [null, describeMoney(readings)]]);
    rows.push(['power', [null, describePower(readings)]]);
    rows.push(['strategy', [null, describeStrategy(readings)]]);
    if (style.rows >= TALL_ROWS) rows.push(['adapted', [null, readings.adaptation ?? 'not yet']]);
    rows.push(['learned', [null, describeLearned(readings)]]);
  }
  const reasons = latestReasons(state);
  rows.push(['why local', ['green', reasons.local]], ['why cloud', ['cyan', reasons.cloud]]);
  return rows.map(([label, ...cells]) => toLine([['dim', `${label.padEnd(LABEL_WIDTH)} `], ...cells], style));
}

/** For each kind of traffic that had the choice: how the share of local answers went, and what it is now. */
function shareCells({ stayedLocal }: ShowState, { unicode }: LineStyle): Cell[] {
  return Object.entries(stayedLocal).flatMap(([kind, outcomes]): Cell[] => {
    const shares = toShares(outcomes, PER_SIGN).slice(-MOST_SIGNS);
    const latest = outcomes.slice(-2 * PER_SIGN);
    const now = Math.round((100 * latest.filter(Boolean).length) / latest.length);
    return [[null, `${kind} `], ['green', shareLine(shares, unicode)], [null, ` ${now} %   `]]; // prettier-ignore
  });
}

function describeMoney({ spentNanoUsd, savedNanoUsd, reference, budget }: Readings): string {
  const spent = `${formatUsd(spentNanoUsd)} spent`;
  const saved =
    savedNanoUsd === null || reference === null
      ? ''
      : `, ${formatUsd(savedNanoUsd)} saved (estimate) against ${shortName(reference.slice(reference.indexOf('/') + 1))}`;
  return budget ?? spent + saved;
}

function describePower({ onBattery, batteryPercent, gateOpen, gateWhy }: Readings): string {
  const source = onBattery === null ? 'unknown' : onBattery ? 'on battery' : 'on mains';
  const charge = batteryPercent === null ? '' : `, ${batteryPercent} %`;
  const why = gateWhy.replaceAll(/ \(needed: [^)]*\)/gu, '');
  return `${source}${charge}; idle gate ${gateOpen ? 'open: background work may run' : `closed: ${why}`}`;
}

function describeStrategy({ strategy, actsAs }: Readings): string {
  return strategy === actsAs ? strategy : `${strategy}, acts as ${actsAs}`;
}

/** Estimate of good answers, and how many answers it is made from. */
function describeLearned({ models }: Readings): string {
  const known = models.filter(({ quality }) => quality !== null);
  if (known.length === 0) return 'nothing yet';
  return known
    .map(({ name, quality, evidence }) => {
      const from = evidence < 1 ? '<1' : evidence.toFixed(0);
      return `${shortName(name)} ${(quality ?? 0).toFixed(2)} (${from})`;
    })
    .join(', ');
}

function latestReasons({ acts }: ShowState): { local: string; cloud: string } {
  const now = acts.at(-1)?.reasons ?? {};
  const tell = (reason: string | undefined): string => (reason ?? '-').replace(/^(?:local|cloud): /u, '');
  return { local: tell(now.local), cloud: tell(now.cloud) };
}
