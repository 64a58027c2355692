import { describe, expect, it } from 'vitest';
import type { ShellState } from '../../src-main/desktop/shell-state.ts';
import { initialState } from '../../src-main/desktop/shell-state.ts';
import type { TrayAction } from '../../src-main/desktop/tray-action.ts';
import { toTrayIcon } from '../../src-main/desktop/tray-icon.ts';
import { toTrayMenu } from '../../src-main/desktop/tray-menu.ts';
import { toTooltip, toTraySentence } from '../../src-main/desktop/tray-sentence.ts';
import { STRATEGIES } from '../../src-shared/strategy.ts';
import { TRAY_ICONS } from '../../src-shared/house.ts';
import { MenuDouble, type SeenItem } from './double/menu-double.ts';
import { runningState, trayStatusOf } from './support/tray-status.ts';

const PLATFORMS = ['darwin', 'win32', 'linux'] as const;

function draw(state: ShellState, platform: NodeJS.Platform = 'darwin') {
  const acts: TrayAction[] = [];
  const menu = new MenuDouble(toTrayMenu(state, { platform, act: (action) => acts.push(action) }));
  const all = (items: readonly SeenItem[]): SeenItem[] => items.flatMap((item) => [item, ...all(item.items)]);
  const items = all(menu.seen());
  return { menu, acts, items, item: (id: string) => items.find((each) => each.id === id) };
}

describe('the first line', () => {
  const engines: [ShellState['engine'], string][] = [
    [{ phase: 'starting', problem: null }, 'Starting…'],
    [{ phase: 'restarting', problem: 'x' }, 'The engine ended unexpectedly and is being started again.'],
    [{ phase: 'failed', problem: 'Port 8400 is in use.' }, 'Port 8400 is in use.'],
    [{ phase: 'failed', problem: null }, 'The engine does not run.'],
    [{ phase: 'stopping', problem: null }, 'Stopping…'],
    [{ phase: 'running', problem: null }, 'Idle - ready to optimize'],
  ];

  it.each(engines)('of %o says "%s"', (engine, sentence) => {
    const state = runningState({ engine });
    expect(toTraySentence(state)).toBe(sentence);
    expect(draw(state).item('sentence')).toMatchObject({ label: sentence, enabled: false });
  });

  it('is the tooltip too, no longer than Windows shows', () => {
    expect(toTooltip(runningState())).toBe('Pointsman: Idle - ready to optimize');
    const long = runningState({ status: trayStatusOf({ sentence: 'word '.repeat(60) }) });
    expect(toTooltip(long).length).toBeLessThanOrEqual(127);
    expect(toTooltip(long)).toMatch(/word…$/);
  });

  it('keeps an ampersand from underlining a letter', () => {
    const state = runningState({ status: trayStatusOf({ sentence: 'Up & down' }) });
    expect(draw(state).item('sentence')?.label).toBe('Up && down');
  });

  it('is not said again as gate or problem below it', () => {
    const gate = { open: false, paused: false, pausedUntilMs: null, sentence: 'optimizing paused: on battery 34 %' };
    const idle = trayStatusOf({ sentence: 'Idle - optimizing paused: on battery 34 %', gate });
    expect(draw(runningState({ status: idle })).item('gate')).toBeUndefined();
    const stuck = trayStatusOf({ sentence: 'Ollama is away.', problems: ['Ollama is away.', 'No key.'], gate });
    const { items } = draw(runningState({ status: stuck }));
    expect(items.slice(0, 3).map(({ label }) => label)).toEqual([
      'Ollama is away.',
      'No key.',
      'Optimizing paused: on battery 34 %',
    ]);
  });
});

