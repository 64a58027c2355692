import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { hashAppKey } from '../../src-main/engine/spend/app-keys.ts';
import { filesWith, openVault, readAll, startKeptBench, type KeptBench } from '../engine/jobs/kept/kept-bench.ts';
import { callOperation } from '../support/call-operation.ts';
import { spawnEngine } from '../support/spawn-engine.ts';
import { settingsFor } from '../support/start-gateway.ts';
import { answer } from '../support/upstreams/answer-script.ts';
import { problem } from '../support/upstreams/problem.ts';
import { hangingUp, type Script } from '../support/upstreams/script.ts';
import { startUpstream } from '../support/upstreams/start-upstream.ts';
import { postJson, SURFACES } from './surfaces.ts';

const KEYS = { private: `pm-${'a1'.repeat(24)}`, public: `pm-${'b2'.repeat(24)}` };
const APPS = [
  { createdAtMs: 0, name: 'Kept', id: 'kept', keyHash: hashAppKey(KEYS.private), private: true },
  { createdAtMs: 0, name: 'Open', id: 'open', keyHash: hashAppKey(KEYS.public) },
];

const SCRIPTS: Readonly<Record<string, Script>> = {
  good: answer({ text: ['Spoken', '-canary.'] }),
  failing: problem({ status: 500 }),
  resetting: hangingUp('reset'),
  breaking: answer({ text: ['Spoken', '-canary.'], fails: { status: 529 } }),
};

const asking = fc.record({
  surface: fc.constantFrom(...SURFACES),
  stream: fc.boolean(),
  model: fc.constantFrom('tiny:0.5b', 'one/big', 'pointsman/auto', 'pointsman/private', 'local/other:1b'),
  header: fc.constantFrom(null, null, 'private', 'public'),
  app: fc.constantFrom(null, null, 'private', 'public'),
  store: fc.constantFrom(undefined, undefined, undefined, false, true),
  noStore: fc.constantFrom(false, false, false, false, true),
  secret: fc.constantFrom('', '', '', '', '', ' password: hunter2hunter', ' 4111 1111 1111 1111'),
});
type Asking = typeof asking extends fc.Arbitrary<infer Value> ? Value : never;

const change = fc.constantFrom<readonly [path: string, value: unknown]>(
  ['privacy.keepPrompts.enabled', true],
  ['privacy.keepPrompts.enabled', true],
  ['privacy.keepPrompts.enabled', false],
  ['privacy.keepPrompts.private', true],
  ['privacy.keepPrompts.private', true],
  ['privacy.keepPrompts.private', false],
  ['privacy.localOnly', true],
  ['privacy.localOnly', false],
  ['optimizer.cascade', false],
);

const step = fc.record({
  change: fc.option(change, { nil: null, freq: 2 }),
  /** The change comes while the requests are under way. */
  races: fc.boolean(),
  script: fc.constantFrom('good', 'good', 'good', 'good', ...Object.keys(SCRIPTS)),
  asked: fc.array(asking, { minLength: 2, maxLength: 8 }),
  erases: fc.integer({ min: 0, max: 11 }).map((draw) => draw === 0),
});

/** What may be in the vault by the rules of the house, followed step by step: by canary, whether it must stay here. */
class Oracle {
  may = new Map<string, { mustStay: boolean }>();
  consent = false;
  withPrivate = false;
  localOnly = false;

  apply([path, value]: readonly [string, unknown]): void {
    if (path === 'privacy.localOnly') this.localOnly = value === true;
    if (path === 'privacy.keepPrompts.private') {
      this.withPrivate = value === true;
      if (value === false) for (const [canary, { mustStay }] of this.may) if (mustStay) this.may.delete(canary);
    }
    if (path !== 'privacy.keepPrompts.enabled') return;
    this.consent = value === true;
    if (value === false) this.may.clear();
  }

  note(canary: string, asked: Asking): void {
    const mustStay =
      this.localOnly || asked.header === 'private' || asked.app === 'private' || asked.model === 'pointsman/private';
    const isWanted = asked.store !== false && !asked.noStore && asked.secret === '';
    if (this.consent && isWanted && (!mustStay || this.withPrivate)) this.may.set(canary, { mustStay });
  }
}

function requestOf(asked: Asking, canary: string): { body: Record<string, unknown>; headers: Record<string, string> } {
  const { surface, stream, model, store, header, app, noStore, secret } = asked;
  const text = JSON.stringify(surface.body(model)).replace('Hello', `${canary}${secret}`);
  return {
    body: { ...(JSON.parse(text) as Record<string, unknown>), stream, ...(store === undefined ? {} : { store }) },
    headers: {
      ...(header === null ? {} : { 'x-pointsman-privacy': header }),
      ...(app === null ? {} : { authorization: `Bearer ${KEYS[app]}` }),
      ...(noStore ? { 'cache-control': 'no-store' } : {}),
    },
  };
}

const changeTo = (bench: KeptBench, [path, value]: readonly [string, unknown]) =>
  callOperation(bench.here, 'settings.change', { changes: [{ path, value }] });

