import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  operations,
  type OperationInput,
  type OperationName,
  type OperationOutput,
} from '../../../src-shared/operations.ts';
import { toOperationCall } from '../../../src-shared/operation-call.ts';
import { preferences } from '../../../src-shared/strategy.ts';
import type { AdaptationView } from '../../../src-shared/optimizer.ts';
import { EventHub } from '../../../src-main/engine/events/event-hub.ts';
import { Notices } from '../../../src-main/engine/house/notices.ts';
import { watchNews } from '../../../src-main/engine/house/watch-news.ts';
import { createPushedPower } from '../../../src-main/engine/resources/pushed-power.ts';
import { SilentLog } from '../../support/silent-log.ts';
import { unknownMachine } from '../../support/unknown-machine.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { startTestEngine, type TestEngine, type TestEngineOptions } from '../../support/start-test-engine.ts';
import { startTwoTracks } from '../../support/start-two-tracks.ts';
import { answer } from '../../support/upstreams/answer-script.ts';
import { Gate } from '../../support/upstreams/gate.ts';
import { held } from '../../support/upstreams/script-changes.ts';

async function start(options: TestEngineOptions = {}): Promise<TestEngine> {
  const engine = await startTestEngine(options);
  onTestFinished(() => engine.stop());
  return engine;
}

/** Asks for an operation and holds the answer against the table. */
async function ask<Name extends OperationName>(
  { control }: TestEngine,
  name: Name,
  input: OperationInput<Name>,
): Promise<OperationOutput<Name>> {
  const { method, path, body } = toOperationCall(name, input);
  const reply = await control(path, body === null ? { method } : { method, body });
  if (reply.status !== 200) throw new Error(`${reply.status} ${await reply.text()}`);
  return operations[name].output.parse(await reply.json()) as OperationOutput<Name>;
}

function chat({ url }: TestEngine, model = 'auto', agent = 'Asker/1.0'): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': agent },
    body: JSON.stringify({ model, max_tokens: 10, messages: [{ role: 'user', content: 'Hello there' }] }),
  });
}

describe('the tray', () => {
  test('says who has worked, what it cost and what is loaded', async () => {
    const tracks = await startTwoTracks();
    expect(await ask(tracks, 'tray.read', {})).toMatchObject({ icon: 'idle', todayNanoUsd: 0, problems: [] });
    await (await chat(tracks, 'up/big')).text();
    await tracks.recorded();
    expect(await ask(tracks, 'tray.read', {})).toMatchObject({
      icon: 'cloud',
      todayNanoUsd: 220_000,
      loadedModels: ['ollama/tiny:0.5b'],
      address: tracks.url,
      strategy: 'balanced',
      localOnly: false,
    });
    await (await chat(tracks, 'local/tiny:0.5b')).text();
    expect((await ask(tracks, 'tray.read', {})).icon).toBe('both');
    expect(tracks.engine.tray().icon).toBe('both');
  });

  test('says that nobody can answer', async () => {
    const tray = await ask(await start(), 'tray.read', {});
    expect(tray).toMatchObject({ icon: 'problem', loadedModels: null });
    expect(tray.sentence).toContain('No provider is switched on');
  });

  test('is told to listeners in the process as it changes, and costs no timer when all is quiet', async () => {
    const clock = new ManualClock();
    const engine = await start({ clock });
    await clock.advance(60_000);
    const before = clock.pendingTimers;
    const icons: string[] = [];
    engine.engine.events.on('tray', ({ strategy }) => icons.push(strategy));
    await clock.advance(0);
    expect(icons).toEqual(['balanced']);
    const changed = ask(engine, 'optimizer.change', { strategy: 'quality_focused' });
    await changed;
    await clock.advance(1_000);
    expect(icons).toEqual(['balanced', 'quality_focused']);
    await clock.advance(60_000);
    expect(clock.pendingTimers).toBe(before);
  });
});

/** Remembers how long the engine wanted to wait, each time. */
class WatchedClock extends ManualClock {
  delaysMs: number[] = [];

  override after(delayMs: number, run: () => void): () => void {
    this.delaysMs.push(delayMs);
    return super.after(delayMs, run);
  }
}

test.each([
  ['while nobody watches', false],
  ['while only the tray listens', true],
])('an idle engine waits for nothing shorter than a second %s', async (_case, tray) => {
  const clock = new WatchedClock();
  const engine = await start({ clock });
  if (tray) engine.engine.events.on('tray', () => undefined);
  await (await chat(engine)).text();
  await clock.advance(60_000);
  clock.delaysMs = [];
  await clock.advance(300_000);
  expect(clock.delaysMs.length).toBeGreaterThan(0);
  expect(Math.min(...clock.delaysMs)).toBeGreaterThanOrEqual(1_000);
});