describe('a background job at work', () => {
  const background = { job: 'model-benchmark' as const, sentence: 'measuring local models: 3 of 8' };

  it.each(PLATFORMS)('has a line of its own on %s, flat, that leads to its view', (platform) => {
    const { menu, item, acts } = draw(runningState({ status: trayStatusOf({ background }) }), platform);
    expect(item('background')).toMatchObject({ label: 'Measuring local models: 3 of 8', enabled: true, items: [] });
    expect(menu.template.some(({ id }) => id === 'background')).toBe(true);
    menu.click('background');
    expect(acts).toEqual([{ do: 'open', view: 'background' }]);
  });

  it('has none while there is no job, no engine, or the first line says it already', () => {
    const of = (state: ShellState) => draw(state).item('background');
    expect(of(runningState())).toBeUndefined();
    expect(
      of(runningState({ engine: { phase: 'restarting', problem: null }, status: trayStatusOf({ background }) })),
    ).toBeUndefined();
    const sentence = `Idle - ${background.sentence}`;
    expect(of(runningState({ status: trayStatusOf({ background, sentence }) }))).toBeUndefined();
  });
});

describe('the icon', () => {
  it.each(TRAY_ICONS)('is the engine’s own (%s) while it runs', (icon) => {
    expect(toTrayIcon(runningState({ status: trayStatusOf({ icon }) }))).toBe(icon);
  });

  it('shows a problem when the engine has ended, and nothing special while it starts and stops', () => {
    const of = (phase: ShellState['engine']['phase']) => toTrayIcon({ engine: { phase, problem: null }, status: null });
    expect([of('failed'), of('restarting')]).toEqual(['problem', 'problem']);
    expect([of('starting'), of('stopping'), of('running')]).toEqual(['idle', 'idle', 'idle']);
  });
});

describe('the strategies', () => {
  it.each(STRATEGIES)('are a flat group with only %s ticked, and a click asks for it', (strategy) => {
    const { menu, acts, items } = draw(runningState({ status: trayStatusOf({ strategy, actsAs: strategy }) }));
    const radios = menu.template.filter(({ type }) => type === 'radio');
    expect(radios.map(({ id }) => id)).toEqual(STRATEGIES.map((each) => `strategy-${each}`));
    expect(items.filter(({ checked }) => checked).map(({ id }) => id)).toEqual([`strategy-${strategy}`]);
    menu.click(`strategy-${strategy}`);
    expect(acts).toEqual([{ do: 'choose_strategy', strategy }]);
  });

  it('say what an adaptive one acts as', () => {
    const status = trayStatusOf({ strategy: 'adaptive', actsAs: 'cost_focused' });
    expect(draw(runningState({ status })).item('strategy-adaptive')?.label).toBe('Adaptive (now: Cheap)');
  });
});

describe('without an engine', () => {
  it.each(['starting', 'restarting', 'failed', 'stopping'] as const)('(%s) nothing can be asked of it', (phase) => {
    const { items } = draw({ ...initialState(), engine: { phase, problem: null } });
    const usable = items.filter(({ enabled }) => enabled).map(({ id }) => id);
    const always = ['open', 'settings', 'logs', 'quit'];
    expect(usable).toEqual(phase === 'failed' ? ['start-again', ...always] : always);
  });

  it('that stops, a second quit is offered as what it is', () => {
    const state = { ...initialState(), engine: { phase: 'stopping' as const, problem: null } };
    expect(draw(state).item('quit')?.label).toBe('Quit now, without waiting');
  });
});

describe('pausing', () => {
  it('is one submenu on macOS and Windows, and flat on Linux', () => {
    for (const platform of ['darwin', 'win32'] as const) {
      expect(
        draw(runningState(), platform)
          .item('pause')
          ?.items.map(({ id }) => id),
      ).toEqual(PAUSES);
    }
    const { menu, items } = draw(runningState(), 'linux');
    expect(menu.template.every(({ submenu }) => submenu === undefined)).toBe(true);
    expect(items.filter(({ id }) => id.startsWith('pause')).map(({ id }) => id)).toEqual(PAUSES);
  });

  it('turns into resuming, with the time', () => {
    const pausedUntilMs = new Date(2026, 10, 21, 14, 5).getTime();
    const gate = { open: false, paused: true, pausedUntilMs, sentence: 'optimizing paused by you' };
    const { item, menu, acts } = draw(runningState({ status: trayStatusOf({ gate }) }));
    expect(item('pause')).toBeUndefined();
    expect(item('resume')?.label).toBe('Resume optimizing (paused until 14:05)');
    menu.click('resume');
    expect(acts).toEqual([{ do: 'resume' }]);
  });

  it('without an end just resumes', () => {
    const gate = { open: false, paused: true, pausedUntilMs: null, sentence: 'optimizing paused by you' };
    expect(draw(runningState({ status: trayStatusOf({ gate }) })).item('resume')?.label).toBe('Resume optimizing');
  });
});

