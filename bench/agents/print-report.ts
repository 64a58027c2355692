import { formatRows } from '../simulation/format-rows.ts';
import { meanOf, type AgentFigures } from './figures.ts';
import type { PlayedSession } from './play-session.ts';
import { STRONG } from './world.ts';

const COLUMNS: readonly { title: string; text: (figures: readonly AgentFigures[]) => string }[] = [
  { title: 'done', text: (figures) => meanOf(figures, 'done').toFixed(1) },
  { title: 'cost $', text: (figures) => meanOf(figures, 'costUsd').toFixed(2) },
  { title: 'turns', text: (figures) => meanOf(figures, 'turnsPerSession').toFixed(1) },
  { title: 'waited s', text: (figures) => meanOf(figures, 'waitedSeconds').toFixed(0) },
  { title: 'first token ms', text: (figures) => meanOf(figures, 'firstTokenP50Ms').toFixed(0) },
  { title: 'local', text: (figures) => percent(meanOf(figures, 'localShare')) },
  { title: 'cached', text: (figures) => percent(meanOf(figures, 'cachedShare')) },
  { title: 'stays', text: (figures) => percent(meanOf(figures, 'affinityKept')) },
  { title: 'got stuck', text: (figures) => String(figures.flatMap(({ escalations }) => escalations).length) },
  { title: 'escalated after', text: formatTurns },
  { title: 'needless', text: (figures) => figures.map(({ needless }) => needless).join(' ') },
];

/** Means over seeds; of escalations the sums, needless ones seed by seed. */
export function formatTable(rows: ReadonlyMap<string, readonly AgentFigures[]>): string {
  const body = [...rows].map(([name, figures]) => [name, ...COLUMNS.map(({ text }) => text(figures))]);
  return formatRows([['', ...COLUMNS.map(({ title }) => title)], ...body]);
}

/** A line for each session: w and S are useful turns of the weak and the strong model, - and _ useless ones. */
export function formatSessions(sessions: readonly PlayedSession[]): string {
  return sessions
    .toSorted((one, other) => one.script.number - other.script.number)
    .map(({ script, turns, isDone }) => {
      const head = `${script.number} ${script.surface} ${script.hard?.kind ?? ''}`;
      const marks = turns.map(({ answeredBy, isGood, escalated }) => {
        const mark = answeredBy === STRONG ? (isGood ? 'S' : '_') : isGood ? 'w' : '-';
        return answeredBy === null ? '!' : `${mark}${escalated ? '^' : ''}`;
      });
      return `${head.padEnd(22)} ${marks.join('')} ${isDone ? '' : 'given up'}`.trimEnd();
    })
    .join('\n');
}

/** How many sessions after how many turns. */
function formatTurns(figures: readonly AgentFigures[]): string {
  const counts = new Map<string, number>();
  for (const { turns } of figures.flatMap(({ escalations }) => escalations)) {
    const after = turns === null ? 'never' : String(turns);
    counts.set(after, (counts.get(after) ?? 0) + 1);
  }
  return [...counts]
    .sort()
    .map(([after, count]) => `${after}: ${count}x`)
    .join(', ');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