describe('unloading models', () => {
  test('takes local models out of memory, and looks at once whether they are', async () => {
    const tracks = await startTwoTracks();
    const outcome = await ask(tracks, 'models.unload', {});
    expect(outcome).toEqual({ unloaded: ['ollama/tiny:0.5b'], failed: [] });
    expect(tracks.local.calls.at(-1)?.body).toEqual({ model: 'tiny:0.5b', keep_alive: 0, stream: false });
  });

  test('says which could not be, and why', async () => {
    const tracks = await startTwoTracks();
    expect(await ask(tracks, 'models.unload', { id: 'up/big' })).toEqual({
      unloaded: [],
      failed: [{ id: 'up/big', why: 'it is not on this machine' }],
    });
    await tracks.local.stop();
    expect((await ask(tracks, 'models.unload', { id: 'ollama/tiny:0.5b' })).failed).toEqual([
      { id: 'ollama/tiny:0.5b', why: 'Ollama cannot be reached (refused)' },
    ]);
    await expect(ask(tracks, 'models.unload', { id: 'nobody/knows' })).rejects.toThrow('404');
  });
});

describe('the log', () => {
  test('can be read, and never holds the control token or a key', async () => {
    const engine = await start({ keys: { up: 'sk-very-secret' }, settings: { log: { level: 'debug', file: true } } });
    await engine.control('/control/v1/providers', {
      method: 'POST',
      body: JSON.stringify({
        id: 'p',
        name: 'P',
        kind: 'openai',
        track: 'cloud',
        baseUrl: 'http://127.0.0.1:9/v1',
        key: 'sk-other',
      }),
    });
    await fetch(`${engine.url}/control/v1/status`, { headers: { authorization: 'Bearer wrong' } });
    const { token } = await ask(engine, 'token.rotate', {});
    const { lines, file } = await readLogs(engine, token);
    expect(lines.length).toBeGreaterThan(0);
    await engine.stop();
    const written = file !== null && existsSync(file) ? readFileSync(file, 'utf8') : '';
    const everything = JSON.stringify(lines) + engine.log.join('') + written;
    expect(everything).not.toMatch(new RegExp(`${token}|sk-very-secret|sk-other`));
  });

  test('goes to a file as long as the settings say so', async () => {
    const engine = await start();
    expect((await ask(engine, 'logs.read', {})).file).toBeNull();
    await ask(engine, 'settings.change', { changes: [{ path: 'log.file', value: true }] });
    await ask(engine, 'settings.change', { changes: [{ path: 'optimizer.preferences.localBias', value: 0.9 }] });
    await ask(engine, 'optimizer.read', {});
    const { file, lines } = await ask(engine, 'logs.read', {});
    expect(lines[0]?.message).toBe('preferences adapted');
    expect(file).toBe(join(engine.folder, 'logs', 'pointsman.log'));
    await expect.poll(() => (existsSync(file ?? '') ? readFileSync(file ?? '', 'utf8') : '')).toContain('adapted');
  });
});

async function readLogs({ url }: TestEngine, token: string) {
  const reply = await fetch(`${url}/control/v1/logs?level=debug`, { headers: { authorization: `Bearer ${token}` } });
  return operations['logs.read'].output.parse(await reply.json());
}

test('settings go from one machine to another, and it is said which keys are missing', async () => {
  const providers = [
    { id: 'up', name: 'Up', kind: 'openai', track: 'cloud', baseUrl: 'http://127.0.0.1:9/v1', pricesId: null },
  ];
  const there = await start({ keys: { up: 'sk-1' }, settings: { providers } });
  await ask(there, 'apps.add', { name: 'Editor' });
  await ask(there, 'optimizer.change', { strategy: 'latency_focused', localOnly: true });
  await ask(there, 'settings.change', { changes: [{ path: 'gateway.port', value: 9_999 }] });
  const exported = await ask(there, 'settings.export', {});
  const here = await start();
  expect(await ask(here, 'settings.import', exported)).toEqual({
    missingKeys: ['up', 'app/editor'],
    pendingRestart: ['gateway.port'],
  });
  expect(await ask(here, 'tray.read', {})).toMatchObject({ strategy: 'latency_focused', localOnly: true });
  const { hosts } = await ask(here, 'hosts.list', {});
  expect(hosts.filter(({ providerId }) => providerId !== null)).toMatchObject([
    { host: '127.0.0.1:9', providerId: 'up', local: true },
  ]);
  await expect(ask(here, 'settings.import', { ...exported, settings: { nonsense: 1 } })).rejects.toThrow('nonsense');
});

