import type { Settings } from '../../../src-shared/settings.ts';
import { parseModelName } from '../routing/model-name.ts';
import type { Caller } from './incoming-call.ts';

/**
 * Must this request stay on the machine? By settings, app, header or the name it asks for, whichever says so first. Asked
 * before anybody chooses; nothing later can undo it. `model`: as the client sent it, before any substitute.
 */
export function isPrivate(settings: Settings, caller: Caller, model: string | null): boolean {
  if (settings.privacy.localOnly || caller.pins.private === true || caller.app?.private === true) return true;
  const name = model === null ? null : parseModelName(model);
  return name?.kind === 'virtual' && name.virtual === 'private';
}
