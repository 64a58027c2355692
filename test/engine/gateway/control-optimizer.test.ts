import { describe, expect, test } from 'vitest';
import {
  evaluation,
  feedbackTaken,
  optimizerStatus,
  routeAnswer,
  type FeedbackInput,
  type OptimizerChange,
  type RouteQuestionInput,
} from '../../../src-shared/optimizer.ts';
import { CLOUD_ID, LOCAL_ID, startTwoTracks, type TwoTracks } from '../../support/start-two-tracks.ts';
import { postJson } from '../../robustness/surfaces.ts';
import { problemOf } from './control-client.ts';

const ROUTES: readonly (readonly [method: string, path: string])[] = [
  ['GET', '/control/v1/optimizer'],
  ['POST', '/control/v1/optimizer'],
  ['POST', '/control/v1/route'],
  ['POST', '/control/v1/feedback'],
  ['GET', '/control/v1/evaluation'],
  ['GET', '/control/v1/gate'],
  ['POST', '/control/v1/gate/pause'],
  ['POST', '/control/v1/gate/resume'],
  ['GET', '/control/v1/resources'],
  ['GET', '/control/v1/spend'],
  ['GET', '/control/v1/apps'],
  ['POST', '/control/v1/apps'],
  ['POST', '/control/v1/apps/editor'],
  ['DELETE', '/control/v1/apps/editor'],
];

function send(bench: TwoTracks, path: string, body: unknown): Promise<Response> {
  return bench.control(path, { method: 'POST', body: JSON.stringify(body) });
}

/** One routed request; gives its id. */
async function ask(bench: TwoTracks, model = 'pointsman/auto', prompt = 'Hello'): Promise<string> {
  const messages = [{ role: 'user', content: prompt }];
  const reply = await postJson(`${bench.url}/v1/chat/completions`, { model, messages, max_tokens: 100 });
  await reply.text();
  return reply.headers.get('x-pointsman-request-id') ?? '';
}

test('everything about choosing, machine and money is behind the control token', async () => {
  const bench = await startTwoTracks();
  for (const [method, path] of ROUTES) {
    for (const headers of [{}, { authorization: 'Bearer wrong' }]) {
      const reply = await fetch(bench.url + path, { method, headers: headers as Record<string, string> });
      expect([path, await problemOf(reply)]).toMatchObject([path, { status: 401, code: 'unauthorized' }]);
    }
    const page = await bench.control(path, { method, headers: { origin: 'https://evil.example' } });
    expect([path, page.status]).toEqual([path, 403]);
  }
});

describe('GET /control/v1/optimizer', () => {
  test('tells strategy, preferences and what was learned, before anything happened', async () => {
    const bench = await startTwoTracks();
    const status = optimizerStatus.parse(await (await bench.control('/control/v1/optimizer')).json());
    expect(status).toMatchObject({
      enabled: true,
      degraded: [],
      suspendedUntilMs: null,
      strategy: 'balanced',
      actsAs: 'balanced',
      learning: { observations: 0, dropped: 0, endpoints: [] },
      adaptations: [],
    });
    expect(status.windows.map(({ name }) => name)).toEqual(['5 minutes', '1 h']);
  });

  test('counts what was routed, by path', async () => {
    const bench = await startTwoTracks({
      settings: { optimizer: { hedging: false, cascade: false, exploration: { enabled: false } } },
    });
    for (let count = 0; count < 3; count += 1) await ask(bench, 'pointsman/best', `question ${count}`);
    await ask(bench, 'pointsman/private');
    await ask(bench, LOCAL_ID);
    const { windows } = optimizerStatus.parse(await (await bench.control('/control/v1/optimizer')).json());
    expect(windows[0]?.total).toMatchObject({ requests: 4, successRate: 1 });
    expect(windows[0]?.byPath).toMatchObject({ cloud: { requests: 3 }, local: { requests: 1 } });
  });
});