describe('erasing', () => {
  const MARKER = 'ErasureMarker';

  function traces(folder: string): string[] {
    return readdirSync(folder).filter(
      (name) => name.startsWith('pointsman.db') && readFileSync(join(folder, name)).includes(MARKER),
    );
  }

  test('leaves no trace of a request in any file, and settings and keys as they are', async () => {
    const tracks = await startTwoTracks({ settings: { budgets: { total: { dayUsd: 1 } } } });
    writeFileSync(join(tracks.folder, 'pointsman.db.corrupt-20261121T120000000Z'), MARKER);
    for (let count = 0; count < 20; count += 1) await (await chat(tracks, 'auto', `${MARKER}/1.0`)).text();
    await (await chat(tracks, 'up/big', `${MARKER}/1.0`)).text();
    const [request] = await tracks.recorded(21);
    await ask(tracks, 'optimizer.feedback', { requestId: request?.id ?? '', kind: 'success', note: MARKER });
    await expect.poll(() => traces(tracks.folder).length).toBeGreaterThan(1);
    const spentBefore = (await ask(tracks, 'spend.read', {})).budgets[0]?.spentNanoUsd;
    expect(spentBefore).toBeGreaterThan(0);

    expect(await ask(tracks, 'records.erase', {})).toEqual({ done: true });

    expect(traces(tracks.folder)).toEqual([]);
    expect((await ask(tracks, 'requests.list', {})).requests).toEqual([]);
    const spend = await ask(tracks, 'spend.read', {});
    expect([spend.today.requests, spend.budgets[0]?.spentNanoUsd]).toEqual([0, 0]);
    const learned = await ask(tracks, 'optimizer.read', {});
    expect([learned.learning.observations, learned.adaptations, learned.conversations]).toEqual([0, [], 0]);
    expect(await ask(tracks, 'tray.read', {})).toMatchObject({ todayNanoUsd: 0, unknownCosts: 0 });
    expect((await ask(tracks, 'settings.read', {})).settings.budgets.total.dayUsd).toBe(1);
    expect((await ask(tracks, 'providers.list', {})).providers).toHaveLength(2);
    await tracks.engine.stop();
    expect(traces(tracks.folder)).toEqual([]);
  });

  test('a request under way goes on and is the first of the new time; its readers begin anew', async () => {
    const tracks = await startTwoTracks();
    await (await chat(tracks, 'up/big')).text();
    const [gate] = [new Gate()];
    tracks.local.script(held(gate, answer({ text: 'late' })));
    const late = chat(tracks, 'local/tiny:0.5b');
    await expect.poll(() => ask(tracks, 'status.read', {}).then(({ activeRequests }) => activeRequests)).toBe(1);
    await ask(tracks, 'records.erase', {});
    gate.open();
    expect((await late).status).toBe(200);
    const requests = await tracks.recorded();
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ requestedModel: 'local/tiny:0.5b', outcome: 'ok' });
    expect((await ask(tracks, 'spend.read', {})).today.requests).toBe(1);
  });

  test('many at once, with requests coming all the while, lose none that came after', async () => {
    const tracks = await startTwoTracks();
    const asked = Promise.all(Array.from({ length: 30 }, async () => (await chat(tracks, 'up/big')).text()));
    await Promise.all([ask(tracks, 'records.erase', {}), ask(tracks, 'records.erase', {}), asked]);
    await ask(tracks, 'records.erase', {});
    await (await chat(tracks, 'up/big')).text();
    expect(await tracks.recorded()).toHaveLength(1);
    expect((await ask(tracks, 'spend.read', {})).today).toMatchObject({ requests: 1, costNanoUsd: 220_000 });
  });
});

