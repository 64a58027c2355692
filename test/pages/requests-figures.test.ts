import { describe, expect, it } from 'vitest';
import type { AttemptView, RequestView } from '../../src-shared/control.ts';
import type { PicturedCandidate } from '../../src-renderer/views/requests/candidate.ts';
import { filterOfQuery, toQuery } from '../../src-renderer/views/requests/filter-of-query.ts';
import { formatCents } from '../../src-renderer/views/requests/format-cents.ts';
import { groupRefusals } from '../../src-renderer/views/requests/group-refusals.ts';
import { fits, toRow } from '../../src-renderer/views/requests/request-row.ts';
import { toScorePicture } from '../../src-renderer/views/requests/score-bars.ts';
import { toTimeline } from '../../src-renderer/views/requests/timeline.ts';
import { whatHappened } from '../../src-renderer/views/requests/what-happened.ts';

function attempt(changes: Partial<AttemptView> = {}): AttemptView {
  return {
    providerId: 'ollama',
    model: 'small',
    track: 'local',
    startedMs: 10,
    firstContentMs: 60,
    durationMs: 190,
    outcome: 'ok',
    status: 200,
    failureCode: null,
    inputTokens: 5,
    cachedInputTokens: null,
    cacheWriteTokens: null,
    outputTokens: 15,
    reasoningTokens: null,
    usageEstimated: false,
    costNanoUsd: 0,
    ...changes,
  };
}

function request(changes: Partial<RequestView> = {}): RequestView {
  return {
    id: 'a1',
    startedAtMs: 0,
    operation: 'openai-chat',
    app: 'zed',
    requestedModel: 'pointsman/auto',
    stream: true,
    outcome: 'ok',
    status: 200,
    path: 'local',
    reason: 'named exactly',
    failureCode: null,
    durationMs: 200,
    firstContentMs: 60,
    overheadMs: 1,
    costNanoUsd: 0,
    referenceNanoUsd: null,
    energyJoules: null,
    decision: null,
    attempts: [attempt()],
    ...changes,
  };
}

function candidate(parts: Partial<PicturedCandidate['parts']>, score: number): PicturedCandidate {
  const none = { quality: 0, preference: 0, latency: 0, cost: 0, energy: 0, pressure: 0 };
  return {
    endpointId: 'ollama/small',
    track: 'local',
    score,
    parts: { ...none, ...parts },
    propensity: 1,
    firstTokenMs: null,
    tokensPerSecond: null,
    quality: null,
    qualitySd: null,
    costNanoUsd: null,
    observations: null,
    isChosen: true,
    hasAnswered: false,
  };
}

describe('the picture of scores', () => {
  it('lays all models on one scale, gains right of zero and losses left of it', () => {
    const picture = toScorePicture([
      candidate({ quality: 300, latency: -100 }, 200),
      candidate({ quality: 150, preference: 50 }, 200),
    ]);
    expect(picture.zeroAt).toBe(25);
    expect(picture.bars[0]?.pieces).toEqual([
      { part: 'quality', left: 25, width: 75 },
      { part: 'latency', left: 0, width: 25 },
    ]);
    expect(picture.bars[1]?.pieces.map(({ left, width }) => left + width)).toEqual([62.5, 75]);
    expect(picture.bars.map(({ sumAt }) => sumAt)).toEqual([75, 75]);
  });

  it('stands where nothing is known', () => {
    expect(toScorePicture([{ ...candidate({}, 0), score: null }])).toEqual({
      zeroAt: 0,
      bars: [{ pieces: [], sumAt: null }],
    });
  });
});

describe('cents of worth', () => {
  it.each([
    [13_141_634, '+1.31 ¢'],
    [-96_682, '−0.0097 ¢'],
    [-297, '−0 ¢'],
    [0, '0 ¢'],
    [null, null],
  ])('prints %s nano-dollars as %s', (nanoUsd, text) => expect(formatCents(nanoUsd)).toBe(text));
});

describe('the timeline', () => {
  it('lays a failed call and the one that followed beside each other in time', () => {
    const failed = attempt({ startedMs: 20, durationMs: 30, firstContentMs: null, outcome: 'failed' });
    const timeline = toTimeline(request({ attempts: [failed, attempt({ startedMs: 50, durationMs: 150 })] }));
    expect(timeline.before).toBe(10);
    expect(timeline.rows.map(({ left, waiting, answering }) => [left, waiting, answering])).toEqual([
      [10, 15, 0],
      [25, 5, 70],
    ]);
  });

  it('has room for a call that ran on after the client had its answer', () => {
    expect(toTimeline(request({ durationMs: 100 })).spanMs).toBe(200);
  });
});

describe('what happened', () => {
  it('measures the first token from the call on, and the speed from the first token on', () => {
    const happened = whatHappened(request()).get('ollama/small');
    expect(happened).toEqual({ firstTokenMs: 50, tokensPerSecond: 100, costNanoUsd: 0 });
  });

  it('knows neither of an answer that came in one piece', () => {
    const happened = whatHappened(request({ stream: false })).get('ollama/small');
    expect(happened).toMatchObject({ firstTokenMs: null, tokensPerSecond: null });
  });
});

describe('the list', () => {
  it('finds rows by app, asked model or answering model, whatever the case', () => {
    const row = toRow(request({ attempts: [attempt({ outcome: 'failed', model: 'first' }), attempt()] }));
    const all = { text: '', outcome: 'all', track: 'all' } as const;
    expect(row.answeredBy).toEqual({ model: 'small', track: 'local' });
    expect(['ZED', 'auto', ' small '].every((text) => fits(row, { ...all, text }))).toBe(true);
    expect(fits(row, { ...all, text: 'first' })).toBe(false);
    expect(fits(row, { ...all, track: 'cloud' })).toBe(false);
    expect(fits(row, { ...all, outcome: 'failed' })).toBe(false);
  });

  it('reads its filters from the address, and takes what is none for all', () => {
    expect(filterOfQuery({ outcome: 'failed', track: 'moon', text: 'zed' })).toEqual({
      outcome: 'failed',
      track: 'all',
      text: 'zed',
    });
    expect(toQuery(filterOfQuery({ outcome: 'failed', text: 'zed' }))).toEqual({ outcome: 'failed', text: 'zed' });
  });

  it('groups what was ruled out by its reason, the commonest first', () => {
    const groups = groupRefusals([
      { endpointId: 'a/1', why: 'cannot see images' },
      { endpointId: 'b/1', why: 'there is no network', kind: 'not_now' },
      { endpointId: 'b/2', why: 'there is no network', kind: 'not_now' },
    ]);
    expect(groups).toEqual([
      { why: 'There is no network', kind: 'not_now', endpointIds: ['b/1', 'b/2'] },
      { why: 'Cannot see images', kind: null, endpointIds: ['a/1'] },
    ]);
  });
});