describe('POST /control/v1/optimizer', () => {
  test.each<[OptimizerChange, object]>([
    [{ strategy: 'cost_focused' }, { strategy: 'cost_focused', actsAs: 'cost_focused' }],
    [{ enabled: false }, { enabled: false, strategy: 'balanced' }],
    [{ cloudShare: 0.25 }, { enabled: true }],
    [{}, { strategy: 'balanced' }],
  ])('changes %j, at once and for the next start', async (change, expected) => {
    const bench = await startTwoTracks();
    const reply = await send(bench, '/control/v1/optimizer', change);
    expect([reply.status, optimizerStatus.parse(await reply.json())]).toMatchObject([200, expected]);
    const kept = optimizerStatus.parse(await (await bench.control('/control/v1/optimizer')).json());
    expect(kept).toMatchObject(expected);
  });

  test('"local only" holds from the next request on, and is taken back as easily', async () => {
    const bench = await startTwoTracks();
    await send(bench, '/control/v1/optimizer', { localOnly: true });
    await ask(bench, 'pointsman/best');
    expect(bench.cloud.calls).toHaveLength(0);
    await send(bench, '/control/v1/optimizer', { localOnly: false });
    await ask(bench, 'up/big');
    expect(bench.cloud.calls).toHaveLength(1);
  });

  test('a wanted share of nothing in the cloud is kept to', async () => {
    const bench = await startTwoTracks();
    await send(bench, '/control/v1/optimizer', { cloudShare: 0 });
    for (let count = 0; count < 5; count += 1) await ask(bench, 'pointsman/best', `question ${count}`);
    expect([bench.local.calls.length, bench.cloud.calls.length]).toEqual([5, 0]);
    await send(bench, '/control/v1/optimizer', { cloudShare: null });
    await ask(bench, 'pointsman/best', 'one more question');
    expect(bench.cloud.calls.length).toBeGreaterThan(0);
  });

  test.each([{ strategy: 'fastest' }, { cloudShare: 2 }, { speed: 1 }, 'balanced', null])(
    'refuses %j and changes nothing',
    async (change) => {
      const bench = await startTwoTracks();
      const reply = await send(bench, '/control/v1/optimizer', change);
      expect(await problemOf(reply)).toMatchObject({ status: 400, code: 'invalid_request' });
      const status = optimizerStatus.parse(await (await bench.control('/control/v1/optimizer')).json());
      expect(status).toMatchObject({ strategy: 'balanced', enabled: true });
    },
  );
});

describe('POST /control/v1/route', () => {
  async function route(bench: TwoTracks, question: Partial<RouteQuestionInput>) {
    return routeAnswer.parse(await (await send(bench, '/control/v1/route', { prompt: 'Hello', ...question })).json());
  }

  test('explains a choice with all its figures, calls nothing and leaves no trace', async () => {
    const bench = await startTwoTracks();
    const before = await (await bench.control('/control/v1/optimizer')).json();
    const answer = await route(bench, { prompt: 'What is the capital of France?' });
    expect(answer.candidates.map(({ endpoint }) => endpoint).sort()).toEqual([LOCAL_ID, CLOUD_ID].sort());
    const sums = answer.candidates.map(({ parts }) => Object.values(parts).reduce((sum, part) => sum + part, 0));
    answer.candidates.forEach(({ score }, place) => expect(score).toBe(sums[place]));
    expect(answer.candidates.reduce((sum, { propensity }) => sum + propensity, 0)).toBeCloseTo(1, 9);
    expect(answer.reason).toMatch(/^(local|cloud): /);
    expect(answer.decisionMicroseconds).toBeGreaterThan(0);
    expect([bench.local.calls.length, bench.cloud.calls.length]).toEqual([0, 0]);
    expect(await (await bench.control('/control/v1/optimizer')).json()).toEqual(before);
  });

  test('is what a request gets that is asked right after it', async () => {
    const bench = await startTwoTracks({
      settings: { optimizer: { hedging: false, cascade: false, exploration: { enabled: false } } },
    });
    const models = ['pointsman/auto', 'pointsman/best', 'pointsman/cheap', 'pointsman/private'];
    for (const [place, model] of models.entries()) {
      const { candidates } = await route(bench, { model, prompt: 'Hello', maxOutputTokens: 100 });
      await ask(bench, model, 'Hello');
      const [record] = await bench.recorded(place + 1);
      expect([model, record?.decision?.answeredBy]).toEqual([model, candidates[0]?.endpoint]);
    }
  });

  test('follows pins, tools and images', async () => {
    const bench = await startTwoTracks();
    expect((await route(bench, { private: true })).keptPrivate).toBe('this request is private');
    expect((await route(bench, { track: 'cloud' })).candidates.map(({ track }) => track)).toEqual(['cloud']);
    expect(await route(bench, { strategy: 'cost_focused' })).toMatchObject({ strategy: 'cost_focused' });
    expect(await route(bench, { images: true })).toMatchObject({
      kind: 'vision',
      refusals: [{ endpointId: LOCAL_ID, why: 'cannot see images', kind: 'cannot' }],
    });
    expect((await route(bench, { tools: 2 })).candidates).toHaveLength(2);
  });

  test('knows the rules of apps and substitutes', async () => {
    const app = { id: 'kept', name: 'Kept', keyHash: '0'.repeat(64), createdAtMs: 0, private: true };
    const substitutions = { 'gpt-4o': LOCAL_ID, 'my-model': 'pointsman/private' };
    const bench = await startTwoTracks({ settings: { apps: [app], models: { substitutions } } });
    expect(await route(bench, { model: 'pointsman/best', app: 'kept' })).toMatchObject({
      keptPrivate: 'everything this app asks is private',
      candidates: [{ endpoint: LOCAL_ID }],
    });
    expect((await route(bench, { model: 'gpt-4o' })).candidates.map(({ endpoint }) => endpoint)).toEqual([LOCAL_ID]);
    const stillPrivate = { models: { substitutions: { 'pointsman/private': CLOUD_ID } } };
    const kept = await route(await startTwoTracks({ settings: stillPrivate }), { model: 'pointsman/private' });
    expect(kept).toMatchObject({ candidates: [], refusals: [{ endpointId: CLOUD_ID, kind: 'may_not' }] });
    expect((await route(bench, { model: 'my-model' })).candidates.map(({ endpoint }) => endpoint)).toEqual([LOCAL_ID]);
  });

  test('of a name that nobody has is 404, of no question 400', async () => {
    const bench = await startTwoTracks();
    const unknown = await send(bench, '/control/v1/route', { prompt: 'Hello', model: 'nobody' });
    expect(await problemOf(unknown)).toMatchObject({ status: 404, code: 'not_found' });
    for (const question of [{}, { prompt: '' }, { prompt: 'x', deadlineMs: 0 }, { prompt: 'x', private: false }]) {
      expect((await send(bench, '/control/v1/route', question)).status).toBe(400);
    }
  });
});

