import { describe, expect, test } from 'vitest';
import { openHistory, titleRequest } from '../../bench/agents/history.ts';
import { SESSIONS, STEPS, STUCK_KINDS, writeSessions, type SessionScript } from '../../bench/agents/session-script.ts';
import { stuckTurn, usefulTurn, wastedTurn } from '../../bench/agents/tool-work.ts';
import { holdsSignedThinking } from '../../src-main/engine/routing/open-turn.ts';
import { findStuckSign } from '../../src-main/engine/routing/stuck-signs.ts';

const SCRIPTS = writeSessions(1);
const scriptOf = (surface: SessionScript['surface']): SessionScript => {
  const found = SCRIPTS.find((each) => each.surface === surface);
  if (found === undefined) throw new Error(`no session speaks ${surface}`);
  return found;
};

describe('the twenty sessions', () => {
  test('are the same for a seed, half of each protocol, and five have a hard step, each of another kind', () => {
    expect(SCRIPTS).toEqual(writeSessions(1));
    expect(SCRIPTS).not.toEqual(writeSessions(2));
    expect(SCRIPTS).toHaveLength(SESSIONS);
    expect(SCRIPTS.filter(({ surface }) => surface === 'openai')).toHaveLength(SESSIONS / 2);
    const kinds = SCRIPTS.flatMap(({ hard }) => (hard === null ? [] : [hard.kind]));
    expect(kinds).toEqual([...STUCK_KINDS]);
  });

  test('open with words of their own, so that nobody takes two of them for one conversation', () => {
    expect(new Set(SCRIPTS.map(({ task }) => task)).size).toBe(SESSIONS);
  });
});

describe.each(['openai', 'anthropic'] as const)('a history in the words of %s', (surface) => {
  const script = scriptOf(surface);

  test('grows to some 15,000 to 45,000 tokens in thirty steps, and shows no sign of being stuck on the way', () => {
    const history = openHistory(script);
    expect(history.request().promptTokens).toBeGreaterThan(2_500);
    for (let step = 0; step < STEPS; step++) {
      history.add(usefulTurn(script, step), null);
      expect(findStuckSign(history.request().request.messages)).toBeNull();
    }
    expect(history.request().promptTokens).toBeGreaterThan(15_000);
    expect(history.request().promptTokens).toBeLessThan(45_000);
  });

  test('with a slip now and then shows no sign of being stuck either', () => {
    const history = openHistory(script);
    for (let step = 0; step < STEPS; step++) {
      if (step % 10 === 6) history.add(wastedTurn(script, step), null);
      history.add(usefulTurn(script, step), null);
      expect(findStuckSign(history.request().request.messages)).toBeNull();
    }
  });

  test.each(STUCK_KINDS)('shows it within three turns when it is stuck: %s', (kind) => {
    const history = openHistory(script);
    for (let step = 0; step < 8; step++) history.add(usefulTurn(script, step), null);
    const signs = [0, 1, 2].map((attempt) => {
      history.add(stuckTurn(kind, attempt), null);
      return findStuckSign(history.request().request.messages);
    });
    expect(signs.some((sign) => sign !== null)).toBe(true);
  });
});

test('thinking is signed in the words of Anthropic only, and only by who signs', () => {
  const signedBy = (surface: SessionScript['surface'], signer: string | null) => {
    const script = scriptOf(surface);
    const history = openHistory(script);
    history.add(usefulTurn(script, 0), signer);
    return holdsSignedThinking(history.request().request.messages);
  };
  expect(signedBy('anthropic', 'somebody')).toBe(true);
  expect(signedBy('anthropic', null)).toBe(false);
  expect(signedBy('openai', 'somebody')).toBe(false);
});

test('a title is asked for with a short prompt of its own and without tools', () => {
  const { request, promptTokens } = titleRequest(scriptOf('openai'));
  expect(promptTokens).toBeLessThan(200);
  expect(request.tools).toBeUndefined();
});
