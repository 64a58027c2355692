import { wrap } from '../demo-table.ts';
import { describeModels, describeTracks } from './render-acts.ts';
import type { ShownAct } from './show-state.ts';

const LABEL_WIDTH = 27;
const INDENT = ' '.repeat(6);

/** An act in plain lines: where its requests went, how many answers were right, and why. */
export function printAct(act: ShownAct): string[] {
  const right = act.judged === 0 ? '' : `; ${act.right} of ${act.judged} right`;
  const races = act.races === 0 ? '' : `; ${act.races} might have been raced`;
  const models = describeModels(act);
  const head = `  ${act.label.padEnd(LABEL_WIDTH)} ${describeTracks(act)}${right}${races}${models === '' ? '' : `  [${models}]`}`;
  const reasons = Object.entries(act.reasons).map(
    ([track, reason]) => `why ${track}: ${reason.replace(/^\w+: /u, '')}`,
  );
  return [head.trimEnd(), ...[...act.notes, ...reasons].flatMap((text) => wrap(text, INDENT))];
}