describe('POST /control/v1/feedback', () => {
  async function feedback(bench: TwoTracks, input: Partial<FeedbackInput>): Promise<Response> {
    return send(bench, '/control/v1/feedback', { kind: 'success', ...input });
  }

  test.each<[string, Partial<FeedbackInput>, number]>([
    ['success', { kind: 'success' }, 1],
    ['failure', { kind: 'failure' }, 0],
    ['a rating of 4 in 5', { kind: 'user_rating', value: 4 }, 0.75],
    ['a rating of 1', { kind: 'user_rating', value: 1 }, 0],
    ['a score', { kind: 'quality_score', value: 0.3, source: 'guardian', note: 'too short' }, 0.3],
  ])('takes %s for a routed request: its kind of prompt is learned', async (_name, input, value) => {
    const bench = await startTwoTracks();
    const requestId = await ask(bench);
    const reply = await feedback(bench, { requestId, ...input });
    expect(feedbackTaken.parse(await reply.json())).toEqual({ taken: true, learned: 'prompt' });
    await bench.recorded();
    const evaluated = await bench.control('/control/v1/evaluation?policy=greedy');
    expect(evaluation.parse(await evaluated.json()).decisions).toBe(1);
    expect(value).toBeGreaterThanOrEqual(0);
  });

  test('finds a request that is recorded but no longer remembered: the endpoint learns', async () => {
    const first = await startTwoTracks();
    const requestId = await ask(first);
    await first.recorded();
    await first.engine.stop(0);
    const again = await startTwoTracks({ folder: first.folder, upstreams: first });
    const reply = await feedback(again, { requestId });
    expect(feedbackTaken.parse(await reply.json()).learned).toBe('endpoint');
  });

  test('of a request that was not routed is kept, and teaches nothing', async () => {
    const bench = await startTwoTracks();
    const requestId = await ask(bench, LOCAL_ID);
    expect(feedbackTaken.parse(await (await feedback(bench, { requestId })).json()).learned).toBe('nothing');
  });

  test('of a request that nobody knows is 404', async () => {
    const bench = await startTwoTracks();
    const reply = await feedback(bench, { requestId: 'nobody' });
    expect(await problemOf(reply)).toMatchObject({ status: 404, code: 'not_found' });
  });

  test.each<object>([
    { kind: 'user_rating' },
    { kind: 'user_rating', value: 0.5 },
    { kind: 'user_rating', value: 5.1 },
    { kind: 'quality_score' },
    { kind: 'quality_score', value: 1.1 },
    { kind: 'success', value: -0.1 },
    { kind: 'applause', value: 1 },
    { kind: 'success', source: 'cat' },
    { kind: 'success', note: 'x'.repeat(501) },
  ])('refuses %j', async (input) => {
    const bench = await startTwoTracks();
    const requestId = await ask(bench);
    expect((await feedback(bench, { requestId, ...input })).status).toBe(400);
  });
});

describe('GET /control/v1/evaluation', () => {
  test('judges other policies by what was logged, and says when that is too little', async () => {
    const bench = await startTwoTracks();
    for (let count = 0; count < 4; count += 1) await ask(bench, 'pointsman/auto', `question ${count}`);
    await ask(bench, LOCAL_ID);
    await bench.recorded(5);
    for (const policy of ['greedy', 'always-local', 'always-cloud', CLOUD_ID, 'gone/model']) {
      const reply = await bench.control(`/control/v1/evaluation?policy=${encodeURIComponent(policy)}&days=1`);
      const found = evaluation.parse(await reply.json());
      expect(found).toMatchObject({ policy, decisions: 4, enough: false });
      expect(found.logged).toBeGreaterThan(0);
      expect(found.sentence).not.toBe('');
    }
  });

  test('of an empty log says so, and of a wrong question what is wrong', async () => {
    const bench = await startTwoTracks();
    const found = evaluation.parse(await (await bench.control('/control/v1/evaluation')).json());
    expect(found).toMatchObject({ policy: 'greedy', decisions: 0, logged: null });
    for (const query of ['days=0', 'days=367', 'days=x', 'policy=', 'what=1']) {
      expect((await bench.control(`/control/v1/evaluation?${query}`)).status).toBe(400);
    }
  });
});
