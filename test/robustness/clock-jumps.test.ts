import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { requestsPage, status } from '../../src-shared/control.ts';
import type { Clock } from '../../src-main/engine/ports.ts';
import { systemClock } from '../../src-main/engine/system-ports.ts';
import { startGateway, type TestGateway } from '../support/start-gateway.ts';
import { answer } from '../support/upstreams/answer-script.ts';
import { Gate } from '../support/upstreams/gate.ts';
import { postJson, PROTOCOLS } from './surfaces.ts';

const DAY_MS = 86_400_000;

/** The machine's clock whose time of day a person, NTP or a dead battery moves; timers and durations go on as they did. */
class JumpyClock implements Clock {
  #shiftMs = 0;

  jump(byMs: number): void {
    this.#shiftMs += byMs;
  }

  nowMs(): number {
    return systemClock.nowMs() + this.#shiftMs;
  }

  monotonicMs(): number {
    return systemClock.monotonicMs();
  }

  after(delayMs: number, run: () => void): () => void {
    return systemClock.after(delayMs, run);
  }
}

async function jumpyGateway(folder?: string): Promise<TestGateway & { clock: JumpyClock }> {
  const clock = new JumpyClock();
  const gateway = await startGateway({ clock, ...(folder === undefined ? {} : { folder }) });
  onTestFinished(() => gateway.stop());
  return { ...gateway, clock };
}

async function ask(gateway: TestGateway): Promise<string> {
  const reply = await postJson(gateway.url + PROTOCOLS.openai.path, PROTOCOLS.openai.body('gpt-4o'));
  expect(reply.status).toBe(200);
  await reply.text();
  return reply.headers.get('x-pointsman-request-id') ?? '';
}

/** All pages of two, newest first. */
async function pageThrough(gateway: TestGateway): Promise<string[]> {
  const ids: string[] = [];
  let before = '';
  do {
    const page = requestsPage.parse(await (await gateway.control(`/control/v1/requests?limit=2${before}`)).json());
    ids.push(...page.requests.map(({ id }) => id));
    before = page.next === null ? '' : `&before=${page.next}`;
  } while (before !== '' && ids.length < 100);
  return ids;
}

describe.each([
  ['an hour back', -DAY_MS / 24],
  ['a year back', -365 * DAY_MS],
  ['a year ahead', 365 * DAY_MS],
  ['to 1970, as with a dead battery', DAY_MS - Date.now()],
])('the clock jumps %s', (_what, byMs) => {
  it('and every request before and after it is served, recorded and found', async () => {
    const gateway = await jumpyGateway();
    const ids = [await ask(gateway), await ask(gateway)];
    gateway.clock.jump(byMs);
    ids.push(await ask(gateway), await ask(gateway));
    gateway.clock.jump(-byMs);
    ids.push(await ask(gateway));
    const records = await gateway.recorded(5);
    expect(new Set(ids).size).toBe(5);
    expect(records.map(({ id }) => id)).toEqual(ids.toReversed());
    expect(records.every(({ durationMs, overheadMs }) => durationMs >= 0 && overheadMs >= 0)).toBe(true);
    expect(await pageThrough(gateway)).toEqual(ids.toReversed());
    status.parse(await (await gateway.control('/control/v1/status')).json());
  });

  it('in the middle of a request, which lasts as long as it lasted', async () => {
    const gateway = await jumpyGateway();
    const gate = new Gate();
    gateway.upstream.script(answer({ text: ['one', gate, 'two'] }));
    const { path, body } = PROTOCOLS.openai;
    const reading = postJson(gateway.url + path, { ...body('gpt-4o'), stream: true }).then((reply) => reply.text());
    await gate.reached;
    gateway.clock.jump(byMs);
    gate.open();
    expect(await reading).toContain('[DONE]');
    const [record] = await gateway.recorded();
    expect(record?.outcome).toBe('ok');
    expect(record?.durationMs).toBeGreaterThanOrEqual(0);
    expect(record?.durationMs).toBeLessThan(60_000);
  });
});

it('an engine that starts in the past of its own records serves and records on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-clock-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const first = await jumpyGateway(folder);
  first.clock.jump(30 * DAY_MS);
  const early = await ask(first);
  await first.recorded();
  await first.engine.stop();
  const second = await jumpyGateway(folder);
  const late = await ask(second);
  expect((await second.recorded(2)).map(({ id }) => id)).toEqual([late, early]);
});
