import { createSeededRandom } from '../../src-main/demo/seeded-random.ts';

/** How a model that cannot get on shows it. */
export const STUCK_KINDS = ['repeats', 'errors', 'undone', 'told', 'mixed'] as const;
export type StuckKind = (typeof STUCK_KINDS)[number];

/** One session of a coding agent, before anybody has answered. */
export interface SessionScript {
  /** From 0. */
  number: number;
  /** The protocol that the agent speaks. */
  surface: 'openai' | 'anthropic';
  /** What the person asks for. */
  task: string;
  /** Factor on the length of tool results: histories end at some 20,000 to 40,000 tokens. */
  verbosity: number;
  /** The step that only a strong model can do; null: there is none. */
  hard: { step: number; kind: StuckKind } | null;
}

export const SESSIONS = 20;
/** Tool turns of a session in which everything goes well. */
export const STEPS = 30;
/** After so many turns the person gives up. */
export const MOST_TURNS = 40;

/** Sessions with a hard step, each with another way of being stuck; both protocols among them. */
const HARD_SESSIONS = [2, 5, 9, 12, 16];
const EARLIEST_HARD_STEP = 8;
const HARD_STEP_SPAN = 14;

const VERBS = ['Fix', 'Extend', 'Speed up', 'Tidy up', 'Port'];
const THINGS = ['the ledger', 'the import of invoices', 'the search page', 'the mail queue'];

/** The twenty sessions of a seed. */
export function writeSessions(seed: number): readonly SessionScript[] {
  return Array.from({ length: SESSIONS }, (_, number) => {
    const uniform = createSeededRandom('session', seed, number);
    const place = HARD_SESSIONS.indexOf(number);
    const kind = STUCK_KINDS[place];
    const verbosity = 0.7 + 0.65 * uniform();
    const step = EARLIEST_HARD_STEP + Math.floor(HARD_STEP_SPAN * uniform());
    const verb = VERBS[number % VERBS.length] ?? '';
    const thing = THINGS[Math.floor(number / VERBS.length)] ?? '';
    return {
      number,
      surface: number % 2 === 0 ? 'openai' : 'anthropic',
      task: `${verb} ${thing}. The tests are in test/part-${number}; run them before you stop.`,
      verbosity,
      hard: kind === undefined ? null : { step, kind },
    };
  });
}
