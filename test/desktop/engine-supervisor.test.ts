import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { EngineSupervisor } from '../../src-main/desktop/engine-supervisor.ts';
import type { EngineProcess } from '../../src-main/desktop/engine-process.ts';
import { FORGIVEN_AFTER_MS, planRestart, RESTART_DELAYS_MS } from '../../src-main/desktop/restart-plan.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { SilentLog } from '../support/silent-log.ts';

/** An engine that does what the test says. */
class PlayedEngine extends EventEmitter implements EngineProcess {
  readonly told: unknown[] = [];
  readonly pid: number;
  kills = 0;

  constructor(pid: number) {
    super();
    this.pid = pid;
  }

  postMessage(message: unknown): void {
    this.told.push(message);
  }

  kill(): boolean {
    this.kills += 1;
    return true;
  }

  pong(): void {
    this.emit('message', { type: 'pong' });
  }

  ready(): void {
    this.emit('message', { type: 'ready', addresses: ['http://127.0.0.1:8400'], controlToken: 'token' });
  }
}

function supervise(launch?: (withFlags: boolean) => EngineProcess) {
  const clock = new ManualClock();
  const engines: PlayedEngine[] = [];
  const phases: string[] = [];
  const killedHard: number[] = [];
  const flags: boolean[] = [];
  const heard: string[] = [];
  let problem: string | null = null;
  const supervisor = new EngineSupervisor({
    clock,
    log: new SilentLog(),
    launch:
      launch ??
      ((withFlags) => {
        flags.push(withFlags);
        const engine = new PlayedEngine(engines.length + 1);
        engines.push(engine);
        return engine;
      }),
    greeting: () => ({ type: 'start', secrets: 'a keychain', version: '1.0.0' }),
    onMessage: ({ type }) => heard.push(type),
    onPhase(phase, why) {
      phases.push(phase);
      problem = why;
    },
    killHard: (pid) => killedHard.push(pid),
  });
  const engine = () => {
    const last = engines.at(-1);
    if (last === undefined) throw new Error('No engine was started.');
    return last;
  };
  return { clock, engines, engine, phases, killedHard, flags, heard, supervisor, problem: () => problem };
}

describe('the plan for restarts', () => {
  it('waits longer each time, and gives up after the last', () => {
    const delays = RESTART_DELAYS_MS.map((_delay, at) =>
      planRestart(
        Array.from({ length: at + 1 }, () => 0),
        0,
      ),
    );
    expect(delays).toEqual([...RESTART_DELAYS_MS]);
    expect(planRestart([0, 0, 0, 0, 0, 0], 0)).toBeNull();
  });

  it('forgets what is long ago', () => {
    expect(planRestart([0, 0, 0, 0, 0, FORGIVEN_AFTER_MS], FORGIVEN_AFTER_MS)).toBe(RESTART_DELAYS_MS[0]);
  });
});

