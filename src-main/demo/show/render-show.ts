import { toLine, type LineStyle } from './line.ts';
import { renderActs } from './render-acts.ts';
import { renderLane, renderWaiting } from './render-lane.ts';
import { renderStatus } from './render-status.ts';
import type { ShowState } from './show-state.ts';

export interface Frame extends LineStyle {
  rows: number;
}

/** Below this a frame says less than plain lines would. */
export const LEAST_FRAME = { columns: 60, rows: 18 };

const LABEL = 'Pointsman demo: engines SIMULATED, power SCRIPTED, nothing is paid';
const FEWEST_ACTS = 3;
const MOST_IN_LANE = 6;

/** One frame: never more lines than rows, never a line longer than the columns. Pure. */
export function renderShow(state: ShowState, frame: Frame): string[] {
  const head = renderHead(state, frame);
  const status = renderStatus(state, frame);
  // Those that wait, two lane titles, two blank lines, and the last row stays free: writing into it makes some terminals scroll.
  const free = frame.rows - 1 - head.length - status.length - 5;
  const inLane = Math.max(1, Math.min(MOST_IN_LANE, Math.floor((free - Math.max(FEWEST_ACTS, actLines(state))) / 2)));
  const lanes = [
    renderWaiting(state, frame),
    ...renderLane(state, 'local', inLane, frame),
    ...renderLane(state, 'cloud', inLane, frame),
  ];
  const acts = renderActs(state.acts, Math.max(0, free - 2 * inLane), frame);
  return [...head, ...lanes, '', ...acts, '', ...status].slice(0, frame.rows - 1);
}

/** A line for each act, and one for what there is to be noted. */
function actLines({ acts }: ShowState): number {
  return acts.length + 1;
}

function renderHead({ scene, elapsedMs }: ShowState, frame: Frame): string[] {
  const clock = `${Math.floor(elapsedMs / 1000)} s`;
  const gap = ' '.repeat(Math.max(1, frame.columns - LABEL.length - clock.length - 1));
  const title = toLine([['bold', LABEL], [null, gap], ['dim', clock]], frame); // prettier-ignore
  if (scene === null) return [title, ''];
  return [
    title,
    toLine([['bold', `${scene.number}/${scene.of} ${scene.title}`], ['dim', '  Ctrl-C ends it']], frame), // prettier-ignore
    toLine([[null, scene.watch]], frame),
  ];
}
