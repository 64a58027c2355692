import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src-main/engine/store/open-database.ts';
import { RecordReader } from '../../src-main/engine/store/record-reader.ts';
import { SilentLog } from '../support/silent-log.ts';
import { systemClock } from '../../src-main/engine/system-ports.ts';
import { spawnEngine, type SpawnedEngine } from '../support/spawn-engine.ts';
import { settingsFor } from '../support/start-gateway.ts';
import { startUpstream } from '../support/upstreams/start-upstream.ts';
import { postJson, SURFACES } from './surfaces.ts';

/** What a killed gateway may lose at most. */
const PROMISED_MS = 250;
const ENOUGH = { answers: 500, beforeKillMs: 1_000 };

it('kill -9 under load: every answer that was complete 250 ms before is recorded with its cost, and the next start is clean', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-kill-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const upstream = await startUpstream({ kind: 'openai' });
  onTestFinished(() => upstream.stop());
  const settings = settingsFor('openai', upstream.url);
  const engine = await spawnEngine({ folder, settings });
  onTestFinished(() => engine.stop());
  const { answers, killedAtMs } = await loadUntilKilled(engine);
  const due = answers.filter(({ completeMs }) => completeMs < killedAtMs - PROMISED_MS);
  expect(due.length).toBeGreaterThan(50);

  const stored = readLedger(folder);
  expect(stored.integrity).toBe('ok');
  expect(due.filter(({ id }) => !stored.costs.has(id))).toEqual([]);
  expect(due.filter(({ id, costNanoUsd }) => stored.costs.get(id) !== costNanoUsd)).toEqual([]);
  expect(due.every(({ costNanoUsd }) => costNanoUsd > 0)).toBe(true);

  const next = await spawnEngine({ folder, settings });
  onTestFinished(() => next.stop());
  const status = await next.status();
  expect(status.warnings).toEqual([]);
  expect(status.addresses).toEqual([next.url]);
  const { path, body } = SURFACES[0] ?? { path: '', body: () => ({}) };
  expect((await postJson(next.url + path, body('gpt-4o'))).status).toBe(200);
});

interface Answered {
  id: string;
  costNanoUsd: number;
  /** Unix milliseconds at which its last byte was read. */
  completeMs: number;
}

/** Eight clients ask without pause on all surfaces until there is enough to tell; then the gateway is killed. */
async function loadUntilKilled(engine: SpawnedEngine): Promise<{ answers: Answered[]; killedAtMs: number }> {
  const answers: Answered[] = [];
  const startedMs = Date.now();
  const killed = Promise.withResolvers<undefined>();
  let killedAtMs = 0;
  const isKilled = () => killedAtMs > 0;
  const client = async (number: number) => {
    for (let count = number; !isKilled(); count += 1) {
      const surface = SURFACES[count % SURFACES.length];
      if (surface === undefined) return;
      const reply = await postJson(engine.url + surface.path, surface.body('gpt-4o'));
      await reply.text();
      const costUsd = Number(reply.headers.get('x-pointsman-cost-usd'));
      const id = reply.headers.get('x-pointsman-request-id') ?? '';
      answers.push({ id, costNanoUsd: Math.round(costUsd * 1e9), completeMs: Date.now() });
      const enough = answers.length >= ENOUGH.answers && Date.now() - startedMs >= ENOUGH.beforeKillMs;
      if (!enough || isKilled()) continue;
      killedAtMs = Date.now();
      void engine.signal('SIGKILL').then(() => killed.resolve(undefined));
    }
  };
  await Promise.allSettled(Array.from({ length: 8 }, (_, number) => client(number)));
  await killed.promise;
  return { answers, killedAtMs };
}

function readLedger(folder: string): { integrity: unknown; costs: Map<string, number | null> } {
  const opened = openDatabase({ folder, clock: systemClock, log: new SilentLog() });
  if (!opened.ok) throw new Error(opened.problem.message);
  expect(opened.warning).toBeNull();
  const { database } = opened;
  const integrity: unknown = database.writer.pragma('integrity_check', { simple: true });
  const reader = new RecordReader(database);
  const costs = new Map<string, number | null>();
  for (let before: string | null | undefined = undefined; before !== null;) {
    const page = reader.requests({ limit: 1000, ...(before === undefined ? {} : { before }) });
    for (const { id, costNanoUsd } of page.requests) costs.set(id, costNanoUsd);
    before = page.next;
  }
  database.close();
  return { integrity, costs };
}