describe('the rest', () => {
  it.each([
    [{ todayNanoUsd: 0 }, 'Today: $0.00 spent'],
    [{ todayNanoUsd: 1_234_567 }, 'Today: $0.0012 spent'],
    [{ todayNanoUsd: 2_500_000_000, savedTodayNanoUsd: 400_000_000 }, 'Today: $2.50 spent, about $0.4000 saved'],
    [{ todayNanoUsd: 10_000_000, unknownCosts: 2 }, 'Today: at least $0.0100 spent'],
  ])('sums the day %o up as "%s"', (day, label) => {
    expect(draw(runningState({ status: trayStatusOf(day) })).item('today')?.label).toBe(label);
  });

  it.each([
    [null, 'Unload models', true],
    [[], 'Unload models', false],
    [['ollama/a', 'ollama/b'], 'Unload models (2 in memory)', true],
  ])('offers to unload %o as "%s"', (loadedModels, label, enabled) => {
    const { item } = draw(runningState({ status: trayStatusOf({ loadedModels }) }));
    expect(item('unload')).toMatchObject({ label, enabled });
  });

  it('ticks local only, and a click turns it round', () => {
    for (const localOnly of [true, false]) {
      const { menu, acts, item } = draw(runningState({ status: trayStatusOf({ localOnly }) }));
      expect(item('local-only')?.checked).toBe(localOnly);
      menu.click('local-only');
      expect(acts).toEqual([{ do: 'local_only', on: !localOnly }]);
    }
  });

  it('offers an update to download or to restart for, and only then', () => {
    const of = (state: ShellState['update']['state'], version: string | null = '2.0.0') =>
      draw(runningState({ update: { state, version, sentence: '' } })).items.filter(({ id }) => id.includes('update'));
    expect(of('ready').map(({ label }) => label)).toEqual(['Restart to update to 2.0.0']);
    expect(of('available').map(({ label }) => label)).toEqual(['Download update 2.0.0']);
    for (const state of ['off', 'unsigned', 'none', 'checking', 'downloading', 'failed'] as const) {
      expect(of(state, null)).toEqual([]);
    }
  });

  it('shows what the system would not, and leads to where it is told', () => {
    const notices = [{ id: 'n', level: 'warning' as const, title: 'Budget at 80 %', text: '', view: 'spend' }];
    const { menu, acts, item } = draw(runningState({ notices }));
    expect(item('notice-0')?.label).toBe('Budget at 80 %');
    menu.click('notice-0');
    expect(acts).toEqual([{ do: 'open', view: 'spend' }]);
  });

  it('can be rebuilt on Linux, where panels lose menus', () => {
    expect(PLATFORMS.filter((platform) => draw(runningState(), platform).item('rebuild') !== undefined)).toEqual([
      'linux',
    ]);
  });

  it.each(PLATFORMS)('is never deeper than one submenu on %s', (platform) => {
    for (const { items } of draw(runningState(), platform).items) {
      expect(items.every((item) => item.items.length === 0)).toBe(true);
    }
  });

  it('always offers window, settings, logs and the end', () => {
    for (const platform of PLATFORMS) {
      const { menu, acts } = draw(initialState(), platform);
      for (const id of ['open', 'settings', 'logs', 'quit']) menu.click(id);
      expect(acts.map((action) => action.do)).toEqual(['open', 'open', 'show_logs', 'quit']);
    }
  });
});

const PAUSES = ['pause-hour', 'pause-tomorrow', 'pause-resumed'];