test('nothing private, unwanted or without consent is ever kept, and no words of anybody stand in any file', async () => {
  const seen = { kept: 0, stayed: 0, withdrawn: 0, asked: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 3, maxLength: 8 }),
      fc.constantFrom(true, true, false),
      async (steps, begins) => {
        const folder = mkdtempSync(join(tmpdir(), 'pointsman-canaries-'));
        const bench = await startKeptBench({
          folder,
          consents: begins,
          settings: { apps: APPS, log: { file: true, level: 'debug' } },
        });
        const oracle = new Oracle();
        oracle.consent = begins;
        try {
          for (const [place, each] of steps.entries()) {
            for (const upstream of [bench.local, bench.one, bench.two])
              upstream.script(SCRIPTS[each.script] ?? hangingUp());
            const ask = (asked: Asking, number: number) => {
              const canary = `canary-${place}-${number}-planted`;
              const { body, headers } = requestOf(asked, canary);
              oracle.note(canary, asked);
              seen.asked += 1;
              return bench.client.post(asked.surface.path, body, headers).catch(() => null);
            };
            if (each.change !== null && !each.races) {
              await changeTo(bench, each.change);
              oracle.apply(each.change);
            }
            const replies = each.asked.map(ask);
            if (each.change !== null && each.races) {
              await changeTo(bench, each.change);
              oracle.apply(each.change);
              // Those that came after it may be kept under what holds now, those before under what held then.
              each.asked.forEach((asked, number) => oracle.note(`canary-${place}-${number}-planted`, asked));
              if (each.change[0].endsWith('enabled') && each.change[1] === false) seen.withdrawn += 1;
            }
            await Promise.all(replies);
            if (each.erases) {
              await callOperation(bench.here, 'kept.erase', {});
              oracle.may.clear();
            }
          }
          const lines = bench.here.log.join('\n');
          expect(lines).not.toMatch(/-planted|Spoken-canary/);
          await bench.here.stop();
          expect(filesWith(folder, '-planted')).toEqual([]);
          expect(filesWith(folder, 'Spoken-canary')).toEqual([]);
          const opened = openVault(folder, { keepPrompts: { private: true } });
          for (const prompt of readAll(opened).values()) {
            const [canary = ''] = /canary-\d+-\d+-planted/.exec(JSON.stringify(prompt.request)) ?? [];
            const allowed = oracle.may.get(canary);
            expect([canary, allowed === undefined ? 'not allowed' : 'allowed']).toEqual([canary, 'allowed']);
            if (allowed?.mustStay === true) expect([canary, prompt.mayLeave]).toEqual([canary, false]);
            expect(prompt.answer).toEqual([{ type: 'text', text: 'Spoken-canary.' }]);
            seen.kept += 1;
            if (!prompt.mayLeave) seen.stayed += 1;
          }
          await opened.close();
        } finally {
          bench.client.stop();
          await bench.here.stop();
          await Promise.all([bench.local.stop(), bench.one.stop(), bench.two.stop()]);
          rmSync(folder, { recursive: true, force: true });
        }
      },
    ),
    { numRuns: 25, endOnFailure: true },
  );
  expect([seen.kept > 5, seen.stayed > 0, seen.withdrawn > 0]).toEqual([true, true, true]);
  expect(seen.asked).toBeGreaterThan(seen.kept);
}, 180_000);

test('kill -9 while prompts are kept loses only what was not written, and what was can be read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-kept-kill-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const upstream = await startUpstream({ kind: 'openai' });
  onTestFinished(() => upstream.stop());
  upstream.script(answer({ text: 'Spoken-canary.' }));
  const engine = await spawnEngine({ folder, settings: settingsFor('openai', upstream.url) });
  onTestFinished(() => engine.stop());
  const token = readFileSync(join(folder, 'control-token'), 'utf8').trim();
  const here = { url: engine.url, engine: { controlToken: token } };
  await callOperation(here, 'kept.consent', { consent: true });
  const ids: string[] = [];
  let written = 0;
  let isKilled = false;
  const client = async () => {
    while (!isKilled) {
      const messages = [{ role: 'user', content: `canary-${ids.length}-planted ${'and more '.repeat(500)}` }];
      const reply = await postJson(`${engine.url}/v1/chat/completions`, { model: 'gpt-4o', messages }).catch(
        () => null,
      );
      const id = reply?.headers.get('x-pointsman-request-id') ?? null;
      if (id !== null) ids.push(id);
      await reply?.arrayBuffer().catch(() => null);
    }
  };
  const clients = [client(), client(), client()];
  while (written < 60) written = (await callOperation(here, 'kept.read', {})).count;
  await engine.signal('SIGKILL');
  isKilled = true;
  await Promise.all(clients);
  expect(filesWith(folder, '-planted')).toEqual([]);
  const opened = openVault(folder);
  const { count } = opened.store.kept.sums();
  const found = readAll(opened);
  expect(count).toBeGreaterThanOrEqual(written);
  expect(found.size).toBe(Math.min(500, count));
  expect([...found.keys()].filter((id) => !ids.includes(id))).toEqual([]);
}, 30_000);
