import { toDemand, type Demand } from '../simulation/demand.ts';
import { ALWAYS_STRONG, ALWAYS_WEAK } from './contenders.ts';
import { meanOf, slowestEscalation, type AgentFigures } from './figures.ts';
import { SESSIONS, STUCK_KINDS } from './session-script.ts';

/** Turns that a stuck agent may go on in circles. */
const MOST_TURNS = 3;
const MOST_NEEDLESS = 1;
/** One may have been with the strong model before it came to its hard step. */
const LEAST_STUCK = STUCK_KINDS.length - 1;
/** Against the better one of the two fixed endpoints. */
const LEAST_CACHED = 0.95;
const LEAST_AFFINITY = 0.95;
/** Sessions fewer than with the strong model always. */
const FEWER_DONE = 1;

/** Each demand on one contender; `rows` has the figures of every seed by contender. */
export function judge(name: string, rows: ReadonlyMap<string, readonly AgentFigures[]>): Demand[] {
  const own = rows.get(name) ?? [];
  const of = (other: string) => rows.get(other) ?? [];
  const strong = of(ALWAYS_STRONG);
  const fixed = Math.max(meanOf(of(ALWAYS_WEAK), 'cachedShare'), meanOf(strong, 'cachedShare'));
  const stuck = Math.min(...own.map(({ escalations }) => escalations.length));
  return [
    toDemand({
      demand: `${name}: sessions that got stuck, fewest of all seeds`,
      value: stuck,
      limit: LEAST_STUCK,
      isLeast: true,
    }),
    toDemand({
      demand: `${name}: turns from getting stuck to the strong model, most`,
      value: slowestEscalation(own),
      limit: MOST_TURNS,
    }),
    toDemand({
      demand: `${name}: needless escalations in ${SESSIONS} sessions, most`,
      value: Math.max(...own.map(({ needless }) => needless)),
      limit: MOST_NEEDLESS,
    }),
    toDemand({
      demand: `${name}: cached share of prompt tokens, of that with a fixed endpoint`,
      value: meanOf(own, 'cachedShare') / fixed,
      limit: LEAST_CACHED,
      isLeast: true,
    }),
    toDemand({
      demand: `${name}: turns that stay where they are`,
      value: meanOf(own, 'affinityKept'),
      limit: LEAST_AFFINITY,
      isLeast: true,
    }),
    toDemand({
      demand: `${name}: sessions done, of ${SESSIONS}`,
      value: meanOf(own, 'done'),
      limit: meanOf(strong, 'done') - FEWER_DONE,
      isLeast: true,
    }),
    toDemand({
      demand: `${name}: cost in USD, against the strong model always`,
      value: meanOf(own, 'costUsd'),
      limit: meanOf(strong, 'costUsd'),
    }),
  ];
}
