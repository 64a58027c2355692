import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareModels, newsKey } from '../../../../src-main/engine/jobs/discovery/compare-models.ts';
import { modelList, serve, startDiscovery } from './start-discovery.ts';

const DAY_MS = 86_400_000;

async function startWith(models: readonly string[], settings: Record<string, unknown> = {}) {
  const server = await serve({ 'GET /v1/models': modelList(models) });
  const provider = {
    id: 'acme',
    name: 'Acme',
    kind: 'openai',
    track: 'cloud',
    baseUrl: `${server.origin}/v1`,
    auth: 'none',
  };
  const discovery = startDiscovery({ settings: { providers: [provider], ...settings } });
  const list = (names: readonly string[]) => server.answer('GET /v1/models', modelList(names));
  const told = () => [...discovery.kept.findings.values()].map(({ severity, sentence }) => `${severity}: ${sentence}`);
  return { ...discovery, server, list, told };
}

describe('a model list', () => {
  it('is no news at the first look', async () => {
    const { run, told, kept } = await startWith(['a', 'b']);
    expect((await run()).found).toBe('No news of models.');
    expect(told()).toEqual([]);
    expect(kept.read('model-discovery', 'models/acme')).toMatchObject({ known: ['a', 'b'] });
  });

  it('with a new model is told once, and the same news has the same key', async () => {
    const { run, told, list, kept } = await startWith(['a']);
    await run();
    list(['a', 'b', 'c']);
    expect((await run()).found).toBe('One piece of news of models.');
    expect(told()).toEqual(['info: Acme has 2 new models: b, c.']);
    const [key] = kept.findings.keys();
    expect((await run()).found).toBe('No news of models.');
    expect([...kept.findings.keys()]).toEqual([key]);
  });

  it('with a model that is gone is told, and settled when it is back', async () => {
    const { run, told, list } = await startWith(['a', 'b']);
    await run();
    list(['a']);
    await run();
    expect(told()).toEqual(['info: Acme no longer has a model: b.']);
    list(['a', 'b']);
    await run();
    expect(told()).toEqual(['info: Acme has a new model: b.']);
  });

  it.each([
    ['the preferred ones', { models: { preferredCloud: ['acme/b'] } }],
    ['a substitution', { models: { substitutions: { 'gpt-4o': 'acme/b' } } }],
  ])('without a model that %s name is a problem to mend', async (_what, settings) => {
    const { run, told, list, kept } = await startWith(['a', 'b'], settings);
    await run();
    list(['a']);
    await run();
    expect(told()).toEqual(['medium: Acme no longer has a model: b. Your settings name b.']);
    expect([...kept.findings.values()]).toMatchObject([{ action: { view: 'settings' } }]);
  });

  it('is old news after two weeks', async () => {
    const { run, told, list, clock } = await startWith(['a']);
    await run();
    list(['a', 'b']);
    await run();
    await clock.advance(13 * DAY_MS);
    await run();
    expect(told()).toHaveLength(1);
    await clock.advance(2 * DAY_MS);
    await run();
    expect(told()).toEqual([]);
  });

  it('that cannot be read, or is suddenly empty, says nothing of models', async () => {
    const { run, told, list, server } = await startWith(['a', 'b']);
    await run();
    server.answer('GET /v1/models', { status: 500, body: {} });
    await run();
    list([]);
    await run();
    expect(told()).toEqual([]);
  });

  it('of an Ollama may be empty, and its models are news like the others', async () => {
    const tags = (names: string[]) => ({
      body: { models: names.map((name) => ({ name, model: name, digest: name })) },
    });
    const server = await serve({ 'GET /api/tags': tags([]), 'GET /api/version': { body: { version: '0.40.0' } } });
    const { run, kept } = startDiscovery({ settings: { ollama: { enabled: true, baseUrl: server.origin } } });
    await run();
    server.answer('GET /api/tags', tags(['qwen3:8b']));
    await run();
    expect([...kept.findings.values()]).toMatchObject([{ sentence: 'Ollama has a new model: qwen3:8b.' }]);
  });

  it('with hundreds of new models names the first five, and no name fills the page', async () => {
    const { run, told, list } = await startWith(['a']);
    await run();
    list(['a', 'x'.repeat(500), ...Array.from({ length: 300 }, (_, at) => `m${at}`)]);
    await run();
    expect(told()).toEqual([`info: Acme has 301 new models: ${'x'.repeat(80)}…, m0, m1, m2, m3 and 296 more.`]);
  });

  it('is left alone when the unit has to stop', async () => {
    const { run, kept } = await startWith(['a']);
    const stop = new AbortController();
    stop.abort(new Error('the gate closed'));
    await expect(run(stop.signal)).rejects.toThrow('the gate closed');
    expect(kept.results.size).toBe(0);
  });
});

describe('news of models', () => {
  const names = fc.uniqueArray(fc.constantFrom<string>('a', 'b', 'c', 'd', 'e'));

  it('hold what is true of the list now, whatever happened before', () => {
    fc.assert(
      fc.property(fc.array(names, { minLength: 1 }), (lists) => {
        let seen = compareModels(null, lists[0] ?? [], 0);
        for (const [at, list] of lists.entries()) {
          seen = compareModels(seen, list, at);
          expect(new Set(seen.known)).toEqual(new Set(list));
          for (const { kind, models } of seen.news) {
            expect(models.some((model) => list.includes(model) === (kind === 'new'))).toBe(true);
          }
        }
      }),
    );
  });

  it('have a key that does not depend on the order of the list', () => {
    const key = (models: string[]) => newsKey('acme', { kind: 'new', models, atMs: 1 });
    expect(key(['a', 'b'])).toBe(key(['b', 'a']));
    expect(key(['a', 'b'])).not.toBe(key(['a', 'c']));
    expect(key(['a'])).toMatch(/^new\/acme\/[0-9a-f]{16}$/);
  });
});
