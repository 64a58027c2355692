import type { ViewName } from '../../src-shared/bridge.ts';
import type { CallOperation } from './control-client.ts';
import { pauseEndMs, type TrayAction } from './tray-action.ts';

export interface TrayActor {
  call: CallOperation;
  nowMs: () => number;
  /** The address to paste into apps; null: not known now. */
  address: () => string | null;
  copy: (text: string) => Promise<void>;
  open: (view: ViewName | null) => void;
  showLogs: () => Promise<void>;
  startEngine: () => void;
  downloadUpdate: () => Promise<void>;
  restartToUpdate: () => Promise<void>;
  rebuildTray: () => void;
  quit: () => void;
}

/** Does what a click in the tray asks for; rejects with a sentence when it could not be done. */
export async function actOnTray(action: TrayAction, actor: TrayActor): Promise<void> {
  switch (action.do) {
    case 'choose_strategy':
      await actor.call('optimizer.change', { strategy: action.strategy });
      return;
    case 'pause':
      await actor.call('gate.pause', { untilMs: pauseEndMs(action.span, actor.nowMs()) });
      return;
    case 'resume':
      await actor.call('gate.resume', {});
      return;
    case 'local_only':
      await actor.call('settings.change', { changes: [{ path: 'privacy.localOnly', value: action.on }] });
      return;
    case 'unload':
      return unload(actor);
    case 'copy_address':
      return actor.copy(actor.address() ?? '');
    case 'open': {
      actor.open(action.view);
      return;
    }
    case 'show_logs':
      return actor.showLogs();
    case 'start_engine': {
      actor.startEngine();
      return;
    }
    case 'download_update':
      return actor.downloadUpdate();
    case 'restart_to_update':
      return actor.restartToUpdate();
    case 'rebuild': {
      actor.rebuildTray();
      return;
    }
    case 'quit': {
      actor.quit();
      return;
    }
  }
}

async function unload({ call }: TrayActor): Promise<void> {
  const { failed } = await call('models.unload', {});
  if (failed.length > 0) throw new Error(failed.map(({ id, why }) => `${id}: ${why}`).join('; '));
}