describe('what people are told', () => {
  test('that the port is open to the network', async () => {
    const engine = await start({ settings: { gateway: { host: '0.0.0.0' } } });
    const titles: string[] = [];
    engine.engine.events.on('notice', ({ title }) => titles.push(title));
    expect(titles).toEqual(['Pointsman is open to the network']);
  });

  test('that it runs again after it was killed, and not after an orderly end', async () => {
    const first = await start();
    const left = readFileSync(join(first.folder, 'gateway.json'), 'utf8');
    await first.engine.stop(0);
    const titlesOf = async () => {
      const engine = await start({ folder: first.folder });
      const titles: string[] = [];
      engine.engine.events.on('notice', ({ title }) => titles.push(title));
      await engine.engine.stop(0);
      return titles;
    };
    expect(await titlesOf()).toEqual([]);
    writeFileSync(join(first.folder, 'gateway.json'), left);
    expect(await titlesOf()).toEqual(['Pointsman runs again']);
  });

  test('that Ollama is gone', async () => {
    const clock = new ManualClock();
    const tracks = await startTwoTracks({ clock });
    const titles: string[] = [];
    tracks.engine.events.on('notice', ({ title }) => titles.push(title));
    await clock.advance(1_000);
    await tracks.local.stop();
    await ask(tracks, 'providers.refresh', {});
    await clock.advance(1_000);
    expect(titles).toEqual(['Ollama is gone']);
  });

  test('that most of a budget is spent, once', async () => {
    const tracks = await startTwoTracks({ settings: { budgets: { total: { dayUsd: 0.000_25 } } } });
    const told: unknown[] = [];
    tracks.engine.events.on('notice', ({ title, view }) => told.push([title, view]));
    await (await chat(tracks, 'up/big')).text();
    await tracks.recorded();
    expect(told).toEqual([['Most of a budget is spent', 'spend']]);
  });

  test('that adaptive changed its strategy by itself, but not that single preferences moved', () => {
    const { notices, adapt } = watchedNews();
    adapt({ strategy: 'adaptive', actsAs: 'balanced', reason: 'acts as balanced: a start; local bias 0.5' });
    adapt({ strategy: 'adaptive', actsAs: 'balanced', reason: 'local bias 0.5 → 0.6: the cloud is slow' });
    adapt({ strategy: 'cost_focused', actsAs: 'cost_focused', reason: 'local bias 0.6 → 0.7' });
    expect(notices).toEqual([['Strategy: adaptive now acts as balanced', 'acts as balanced: a start']]);
  });
});

function watchedNews() {
  const clock = new ManualClock();
  const log = new SilentLog();
  const hub = new EventHub({ clock, log, run: 'run' });
  const notices: string[][] = [];
  hub.on('notice', ({ title, text }) => notices.push([title, text]));
  let adapt: (adaptation: AdaptationView) => void = () => undefined;
  const stop = watchNews({
    clock,
    notices: new Notices({ hub, clock, log }),
    registry: { status: () => [], onChange: () => () => undefined },
    optimizer: { onAdapted: (listener) => ((adapt = listener), () => undefined) },
  });
  onTestFinished(stop);
  const same = preferences.parse({});
  return {
    notices,
    adapt: (changes: Pick<AdaptationView, 'strategy' | 'actsAs' | 'reason'>) =>
      adapt({ atMs: clock.nowMs(), before: same, after: same, ...changes }),
  };
}

describe('a shell that pushes what it sees', () => {
  test('has the first word on what it knows, and the machine on the rest', async () => {
    const clock = new ManualClock();
    const log = new SilentLog();
    const shell = createPushedPower({ clock, log });
    const own = createPushedPower({ clock, log, name: 'the machine' });
    shell.push({ userIdleMs: 5_000, screenLocked: false });
    own.push({ source: 'battery', hasBattery: true, batteryPercent: 34, userIdleMs: 1 });
    const engine = await start({ clock, machine: unknownMachine({ power: [shell, own] }) });
    await clock.advance(5_000);
    const { power, sensors } = await ask(engine, 'resources.read', {});
    expect(power).toMatchObject({ source: 'battery', batteryPercent: 34, userIdleMs: 5_000, screenLocked: false });
    expect(sensors.map(({ name }) => name)).toEqual(expect.arrayContaining(['the desktop shell', 'the machine']));
    expect((await ask(engine, 'tray.read', {})).gate.sentence).toBe('optimizing paused: on battery 34 % (needs mains)');
  });

  test('is heard when the machine sleeps and wakes: then what was measured before is unknown', async () => {
    const clock = new ManualClock();
    const shell = createPushedPower({ clock, log: new SilentLog() });
    const engine = await start({ clock, machine: unknownMachine({ power: [shell] }) });
    const sentences: string[] = [];
    engine.engine.events.on('tray', ({ gate }) => sentences.push(gate.sentence));
    shell.push({ source: 'ac' });
    await clock.advance(2_000);
    shell.announce('suspend');
    await clock.advance(2_000);
    expect(sentences.at(-1)).toBe('optimizing paused: the machine goes to sleep');
    shell.announce('resume');
    await clock.advance(2_000);
    expect(sentences.at(-1)).toContain('awake for');
    expect((await ask(engine, 'resources.read', {})).power.source).toBeNull();
    shell.push({ source: 'ac' });
    await clock.advance(2_000);
    expect((await ask(engine, 'resources.read', {})).power.source).toBe('ac');
  });
});
