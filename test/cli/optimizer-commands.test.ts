import { describe, expect, test } from 'vitest';
import { gateView } from '../../src-shared/machine.ts';
import { spendReport } from '../../src-shared/money.ts';
import { evaluation, feedbackTaken, optimizerStatus, routeAnswer } from '../../src-shared/optimizer.ts';
import { CLOUD_ID, LOCAL_ID } from '../support/start-two-tracks.ts';
import { startEngineForCommands } from './start-engine-for-commands.ts';

describe('route', () => {
  test('prints candidates, their figures, the choice and its reason, and calls nothing', async () => {
    const { run, local, cloud } = await startEngineForCommands();
    const { stdout, code } = await run('route', 'What', 'is', 'the', 'capital', 'of', 'France?');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^-> (ollama\/tiny:0\.5b|up\/big) {2}\(/);
    expect(stdout).toContain('a chat request of about 12 tokens; strategy balanced');
    for (const column of ['SCORE m$', 'FIRST TOKEN', 'TOK/S', 'GOOD', 'QUALITY', 'LATENCY', 'PREFERENCE', 'SUM']) {
      expect(stdout).toContain(column);
    }
    for (const id of [LOCAL_ID, CLOUD_ID]) expect(stdout.split(id).length).toBeGreaterThan(2);
    expect([local.calls.length, cloud.calls.length]).toEqual([0, 0]);
  });

  test('follows its options, and tells who is ruled out and why', async () => {
    const { run } = await startEngineForCommands();
    const { stdout } = await run('route', 'Hello', '--private', '--model', 'pointsman/best');
    expect(stdout).toContain(`-> ${LOCAL_ID}`);
    expect(stdout).toContain('must stay on this machine: this request is private');
    const json = await run('route', 'Hello', '--track', 'cloud', '--strategy', 'cost_focused', '--json');
    expect(routeAnswer.parse(JSON.parse(json.stdout))).toMatchObject({
      strategy: 'cost_focused',
      candidates: [{ endpoint: CLOUD_ID, track: 'cloud' }],
    });
    const images = await run('route', 'Hello', '--images', '--tools', '2', '--max-output', '50', '--json');
    expect(routeAnswer.parse(JSON.parse(images.stdout)).refusals.map(({ endpointId }) => endpointId)).toEqual([
      LOCAL_ID,
    ]);
  });

  test('says what is not known while the optimizer is off', async () => {
    const { run } = await startEngineForCommands({ optimizer: { enabled: false } });
    const { stdout, stderr, code } = await run('route', 'Hello');
    expect([stderr, code]).toEqual(['', 0]);
    expect(stdout).toContain(`-> ${LOCAL_ID}`);
    expect(stdout).toContain('the plain order of preference');
    expect(stdout).toContain('? +-?');
    expect(stdout).not.toContain('NaN');
  });

  test('says when nobody may serve it', async () => {
    const { run } = await startEngineForCommands({ privacy: { localOnly: true } });
    const { stdout, code } = await run('route', 'Hello', '--track', 'cloud');
    expect(code).toBe(0);
    expect(stdout).toContain('Nobody can serve this now.');
    expect(stdout).toContain('"local only" is on');
  });

  test.each([
    [['--model', 'nobody'], 1, 'There is no model "nobody".'],
    [['--deadline', '0'], 2, ''],
    [['--tools', 'many'], 2, ''],
  ])('with %j fails in a sentence', async (options, code, sentence) => {
    const { run } = await startEngineForCommands();
    const failed = await run('route', 'Hello', ...options);
    expect(failed.code).toBe(code);
    expect(failed.stderr).toContain(sentence);
    expect(failed.stderr).not.toBe('');
  });
});

describe('strategy', () => {
  test('shows how requests are routed, and how it went', async () => {
    const { run, ask } = await startEngineForCommands();
    await ask('pointsman/private');
    const { stdout } = await run('strategy');
    expect(stdout).toContain('Strategy balanced');
    expect(stdout).toContain('Preferences: local bias 0.50, races from 0.70');
    expect(stdout).toMatch(/Last 5 minutes:\nPATH +REQUESTS +OK/);
    expect(stdout).toMatch(/\nall +1 +100 %/);
  });

  test('with a name routes that way from now on', async () => {
    const { run } = await startEngineForCommands();
    expect((await run('strategy', 'quality_focused')).stdout).toContain('Strategy quality_focused');
    const { stdout } = await run('strategy', '--json');
    expect(optimizerStatus.parse(JSON.parse(stdout)).strategy).toBe('quality_focused');
  });

  test('knows its names', async () => {
    const { run } = await startEngineForCommands();
    const { code, stderr } = await run('strategy', 'fastest');
    expect(code).toBe(2);
    expect(stderr).toContain('"fastest" is no strategy: choose one of balanced, latency_focused');
  });
});

