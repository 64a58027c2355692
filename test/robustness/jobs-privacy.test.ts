import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RunView } from '../../src-shared/jobs.ts';
import { createScriptedMachine } from '../../src-main/demo/scripted-machine.ts';
import { hashAppKey } from '../../src-main/engine/spend/app-keys.ts';
import { filesWith, startKeptBench, type KeptBench } from '../engine/jobs/kept/kept-bench.ts';
import { callOperation } from '../support/call-operation.ts';
import { answer } from '../support/upstreams/answer-script.ts';

const KEY = `pm-${'a1'.repeat(24)}`;
const APPS = [{ createdAtMs: 0, name: 'Kept', id: 'kept', keyHash: hashAppKey(KEY), private: true }];

/** Ways of asking, and who may hear of it afterwards: everybody, this machine, or nobody. */
const WAYS = [
  { heard: 'everywhere', model: 'one/big', headers: {}, body: {} },
  { heard: 'everywhere', model: 'two/claude-sonnet-4-5', headers: {}, body: {} },
  { heard: 'here', model: 'tiny:0.5b', headers: { 'x-pointsman-privacy': 'private' }, body: {} },
  { heard: 'here', model: 'other:1b', headers: { authorization: `Bearer ${KEY}` }, body: {} },
  { heard: 'here', model: 'pointsman/private', headers: {}, body: {} },
  { heard: 'nowhere', model: 'one/big', headers: {}, body: { store: false } },
  { heard: 'nowhere', model: 'one/big', headers: { 'cache-control': 'no-store' }, body: {} },
] as const;

const world = fc.record({
  withPrivate: fc.boolean(),
  /** Everything stays on the machine from when the jobs begin. */
  localOnly: fc.constantFrom(false, false, true),
  asked: fc.array(fc.constantFrom(...WAYS), { minLength: 4, maxLength: 10 }),
  usdPerDay: fc.constantFrom(0, 1),
  says: fc.constantFrom('Paris.', 'first', '{"verdict": "first"}'),
});

async function ask(bench: KeptBench, way: (typeof WAYS)[number], canary: string): Promise<string> {
  const messages = [{ role: 'user', content: `${canary}: what is the capital of France?` }];
  const body = { model: way.model, messages, ...way.body };
  const reply = await bench.client.post('/v1/chat/completions', body, way.headers);
  expect([canary, reply.status]).toEqual([canary, 200]);
  return String(reply.headers['x-pointsman-request-id']);
}

async function runShadow(bench: KeptBench): Promise<RunView> {
  await callOperation(bench.here, 'jobs.run', { name: 'shadow-evaluation' });
  const last = async () => {
    // Who looks at the gate has it look at the machine.
    await callOperation(bench.here, 'gate.read', {});
    return (await callOperation(bench.here, 'jobs.runs', { job: 'shadow-evaluation' })).runs[0];
  };
  await expect.poll(last, { timeout: 25_000, interval: 50 }).toBeDefined();
  const run = await last();
  if (run === undefined) throw new Error('it has just been there');
  return run;
}

test('no job sends a private text to the cloud, or one without consent anywhere', async () => {
  const seen = { openHere: 0, privateHere: 0, runs: 0 };
  await fc.assert(
    fc.asyncProperty(world, async ({ withPrivate, localOnly, asked, usdPerDay, says }) => {
      const folder = mkdtempSync(join(tmpdir(), 'pointsman-jobs-'));
      const bench = await startKeptBench({
        folder,
        consents: false,
        machine: createScriptedMachine().machine,
        settings: {
          apps: APPS,
          privacy: { keepPrompts: { private: withPrivate } },
          background: { usdPerDay },
          gate: { requestQuietSeconds: 1 },
          prices: {
            overrides: ['one/big', 'two/claude-sonnet-4-5'].map((endpoint) => ({ endpoint, input: 1, output: 5 })),
          },
        },
      });
      try {
        bench.says({ text: 'Paris.' });
        await ask(bench, WAYS[0], 'nowhere-before-consent-planted');
        await bench.consent(true);
        const erased = await ask(bench, WAYS[0], 'nowhere-erased-planted');
        for (const [place, way] of asked.entries()) await ask(bench, way, `${way.heard}-${place}-planted`);
        const kept = asked.filter(({ heard }) => heard === 'everywhere' || (heard === 'here' && withPrivate)).length;
        await bench.kept(kept + 1);
        await callOperation(bench.here, 'kept.erase', { requestId: erased });
        if (localOnly) {
          await callOperation(bench.here, 'settings.change', { changes: [{ path: 'privacy.localOnly', value: true }] });
        }
        for (const upstream of [bench.local, bench.one, bench.two]) upstream.script(answer({ text: says }));
        const since = [bench.local, bench.one, bench.two].map(({ received }) => received.length);
        const run = await runShadow(bench);
        expect(['done', 'waiting']).toContain(run.state);
        seen.runs += 1;
        const [here = [], ...clouds] = [bench.local, bench.one, bench.two].map(({ received }, place) =>
          received.slice(since[place]).map(({ rawBody }) => rawBody.toString('utf8')),
        );
        expect(here.filter((body) => body.includes('nowhere-'))).toEqual([]);
        const sentAway = clouds.flat();
        expect(sentAway.filter((body) => /nowhere-|here-\d+-planted/.test(body.replaceAll('everywhere-', '')))).toEqual(
          [],
        );
        if (localOnly) expect(sentAway.filter((body) => body.includes('-planted'))).toEqual([]);
        if (!withPrivate) expect(here.filter((body) => /(?<!everyw)here-\d+-planted/.test(body))).toEqual([]);
        seen.openHere += here.filter((body) => body.includes('everywhere-')).length;
        seen.privateHere += here.filter((body) => /(?<!everyw)here-\d+-planted/.test(body)).length;
        await bench.here.stop();
        expect(filesWith(folder, '-planted')).toEqual([]);
        expect(bench.here.log.join('\n')).not.toContain('-planted');
      } finally {
        bench.client.stop();
        await bench.here.stop();
        await Promise.all([bench.local.stop(), bench.one.stop(), bench.two.stop()]);
        rmSync(folder, { recursive: true, force: true });
      }
    }),
    { numRuns: 6, endOnFailure: true },
  );
  expect([seen.openHere > 0, seen.privateHere > 0, seen.runs]).toEqual([true, true, 6]);
}, 240_000);