describe('an engine under supervision', () => {
  it('is greeted, and runs when it says so', () => {
    const { supervisor, engine, phases, heard } = supervise();
    supervisor.start();
    expect(engine().told).toEqual([{ type: 'start', secrets: 'a keychain', version: '1.0.0' }]);
    engine().ready();
    expect([phases, heard]).toEqual([['starting', 'running'], ['ready']]);
  });

  it('is started once, however often it is asked for', () => {
    const { supervisor, engines } = supervise();
    supervisor.start();
    supervisor.start();
    expect(engines).toHaveLength(1);
  });

  it('that ends by itself comes back after the pause of the plan', async () => {
    const { supervisor, engine, engines, phases, clock, problem } = supervise();
    supervisor.start();
    engine().ready();
    engine().emit('exit', 9);
    expect(phases.at(-1)).toBe('restarting');
    expect(problem()).toContain('exit code 9');
    await clock.advance(999);
    expect(engines).toHaveLength(1);
    await clock.advance(1);
    expect(engines).toHaveLength(2);
    engine().ready();
    expect([phases.at(-1), problem()]).toEqual(['running', null]);
  });

  it('that ends without a word may not know a V8 flag: the next ones are started without', async () => {
    const { supervisor, engine, flags, clock } = supervise();
    supervisor.start();
    engine().emit('exit', 9);
    await clock.advance(1_000);
    engine().ready();
    engine().emit('exit', 1);
    await clock.advance(30_000);
    expect(flags).toEqual([true, false, false]);
  });

  it('that has spoken once knows its V8 flags: it comes back with them, however it ends later', async () => {
    const { supervisor, engine, flags, clock } = supervise();
    supervisor.start();
    engine().ready();
    engine().emit('exit', 9);
    await clock.advance(1_000);
    engine().emit('exit', 9);
    await clock.advance(30_000);
    expect(flags).toEqual([true, true, true]);
  });

  it('that keeps ending is given up, and leaves no timer', async () => {
    const { supervisor, engine, engines, phases, clock, problem } = supervise();
    supervisor.start();
    for (let ends = 0; ends < 6; ends += 1) {
      engine().emit('exit', 1);
      await clock.advance(30_000);
    }
    expect([engines.length, phases.at(-1), clock.pendingTimers]).toEqual([6, 'failed', 0]);
    expect(problem()).toBe('The engine ended 6 times in a row (exit code 1). The logs say more.');
    supervisor.start();
    engine().ready();
    expect(phases.at(-1)).toBe('running');
  });

  it('that says why it cannot start is not tried again until the person asks', async () => {
    const { supervisor, engine, engines, phases, clock, problem } = supervise();
    supervisor.start();
    engine().emit('message', { type: 'failed', message: 'Port 8400 is in use.' });
    engine().emit('exit', 1);
    await clock.advance(3_600_000);
    expect([engines.length, phases.at(-1), problem()]).toEqual([1, 'failed', 'Port 8400 is in use.']);
  });

  it('that is never ready is ended and counts as one that ended', async () => {
    const { supervisor, engine, phases, clock, killedHard } = supervise();
    supervisor.start();
    await clock.advance(120_000);
    expect(engine().kills).toBe(1);
    await clock.advance(2_000);
    expect(killedHard).toEqual([1]);
    engine().emit('exit', 9);
    expect(phases.at(-1)).toBe('restarting');
  });

  it('that cannot be launched is tried again like one that ended', async () => {
    const { supervisor, phases, clock, problem } = supervise(() => {
      throw new Error('no such file');
    });
    supervisor.start();
    expect([phases.at(-1), problem()?.includes('no such file')]).toEqual(['restarting', true]);
    await clock.advance(60_000);
    expect(phases.at(-1)).toBe('failed');
  });

  it('whose launch Electron reports as failed counts as ended', () => {
    const { supervisor, phases } = supervise();
    supervisor.start();
    supervisor.launchFailed();
    supervisor.launchFailed();
    expect(phases).toEqual(['starting', 'restarting']);
  });

  it('may say nonsense, and an old one may say anything: neither is heard', async () => {
    const { supervisor, engine, engines, heard, clock, phases } = supervise();
    supervisor.start();
    for (const nonsense of [null, 7, {}, { type: 'ready' }, { type: 'tray', status: 1 }])
      engine().emit('message', nonsense);
    expect(heard).toEqual([]);
    const [old] = engines;
    engine().emit('exit', 1);
    await clock.advance(1_000);
    old?.ready();
    old?.emit('exit', 1);
    expect([heard, phases]).toEqual([[], ['starting', 'restarting']]);
  });
});

