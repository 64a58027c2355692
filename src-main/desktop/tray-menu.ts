import type { TrayStatus } from '../../src-shared/house.ts';
import { STRATEGIES, type Strategy } from '../../src-shared/strategy.ts';
import type { MenuTemplate } from './electron-api.ts';
import { parseView } from './parse-view.ts';
import type { ShellState } from './shell-state.ts';
import type { PauseSpan, TrayAction } from './tray-action.ts';
import { toMenuLabel, toTraySentence } from './tray-sentence.ts';
import { TRAY_WORDS as WORDS } from './tray-words.ts';

type MenuItem = MenuTemplate[number];

export interface TrayMenuOptions {
  platform: NodeJS.Platform;
  /** What a click does. */
  act: (action: TrayAction) => void;
}

const SPANS: readonly PauseSpan[] = ['hour', 'tomorrow', 'resumed'];
const RULE: MenuItem = { type: 'separator' };

/**
 * The whole tray menu of a state. Nothing comes and goes with the engine but what has to, so that items stay where the
 * hand expects them: without an engine they are greyed out. At most one submenu deep, and flat on Linux, where GNOME
 * draws submenus inline.
 */
export function toTrayMenu(state: ShellState, options: TrayMenuOptions): MenuTemplate {
  const { status, engine } = state;
  const known = engine.phase === 'running' ? status : null;
  const item = (id: string, label: string, action: TrayAction, more: MenuItem = {}): MenuItem => ({
    id,
    label: toMenuLabel(label),
    click: () => options.act(action),
    ...more,
  });
  const build: Build = { known, item, flat: options.platform === 'linux' };
  return [
    ...sayHow(state, build),
    RULE,
    ...offerStrategies(build),
    RULE,
    ...offerPause(build),
    item('local-only', WORDS.localOnly, { do: 'local_only', on: known?.localOnly !== true }, checkbox(known)),
    RULE,
    ...showDay(build),
    RULE,
    item('open', WORDS.open, { do: 'open', view: null }),
    item('settings', WORDS.settings, { do: 'open', view: 'settings' }),
    item('logs', WORDS.logs, { do: 'show_logs' }),
    RULE,
    ...offerUpdate(state, build),
    ...(build.flat ? [item('rebuild', WORDS.rebuild, { do: 'rebuild' })] : []),
    item('quit', engine.phase === 'stopping' ? WORDS.quitNow : WORDS.quit, { do: 'quit' }),
  ];
}

interface Build {
  /** null: the engine does not run, or has not said anything yet. */
  known: TrayStatus | null;
  item: (id: string, label: string, action: TrayAction, more?: MenuItem) => MenuItem;
  flat: boolean;
}

function sayHow(state: ShellState, { known, item }: Build): MenuItem[] {
  const said = toTraySentence(state);
  // What the first line says already is not said again.
  const gate = known === null || known.gate.open || said.includes(known.gate.sentence) ? [] : [known.gate.sentence];
  const problems = (known?.problems ?? []).filter((problem) => problem !== said);
  return [
    sentence('sentence', said),
    ...problems.map((problem, at) => sentence(`problem-${at}`, problem)),
    ...gate.map((reason) => sentence('gate', withCapital(reason))),
    ...atWork(known, said).map((work) => item('background', withCapital(work), { do: 'open', view: 'background' })),
    ...(state.engine.phase === 'failed' ? [item('start-again', WORDS.startAgain, { do: 'start_engine' })] : []),
    ...state.notices.map(({ title, view }, at) =>
      item(`notice-${at}`, title, { do: 'open', view: parseView(view) ?? 'overview' }),
    ),
  ];
}

/** What the background job at work is doing; nothing when there is none, or the first line says it. */
function atWork(known: TrayStatus | null, said: string): string[] {
  const work = known?.background?.sentence ?? null;
  return work === null || said.includes(work) ? [] : [work];
}

function offerStrategies({ known, item }: Build): MenuItem[] {
  const label = (strategy: Strategy): string => {
    const own = WORDS.strategies[strategy];
    const isActing = known?.strategy === strategy && known.actsAs !== strategy;
    return isActing ? WORDS.actsAs(own, WORDS.strategies[known.actsAs]) : own;
  };
  return [
    sentence('strategy', WORDS.strategy),
    ...STRATEGIES.map((strategy) =>
      item(
        `strategy-${strategy}`,
        label(strategy),
        { do: 'choose_strategy', strategy },
        { type: 'radio', checked: known?.strategy === strategy, enabled: known !== null },
      ),
    ),
  ];
}

function offerPause({ known, item, flat }: Build): MenuItem[] {
  const enabled = known !== null;
  if (known?.gate.paused === true) {
    return [item('resume', WORDS.resume(clockTime(known.gate.pausedUntilMs)), { do: 'resume' })];
  }
  const spans = (labels: Record<PauseSpan, string>): MenuItem[] =>
    SPANS.map((span) => item(`pause-${span}`, labels[span], { do: 'pause', span }, { enabled }));
  if (flat) return spans(WORDS.pauseFlat);
  return [{ id: 'pause', label: WORDS.pause, enabled, submenu: spans(WORDS.pauseFor) }];
}

function showDay({ known, item }: Build): MenuItem[] {
  if (known === null) return [item('unload', WORDS.unload, { do: 'unload' }, { enabled: false })];
  const { todayNanoUsd, unknownCosts, savedTodayNanoUsd, loadedModels, address } = known;
  const spent = unknownCosts > 0 ? WORDS.atLeast(dollars(todayNanoUsd)) : dollars(todayNanoUsd);
  const count = loadedModels?.length ?? null;
  return [
    sentence('today', WORDS.today(spent, savedTodayNanoUsd === null ? null : dollars(savedTodayNanoUsd))),
    item('copy-address', WORDS.copyAddress(address), { do: 'copy_address' }),
    item(
      'unload',
      count === null || count === 0 ? WORDS.unload : WORDS.unloadCount(count),
      { do: 'unload' },
      { enabled: count !== 0 },
    ),
  ];
}

function offerUpdate({ update: { state, version } }: ShellState, { item }: Build): MenuItem[] {
  if (version === null) return [];
  if (state === 'ready') {
    return [item('restart-to-update', WORDS.restartToUpdate(version), { do: 'restart_to_update' })];
  }
  if (state !== 'available') return [];
  return [item('download-update', WORDS.downloadUpdate(version), { do: 'download_update' })];
}

function sentence(id: string, text: string): MenuItem {
  return { id, label: toMenuLabel(text), enabled: false };
}

function checkbox(known: TrayStatus | null): MenuItem {
  return { type: 'checkbox', checked: known?.localOnly === true, enabled: known !== null };
}

function withCapital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const NANO = 1_000_000_000;

/** Small sums keep their cents' hundredths: most requests cost less than a cent. */
function dollars(nanoUsd: number): string {
  const usd = nanoUsd / NANO;
  return `$${usd.toFixed(usd !== 0 && Math.abs(usd) < 1 ? 4 : 2)}`;
}

function clockTime(atMs: number | null): string | null {
  if (atMs === null) return null;
  return new Date(atMs).toLocaleTimeString('en', { hour: '2-digit', minute: '2-digit', hour12: false });
}
