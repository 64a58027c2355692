import { describe, expect, test } from 'vitest';
import { GATE_CONDITIONS, gateView, resourceSnapshot, type GateView } from '../../../src-shared/machine.ts';
import { FakePower, fakeSensors } from '../resources/fake-sensors.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { startTwoTracks, type TwoTracks } from '../../support/start-two-tracks.ts';
import { unknownMachine } from '../../support/unknown-machine.ts';
import { problemOf } from './control-client.ts';

async function gateOf(bench: TwoTracks): Promise<GateView> {
  return gateView.parse(await (await bench.control('/control/v1/gate')).json());
}

async function post(bench: TwoTracks, path: string, body?: unknown): Promise<Response> {
  return bench.control(path, { method: 'POST', ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
}

describe('GET /control/v1/gate', () => {
  test('is closed on a machine of which nothing is known, and tells each condition in a sentence', async () => {
    const view = await gateOf(await startTwoTracks());
    expect(view.open).toBe(false);
    expect(view.conditions.map(({ name }) => name)).toEqual([...GATE_CONDITIONS]);
    expect(view.closedBy).toContain('cpu');
    for (const { sentence, limit } of view.conditions) expect([sentence, limit]).not.toContain('');
  });

  test.each([
    ['a request', '/v1/chat/completions', { model: 'tiny:0.5b', messages: [{ role: 'user', content: 'Hello' }] }],
    ['a call that is passed on to Ollama', '/api/pull', { model: 'tiny:0.5b' }],
  ])('opens on a machine that is idle, and %s closes it', async (_name, path, body) => {
    const clock = new ManualClock();
    const sensors = fakeSensors();
    const idle = { machinePercent: 3, ownPercent: 1, ollamaPercent: 0, othersPercent: 2 };
    sensors.cpu.next = () => idle;
    sensors.headless.next = () => true;
    const power = new FakePower();
    power.reading = { source: 'ac', batteryPercent: 90, thermal: 'nominal', online: true };
    const bench = await startTwoTracks({ clock, machine: { sensors, power: [power] } });
    await clock.advance(15 * 60_000);
    expect((await gateOf(bench)).closedBy).toEqual([]);
    expect((await gateOf(bench)).open).toBe(true);
    const send = (path: string, body: object) =>
      fetch(bench.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    await (await send(path, body)).text();
    await clock.advance(2_000);
    expect(await gateOf(bench)).toMatchObject({ open: false, closedBy: ['quiet'] });
  });
});

describe('POST /control/v1/gate/pause', () => {
  test('pauses until the person resumes', async () => {
    const bench = await startTwoTracks();
    const paused = gateView.parse(await (await post(bench, '/control/v1/gate/pause')).json());
    expect(paused).toMatchObject({ paused: true, pausedUntilMs: null });
    expect(paused.closedBy).toContain('not_paused');
    const resumed = gateView.parse(await (await post(bench, '/control/v1/gate/resume')).json());
    expect(resumed).toMatchObject({ paused: false });
    expect(resumed.closedBy).not.toContain('not_paused');
  });

  test('pauses until a moment', async () => {
    const clock = new ManualClock();
    const bench = await startTwoTracks({ clock });
    const untilMs = clock.nowMs() + 60_000;
    expect(await (await post(bench, '/control/v1/gate/pause', { untilMs })).json()).toMatchObject({
      paused: true,
      pausedUntilMs: untilMs,
    });
    await clock.advance(61_000);
    expect(await gateOf(bench)).toMatchObject({ paused: false });
  });

  test.each([{ untilMs: 'soon' }, { untilMs: -1 }, { forMs: 1 }])('refuses %j', async (body) => {
    const bench = await startTwoTracks();
    expect(await problemOf(await post(bench, '/control/v1/gate/pause', body))).toMatchObject({ status: 400 });
    expect(await gateOf(bench)).toMatchObject({ paused: false });
  });
});

describe('GET /control/v1/resources', () => {
  test('tells what the sensors know, and of what nobody knows that it is unknown', async () => {
    const bench = await startTwoTracks({ machine: { sensors: fakeSensors(), power: [] } });
    const snapshot = resourceSnapshot.parse(await (await bench.control('/control/v1/resources')).json());
    expect(snapshot.cpu.machinePercent).toBe(30);
    expect(snapshot.power.batteryPercent).toBeNull();
    const { sensors } = unknownMachine();
    const blind = await startTwoTracks({ machine: { sensors, power: [] } });
    const unknown = resourceSnapshot.parse(await (await blind.control('/control/v1/resources')).json());
    expect(unknown.cpu.machinePercent).toBeNull();
    expect(unknown.memory.totalBytes).toBeNull();
  });
});
