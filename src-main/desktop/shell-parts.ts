import { join } from 'node:path';
import type { ViewName } from '../../src-shared/bridge.ts';
import type { Notice } from '../../src-shared/house.ts';
import { createKeys, type Keys } from './create-keys.ts';
import { EngineLink, type FollowedSettings } from './engine-link.ts';
import { LoginKeeper } from './login-keeper.ts';
import { createLoginStart, type LoginStart } from './login-start.ts';
import { Notifier } from './notifier.ts';
import { PowerBridge } from './power-bridge.ts';
import type { ShellOptions } from './shell-host.ts';
import { openShellMemory } from './shell-memory.ts';
import type { ShellBoard } from './shell-state.ts';
import type { TrayAction } from './tray-action.ts';
import { TrayKeeper } from './tray-keeper.ts';
import { UpdateKeeper } from './update-keeper.ts';
import { WindowKeeper } from './window-keeper.ts';

/** Everything that lives as long as the shell does. */
export interface ShellParts {
  keys: Keys;
  link: EngineLink;
  window: WindowKeeper;
  tray: TrayKeeper;
  power: PowerBridge;
  notifier: Notifier;
  updates: UpdateKeeper;
  login: LoginStart;
  logins: LoginKeeper;
}

export interface PartsOptions extends ShellOptions {
  board: ShellBoard;
  act: (action: TrayAction) => void;
  open: (view: ViewName) => void;
  onSettings: (settings: FollowedSettings) => void;
  /** The window came on the screen or left it. */
  onVisibility: () => void;
  keepNotice: (notice: Notice) => void;
}

/** Builds the parts; nothing of the system is touched before each is started. */
export function createParts(options: PartsOptions): ShellParts {
  const { electron, host, board } = options;
  const { platform, clock, log } = host;
  const memory = openShellMemory({ folder: host.dataFolder, log });
  const resource = (name: string) => join(host.resourcesFolder, name);
  const keys = createKeys(options);
  const login = createLoginStart({ ...host, app: electron.app });
  const window = new WindowKeeper({
    electron,
    platform,
    version: host.version,
    preload: join(host.distFolder, 'preload.cjs'),
    icon: resource('icons/app/256x256.png'),
    memory,
    log,
    onVisibility: options.onVisibility,
  });
  const notifier = new Notifier({
    electron,
    log,
    isWanted: () => board.state.desktop.notifications,
    isWatched: () => window.isVisible,
    open: options.open,
    fallBack: options.keepNotice,
  });
  const link: EngineLink = new EngineLink({
    electron,
    host,
    board,
    vault: keys.vault,
    onNotice: (notice) => notifier.tell(notice),
    onSettings: options.onSettings,
    onReady(isNew) {
      // A page that is there already has a policy for the old address.
      if (isNew) window.reload();
      power.pushNow();
    },
  });
  const power = new PowerBridge({
    monitor: electron.powerMonitor,
    platform,
    environment: host.environment,
    clock,
    log,
    push: (reading) => link.supervisor.send({ type: 'power', reading }),
    tell: (event) => link.supervisor.send({ type: event }),
    pace: () => ({ gateOpen: board.state.status?.gate.open ?? false, watched: window.isVisible }),
  });
  return {
    keys,
    link,
    window,
    notifier,
    power,
    login,
    logins: new LoginKeeper({ login, memory, log }),
    tray: new TrayKeeper({ electron, platform, resource, state: () => board.state, act: options.act }),
    updates: new UpdateKeeper({ port: host.updates, clock, log, onChange: (update) => board.change({ update }) }),
  };
}
