import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { UpdateKeeper } from '../../src-main/desktop/update-keeper.ts';
import type { UpdateEvent, UpdatePort } from '../../src-main/desktop/update-port.ts';
import type { ShellView } from '../../src-shared/bridge.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { SilentLog } from '../support/silent-log.ts';

/** A feed that the test writes. */
class PlayedUpdates implements UpdatePort {
  readonly #events = new EventEmitter();
  readonly asked: string[] = [];
  canInstall = true;
  why: Awaited<ReturnType<UpdatePort['whyNot']>> = null;
  isBroken = false;

  whyNot(): ReturnType<UpdatePort['whyNot']> {
    return Promise.resolve(this.why);
  }

  check(): Promise<void> {
    return this.#ask('check');
  }

  download(): Promise<void> {
    return this.#ask('download');
  }

  installAtQuit(on: boolean): void {
    this.asked.push(`install at quit: ${on}`);
  }

  installNow(): void {
    this.asked.push('install now');
  }

  onEvent(listener: (event: UpdateEvent) => void): void {
    this.#events.on('event', listener);
  }

  say(event: UpdateEvent): void {
    this.#events.emit('event', event);
  }

  #ask(what: string): Promise<void> {
    this.asked.push(what);
    return this.isBroken ? Promise.reject(new Error('no network')) : Promise.resolve();
  }
}

function keep() {
  const clock = new ManualClock();
  const port = new PlayedUpdates();
  const views: ShellView['update'][] = [];
  const keeper = new UpdateKeeper({ port, clock, log: new SilentLog(), onChange: (view) => views.push(view) });
  return { clock, port, keeper, view: () => views.at(-1) };
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

describe('updates', () => {
  it('that are automatic are found, fetched, and wait for the next start', async () => {
    const { keeper, port, clock, view } = keep();
    await keeper.follow('automatic');
    expect(port.asked).toEqual(['install at quit: true']);
    await clock.advance(MINUTE_MS);
    port.say({ kind: 'available', version: '2.0.0' });
    expect(view()).toMatchObject({ state: 'downloading', version: '2.0.0' });
    port.say({ kind: 'ready', version: '2.0.0' });
    expect(view()).toMatchObject({ state: 'ready', version: '2.0.0' });
    expect(port.asked).toEqual(['install at quit: true', 'check', 'download']);
    await clock.advance(3 * DAY_MS);
    expect(port.asked.filter((each) => each === 'check')).toHaveLength(1);
    keeper.installNow();
    expect(port.asked.at(-1)).toBe('install now');
  });

  it('that are asked for are only told of, until the person wants them', async () => {
    const { keeper, port, view } = keep();
    await keeper.follow('ask');
    port.say({ kind: 'available', version: '2.0.0' });
    expect(view()?.state).toBe('available');
    expect(port.asked).toEqual(['install at quit: false']);
    await keeper.download();
    expect([view()?.state, port.asked.at(-1)]).toEqual(['downloading', 'download']);
  });

  it('that are off ask nobody, and nothing that comes all the same is shown', async () => {
    const { keeper, port, clock, view } = keep();
    await keeper.follow('off');
    await clock.advance(30 * DAY_MS);
    port.say({ kind: 'available', version: '2.0.0' });
    expect([port.asked, view()?.state, clock.pendingTimers]).toEqual([['install at quit: false'], 'off', 0]);
  });

  it('follow the setting at once', async () => {
    const { keeper, port, clock, view } = keep();
    await keeper.follow('automatic');
    await keeper.follow('off');
    await clock.advance(DAY_MS);
    expect([port.asked.includes('check'), view()?.state]).toEqual([false, 'off']);
    await keeper.follow('ask');
    await clock.advance(MINUTE_MS);
    expect(port.asked.at(-1)).toBe('check');
  });

  it('of a copy that nobody signed are refused, and said to be', async () => {
    const { keeper, port, clock, view } = keep();
    port.why = { state: 'unsigned', sentence: 'This copy is not signed.' };
    await keeper.follow('automatic');
    await clock.advance(DAY_MS);
    expect([view(), port.asked.includes('check')]).toEqual([
      { state: 'unsigned', version: null, sentence: 'This copy is not signed.' },
      false,
    ]);
  });

  it('of a system package are told of and not installed', async () => {
    const { keeper, port, view } = keep();
    port.canInstall = false;
    await keeper.follow('automatic');
    port.say({ kind: 'available', version: '2.0.0' });
    expect([view()?.state, port.asked.includes('download')]).toEqual(['available', false]);
    await expect(keeper.download()).rejects.toThrow('2.0.0');
  });

  it('that cannot be looked for are looked for again the next day', async () => {
    const { keeper, port, clock, view } = keep();
    port.isBroken = true;
    await keeper.follow('automatic');
    await clock.advance(MINUTE_MS);
    expect(view()?.state).toBe('failed');
    port.isBroken = false;
    await clock.advance(DAY_MS);
    port.say({ kind: 'none' });
    expect(view()?.state).toBe('none');
    expect(port.asked.filter((each) => each === 'check')).toHaveLength(2);
  });

  it('never install themselves while somebody works', async () => {
    const { keeper, port } = keep();
    await keeper.follow('automatic');
    keeper.installNow();
    port.say({ kind: 'available', version: '2.0.0' });
    keeper.installNow();
    expect(port.asked).not.toContain('install now');
  });

  it('leave no timer when the shell stops', async () => {
    const { keeper, clock } = keep();
    await keeper.follow('automatic');
    keeper.stop();
    expect(clock.pendingTimers).toBe(0);
  });
});