describe('feedback', () => {
  test.each([
    ['good', 'learned for prompts of this kind'],
    ['bad', 'learned for prompts of this kind'],
    ['4', 'learned for prompts of this kind'],
  ])('%s is taken for a routed request', async (word, said) => {
    const { run, ask } = await startEngineForCommands();
    const id = await ask('pointsman/auto');
    expect(await run('feedback', id, word)).toMatchObject({ code: 0, stdout: `Taken: ${said}.` });
  });

  test('of another kind, from somebody else, with a note', async () => {
    const { run, ask } = await startEngineForCommands();
    const id = await ask(LOCAL_ID);
    const options = ['--kind', 'quality_score', '--value', '0.4', '--source', 'test', '--note', 'too short', '--json'];
    const { stdout } = await run('feedback', id, ...options);
    expect(feedbackTaken.parse(JSON.parse(stdout))).toEqual({ taken: true, learned: 'nothing' });
  });

  test.each([
    [['nobody', 'good'], 1, 'No request nobody is recorded.'],
    [['some-id', 'splendid'], 2, '"splendid" is no verdict'],
    [['some-id', '6'], 2, '"6" is no verdict'],
    [['some-id'], 2, ''],
    [['some-id', '--kind', 'quality_score', '--value', '2'], 2, 'between 0 and 1'],
  ])('%j fails in a sentence', async (words, code, sentence) => {
    const { run } = await startEngineForCommands();
    const failed = await run('feedback', ...words);
    expect(failed.code).toBe(code);
    expect(failed.stderr).toContain(sentence);
    expect(failed.stderr).not.toBe('');
  });
});

describe('evaluate', () => {
  test('judges another policy by the log, and says when it cannot', async () => {
    const { run, ask, recorded } = await startEngineForCommands();
    expect((await run('evaluate')).stdout).toBe(
      'There are no routed requests yet to judge "always taking the best by score" by.',
    );
    for (let count = 0; count < 3; count += 1) await ask('pointsman/auto', `question ${count}`);
    await recorded(3);
    const { stdout } = await run('evaluate', '--policy', 'always-local', '--days', '1');
    expect(stdout).toMatch(/^(Not enough evidence|What was logged cannot judge)/);
    expect(stdout).toContain('as it was');
    expect(stdout).toContain('3 decisions');
    const json = await run('evaluate', '--policy', CLOUD_ID, '--json');
    expect(evaluation.parse(JSON.parse(json.stdout))).toMatchObject({ policy: CLOUD_ID, decisions: 3, enough: false });
  });

  test('refuses a span that is none', async () => {
    const { run } = await startEngineForCommands();
    const { code, stderr } = await run('evaluate', '--days', '0');
    expect(code).not.toBe(0);
    expect(stderr).not.toBe('');
  });
});

describe('gate', () => {
  test('says what holds it closed', async () => {
    const { run } = await startEngineForCommands();
    const { stdout } = await run('gate');
    expect(stdout).toMatch(/^The idle gate is closed \(for .+\), held by: /);
    expect(stdout).toMatch(/CONDITION +HOLDS +NOW +NEEDED/);
    expect(gateView.parse(JSON.parse((await run('gate', '--json')).stdout)).open).toBe(false);
  });
});

describe('spend and apps', () => {
  test('show what an app has spent of its own money', async () => {
    const { run, url, recorded } = await startEngineForCommands();
    const added = await run('apps', 'add', 'My Editor', '--day-usd', '1', '--tracks', 'local,cloud');
    const key = /pm-[0-9a-f]{48}/.exec(added.stdout)?.[0] ?? '';
    const reply = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({ model: CLOUD_ID, messages: [{ role: 'user', content: 'Hello' }], max_tokens: 50 }),
    });
    await reply.text();
    await recorded();
    const { stdout } = await run('spend');
    expect(stdout).toMatch(/^Today: \$0\.000220? for 1 requests/);
    expect(stdout).toContain('for the app My Editor is spent');
    expect(stdout).toMatch(/my-editor +1 +\$0\.0002/);
    expect((await run('apps')).stdout).toMatch(/my-editor +My Editor +on +local cloud/);
    const json = await run('spend', '--by', 'track', '--days', '1', '--json');
    expect(spendReport.parse(JSON.parse(json.stdout)).rows).toMatchObject([{ key: 'cloud', costNanoUsd: 220_000 }]);
    expect((await run('apps', 'set', 'my-editor', '--private', '--off')).stdout).toContain('my-editor is changed');
    expect((await run('apps', 'remove', 'my-editor')).stdout).toContain('its key opens nothing any more');
    expect((await run('apps')).stdout).toContain('No app has a key');
  });
});
