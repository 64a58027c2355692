import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { status as statusSchema } from '../../src-shared/control.ts';
import { optimizerStatus } from '../../src-shared/optimizer.ts';
import { openStore, type Store } from '../../src-main/engine/store/open-store.ts';
import { systemClock, systemRandom } from '../../src-main/engine/system-ports.ts';
import { FakePower, fakeSensors } from '../engine/resources/fake-sensors.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { SilentLog } from '../support/silent-log.ts';
import { startTwoTracks, type TwoTracks } from '../support/start-two-tracks.ts';
import { postJson, PROTOCOLS } from './surfaces.ts';

/** A routed request on each surface; every one must be answered. */
async function expectAnswers(bench: TwoTracks): Promise<void> {
  for (const surface of Object.values(PROTOCOLS)) {
    for (const model of ['pointsman/auto', 'pointsman/best', 'pointsman/private']) {
      const reply = await postJson(bench.url + surface.path, surface.body(model));
      expect([model, reply.status]).toEqual([model, 200]);
      await reply.text();
    }
  }
}

async function warningsOf(bench: TwoTracks): Promise<string[]> {
  return statusSchema.parse(await (await bench.control('/control/v1/status')).json()).warnings;
}

async function optimizerOf(bench: TwoTracks) {
  return optimizerStatus.parse(await (await bench.control('/control/v1/optimizer')).json());
}

describe('a sensor', () => {
  const broken = (what: () => never) => {
    const sensors = fakeSensors();
    sensors.cpu.next = what;
    sensors.memory.next = what;
    sensors.gpus.next = () => Promise.reject(new Error('no card'));
    const power = new FakePower();
    power.read = what;
    return { sensors, power: [power] };
  };

  test('that throws is told in the status, and requests go on', async () => {
    const machine = broken(() => {
      throw new Error('no such file');
    });
    const bench = await startTwoTracks({ machine });
    await expectAnswers(bench);
    const warnings = await warningsOf(bench);
    for (const name of ['processor', 'memory', 'graphics card', 'fake power']) {
      expect(warnings).toContainEqual(expect.stringMatching(new RegExp(`^The sensor "${name}" fails: .+ unknown\\.$`)));
    }
    expect((await optimizerOf(bench)).degraded).toEqual([]);
  });

  test('that gives numbers that are none, or never answers, changes no answer', async () => {
    const sensors = fakeSensors();
    const none = { machinePercent: NaN, ownPercent: NaN, ollamaPercent: Infinity, othersPercent: -1 };
    sensors.cpu.next = () => none;
    sensors.memory.next = () => ({ totalBytes: NaN, availableBytes: -5, ownBytes: Infinity });
    sensors.gpus.next = () => new Promise(() => undefined);
    const power = new FakePower();
    power.reading = { source: 'battery', batteryPercent: NaN, speedLimitPercent: NaN };
    const bench = await startTwoTracks({ machine: { sensors, power: [power] } });
    await expectAnswers(bench);
    expect((await optimizerOf(bench)).suspendedUntilMs).toBeNull();
  });
});

describe('what was learned, as the database has it', () => {
  function withStore<Value>(folder: string, use: (store: Store) => Value | Promise<Value>): Promise<Value> {
    const ports = { clock: systemClock, random: systemRandom, log: new SilentLog(), platform: process.platform };
    const opened = openStore({ folder, ...ports });
    if (!opened.ok) throw new Error(opened.message);
    const { store } = opened;
    return Promise.resolve(use(store)).finally(() => store.close());
  }

  async function folderWith(version: number, bytes: Uint8Array): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), 'pointsman-future-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    await withStore(folder, (store) => store.states.saveState({ name: 'quality-learner', version, bytes }));
    return folder;
  }

  test('from the future is left alone, told, and requests go on', async () => {
    const bytes = Uint8Array.from([9, 8, 7]);
    const folder = await folderWith(99, bytes);
    const bench = await startTwoTracks({ folder });
    const { degraded } = await optimizerOf(bench);
    expect(degraded).toEqual([expect.stringContaining('(quality-learner) was saved by a newer version of Pointsman')]);
    expect(await warningsOf(bench)).toEqual(expect.arrayContaining(degraded));
    await expectAnswers(bench);
    await bench.stop();
    const kept = await withStore(folder, ({ states }) => ({
      learner: states.readState('quality-learner'),
      speeds: states.readState('endpoint-models'),
    }));
    expect(kept.learner).toMatchObject({ version: 99 });
    expect([...(kept.learner?.bytes ?? [])]).toEqual([...bytes]);
    // The other parts are kept as ever.
    expect(kept.speeds).not.toBeNull();
  });

  test('damaged is told, requests go on, and the next lessons mend it', async () => {
    const folder = await folderWith(1, Uint8Array.from([1, 2, 3]));
    const bench = await startTwoTracks({ folder });
    expect((await optimizerOf(bench)).degraded).toEqual([
      expect.stringContaining('(quality-learner) could not be read'),
    ]);
    await expectAnswers(bench);
    await bench.stop();
    const again = await startTwoTracks({ folder, upstreams: bench });
    const { degraded, learning } = await optimizerOf(again);
    expect(degraded).toEqual([]);
    expect(learning.observations).toBeGreaterThan(0);
  });
});

describe('adaptation', () => {
  /** Fails whoever asks for the time of day during an adaptation: that is all of what it reads that can be broken from here. */
  class FailingClock extends ManualClock {
    static readonly ADAPTATION_MS = 7_000;
    isBroken = true;
    #adapts = false;

    override nowMs(): number {
      if (this.#adapts && this.isBroken) throw new Error('no time');
      return super.nowMs();
    }

    override after(delayMs: number, run: () => void): () => void {
      if (delayMs !== FailingClock.ADAPTATION_MS) return super.after(delayMs, run);
      return super.after(delayMs, () => {
        this.#adapts = true;
        try {
          run();
        } finally {
          this.#adapts = false;
        }
      });
    }
  }

  test('that fails each time is told and left alone for a while; requests go on; then it works again', async () => {
    const clock = new FailingClock();
    const bench = await startTwoTracks({ clock, settings: { optimizer: { adaptationIntervalSeconds: 7 } } });
    await clock.advance(7_000);
    expect((await optimizerOf(bench)).degraded).toEqual([expect.stringContaining('Adaptation failed just now')]);
    await expectAnswers(bench);
    await clock.advance(14_000);
    const { degraded, suspendedUntilMs } = await optimizerOf(bench);
    expect(degraded).toEqual([expect.stringMatching(/^Adaptation failed \(no time\) and is off for \d+ s/)]);
    expect(suspendedUntilMs).toBeGreaterThan(clock.nowMs());
    expect(await warningsOf(bench)).toEqual(expect.arrayContaining(degraded));
    await expectAnswers(bench);
    clock.isBroken = false;
    await clock.advance(330_000);
    expect(await optimizerOf(bench)).toMatchObject({ degraded: [], suspendedUntilMs: null });
    await expectAnswers(bench);
  });
});