describe('an engine that runs', () => {
  it('is asked twice a minute whether it lives, and left alone while it says so', async () => {
    const { supervisor, engine, clock, phases } = supervise();
    supervisor.start();
    engine().ready();
    for (let asked = 1; asked <= 20; asked += 1) {
      await clock.advance(30_000);
      expect(engine().told.filter((each) => JSON.stringify(each) === '{"type":"ping"}')).toHaveLength(asked);
      engine().pong();
    }
    expect([engine().kills, phases.at(-1), clock.pendingTimers]).toEqual([0, 'running', 1]);
  });

  it('that lives and answers nothing any more is ended by force and started again', async () => {
    const { supervisor, engine, engines, clock, killedHard, phases, problem } = supervise();
    supervisor.start();
    engine().ready();
    await clock.advance(119_999);
    expect(engine().kills).toBe(0);
    await clock.advance(1);
    expect([engine().kills, killedHard]).toEqual([1, []]);
    await clock.advance(2_000);
    expect(killedHard).toEqual([1]);
    engine().emit('exit', 9);
    expect([phases.at(-1), problem()]).toEqual([
      'restarting',
      'The engine ended unexpectedly (it did not answer for 90 s) and is being started again.',
    ]);
    await clock.advance(1_000);
    expect(engines).toHaveLength(2);
  });

  it('may be slow: anything it says is a sign of life', async () => {
    const { supervisor, engine, clock } = supervise();
    supervisor.start();
    engine().ready();
    for (let minutes = 0; minutes < 10; minutes += 1) {
      await clock.advance(60_000);
      engine().emit('message', { type: 'token', controlToken: 'another' });
    }
    expect(engine().kills).toBe(0);
  });

  it('is not ended because the machine slept: the clock went on, the processes did not', async () => {
    const { supervisor, engine, clock } = supervise();
    supervisor.start();
    engine().ready();
    clock.jump(8 * 3_600_000);
    await clock.advance(30_000);
    engine().pong();
    await clock.advance(30_000);
    expect(engine().kills).toBe(0);
  });

  it('is started anew at the wish of the person, once the old one has ended in order', () => {
    const { supervisor, engine, engines, clock, phases, problem } = supervise();
    supervisor.start();
    engine().ready();
    supervisor.restart(10_000);
    supervisor.restart(10_000);
    expect([phases.at(-1), problem(), engine().told.at(-1)]).toEqual(['starting', null, { type: 'stop' }]);
    expect(engines).toHaveLength(1);
    engine().emit('exit', 0);
    expect(engines).toHaveLength(2);
    engine().ready();
    expect([phases.at(-1), engine().kills, clock.pendingTimers]).toEqual(['running', 0, 1]);
  });

  it('that does not end when it is to be started anew is ended by force', async () => {
    const { supervisor, engine, engines, clock, killedHard } = supervise();
    supervisor.start();
    engine().ready();
    supervisor.restart(10_000);
    await clock.advance(12_000);
    expect([engine().kills, killedHard]).toEqual([1, [1]]);
    engine().emit('exit', 9);
    expect(engines).toHaveLength(2);
  });

  it('is not started anew while everything ends', async () => {
    const { supervisor, engine, engines } = supervise();
    supervisor.start();
    engine().ready();
    supervisor.restart(10_000);
    const stopped = supervisor.stop(10_000);
    supervisor.restart(10_000);
    engine().emit('exit', 0);
    await stopped;
    expect(engines).toHaveLength(1);
  });
});

describe('stopping', () => {
  it('asks, waits, and is done when the process has ended', async () => {
    const { supervisor, engine, phases, clock } = supervise();
    supervisor.start();
    engine().ready();
    const stopped = supervisor.stop(10_000);
    expect([phases.at(-1), engine().told.at(-1)]).toEqual(['stopping', { type: 'stop' }]);
    engine().emit('exit', 0);
    await stopped;
    expect([engine().kills, clock.pendingTimers]).toEqual([0, 0]);
  });

  it('ends a process that does not listen, first politely, then by force', async () => {
    const { supervisor, engine, clock, killedHard } = supervise();
    supervisor.start();
    const stopped = supervisor.stop(10_000);
    await clock.advance(10_000);
    expect([engine().kills, killedHard]).toEqual([1, []]);
    await clock.advance(2_000);
    expect(killedHard).toEqual([1]);
    engine().emit('exit', 9);
    await stopped;
  });

  it('does not wait at the second wish', async () => {
    const { supervisor, engine, clock } = supervise();
    supervisor.start();
    const stopped = Promise.all([supervisor.stop(10_000), supervisor.stop(0)]);
    await clock.advance(0);
    expect(engine().kills).toBe(1);
    engine().emit('exit', 15);
    await stopped;
  });

  it('between two starts ends the waiting too, and nothing starts afterwards', async () => {
    const { supervisor, engine, engines, clock } = supervise();
    supervisor.start();
    engine().emit('exit', 1);
    await supervisor.stop(10_000);
    supervisor.start();
    await clock.advance(600_000);
    expect([engines.length, clock.pendingTimers]).toEqual([1, 0]);
  });
});
