import { describe, expect, test } from 'vitest';
import { judge } from '../../bench/agents/demands.ts';
import { meanOf, slowestEscalation, toAgentFigures, type AgentFigures } from '../../bench/agents/figures.ts';
import type { PlayedSession, PlayedTurn } from '../../bench/agents/play-session.ts';
import { STRONG, WEAK } from '../../bench/agents/world.ts';

/** A turn by its mark: w, S useful; -, _ useless; ! nobody answered; `^` after it: escalated; `*`: a call of it failed. */
function session(marks: string, hard: PlayedSession['script']['hard'] = null, number = 0): PlayedSession {
  let isStuck = false;
  const turns = [...marks.matchAll(/([wS_!-])([\^*]?)/g)].map(([, mark = '', sign]): PlayedTurn => {
    const turn = {
      answeredBy: mark === '!' ? null : 'w-'.includes(mark) ? WEAK : STRONG,
      escalated: sign === '^',
      isStuck,
      hadTrouble: sign === '*',
      isGood: 'wS'.includes(mark),
      promptTokens: 1_000,
      cachedTokens: mark === 'w' ? 900 : 500,
      firstTokenMs: mark === '!' ? null : 400,
      durationMs: 2_000,
      costNanoUsd: mark === 'S' ? 10_000_000 : 0,
    };
    isStuck = hard !== null && '-_'.includes(mark);
    return turn;
  });
  const script = { number, surface: 'openai', task: '', verbosity: 1, hard } as const;
  return { script, turns, isDone: true, costNanoUsd: 2_000_000_000, waitedMs: 30_000 };
}
const HARD = { step: 3, kind: 'errors' } as const;

describe('the figures of a contender', () => {
  test('count the turns from the first useless answer to the strong model', () => {
    const { escalations } = toAgentFigures([session('www---S^S^', HARD, 7), session('ww-S^', HARD, 8)]);
    expect(escalations).toEqual([
      { session: 7, turns: 3 },
      { session: 8, turns: 1 },
    ]);
  });

  test('say "never" of a session that stayed stuck, and nothing of one that the strong model had already', () => {
    expect(toAgentFigures([session('www-----', HARD)]).escalations).toEqual([{ session: 0, turns: null }]);
    expect(toAgentFigures([session('SSS_SS', HARD)]).escalations).toEqual([]);
    expect(toAgentFigures([session('wwwwww')]).escalations).toEqual([]);
  });

  test('call an escalation needless when the session was not stuck, or not yet', () => {
    expect(toAgentFigures([session('ww-wS^S^')]).needless).toBe(1);
    expect(toAgentFigures([session('wS^S^', HARD)]).needless).toBe(1);
    expect(toAgentFigures([session('ww--S^S^', HARD), session('wwww')]).needless).toBe(0);
  });

  test('take staying as kept affinity, and leave out turns with a cause to leave', () => {
    expect(toAgentFigures([session('wwwwS')]).affinityKept).toBe(0.75);
    // To the strong model for being stuck or for a failed call costs nothing; coming back without a cause does.
    expect(toAgentFigures([session('ww-S', HARD), session('wS*w')]).affinityKept).toBe(2 / 3);
    expect(toAgentFigures([session('w')]).affinityKept).toBe(1);
  });

  test('sum up prompts, money and time', () => {
    const figures = toAgentFigures([session('wwww'), session('wSSS')]);
    expect(figures).toMatchObject({ cachedShare: 0.75, costUsd: 4, waitedSeconds: 30, turnsPerSession: 4, done: 2 });
    expect(figures.localShare).toBe(5 / 8);
    expect(figures.firstTokenP50Ms).toBe(400);
  });
});

describe('over several seeds', () => {
  const figures = (changes: Partial<AgentFigures>): AgentFigures => ({
    ...toAgentFigures([session('wwww')]),
    escalations: [1, 2, 3, 3, 2].map((turns, number) => ({ session: number, turns })),
    done: 20,
    costUsd: 1,
    cachedShare: 0.9,
    ...changes,
  });
  const rows = (own: AgentFigures[]) =>
    new Map([
      ['mine', own],
      ['always weak', [figures({ cachedShare: 0.94 })]],
      ['always strong', [figures({ cachedShare: 0.92, costUsd: 5 })]],
    ]);
  const missed = (own: AgentFigures[]) =>
    judge('mine', rows(own))
      .filter(({ verdict }) => verdict === 'MISS')
      .map(({ demand }) => demand);

  test('the slowest escalation counts, and one that never came is slower than all', () => {
    expect(slowestEscalation([figures({}), figures({ escalations: [{ session: 0, turns: 4 }] })])).toBe(4);
    expect(slowestEscalation([figures({}), figures({ escalations: [{ session: 0, turns: null }] })])).toBeNull();
    expect(meanOf([figures({ done: 18 }), figures({ done: 20 })], 'done')).toBe(19);
  });

  test('all demands are met by good figures', () => {
    expect(missed([figures({}), figures({ needless: 1 })])).toEqual([]);
  });

  test.each<[string, Partial<AgentFigures>]>([
    ['turns from getting stuck', { escalations: [1, 2, 3, 4, 1].map((turns) => ({ session: 0, turns })) }],
    ['turns from getting stuck', { escalations: [1, 2, 3, null, 1].map((turns) => ({ session: 0, turns })) }],
    ['sessions that got stuck', { escalations: [] }],
    ['needless', { needless: 2 }],
    ['cached share', { cachedShare: 0.8 }],
    ['stay where they are', { affinityKept: 0.9 }],
    ['sessions done', { done: 18 }],
    ['cost', { costUsd: 5.1 }],
  ])('%s: is missed by %j', (words, changes) => {
    const demands = missed([figures(changes)]);
    expect(demands).toHaveLength(1);
    expect(demands[0]).toContain(words);
  });
});
