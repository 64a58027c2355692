import { fit, shortName, toLine, type Cell, type LineStyle } from './line.ts';
import type { ShownAct } from './show-state.ts';

const BAR_WIDTH = 10;
const LABEL_WIDTH = 25;
const NARROW = 80;

/** The acts of a scene, one below the other, so that the change is seen; below them the latest note. The oldest give way. */
export function renderActs(acts: readonly ShownAct[], lines: number, style: LineStyle): string[] {
  const note = acts.findLast(({ notes }) => notes.length > 0)?.notes.at(-1);
  const shown = acts.slice(-Math.max(0, lines - (note === undefined ? 0 : 1)));
  const rendered = lines <= 1 ? [] : shown.map((act) => toLine(actCells(act, style), style));
  if (note !== undefined && lines > 0) rendered.push(toLine([['dim', `  ${note}`]], style));
  return [...rendered, ...Array.from({ length: Math.max(0, lines - rendered.length) }, () => '')];
}

function actCells(act: ShownAct, style: LineStyle): Cell[] {
  const { columns, unicode } = style;
  const label = fit(act.label, columns < NARROW ? LABEL_WIDTH - 6 : LABEL_WIDTH, unicode);
  return [
    [null, `${label} `],
    ...bar(act, unicode),
    [null, `  ${describeTracks(act)}  `],
    ['dim', describeModels(act, shortName)],
  ];
}

/** The share of each track, as far as it is known. */
function bar({ requests, local, cloud }: ShownAct, unicode: boolean): Cell[] {
  if (requests === 0) return [['dim', (unicode ? '·' : '.').repeat(BAR_WIDTH)]];
  const ofLocal = Math.round((local / requests) * BAR_WIDTH);
  const ofCloud = Math.min(BAR_WIDTH - ofLocal, Math.round((cloud / requests) * BAR_WIDTH));
  return [
    ['green', (unicode ? '█' : '#').repeat(ofLocal)],
    ['cyan', (unicode ? '▒' : '=').repeat(ofCloud)],
    ['red', (unicode ? '×' : 'x').repeat(BAR_WIDTH - ofLocal - ofCloud)],
  ];
}

/** `4 local, 3 cloud, 1 failed`; tracks that nobody went to are left out. */
export function describeTracks({ local, cloud, failed, requests }: ShownAct): string {
  if (requests === 0) return 'nothing yet';
  const counts = [
    [local, 'local'],
    [cloud, 'cloud'],
    [failed, 'failed'],
  ] as const;
  return counts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(', ');
}

/** `sim-llama:3b 4, sim-cloud-mini 1`, the most used first. */
export function describeModels({ models }: ShownAct, print: (name: string) => string = String): string {
  return Object.entries(models)
    .sort(([, one], [, other]) => other - one)
    .map(([name, count]) => `${print(name)} ${count}`)
    .join(', ');
}
