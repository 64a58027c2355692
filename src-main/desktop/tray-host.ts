import { execFile } from 'node:child_process';

const WATCHER = 'org.kde.StatusNotifierWatcher';
const PATIENCE_MS = 2_000;

/**
 * Is there somebody on the session bus who shows tray icons? GNOME has nobody without an extension, and an icon there is
 * made without an error and never seen. null: it cannot be found out.
 */
export function hasTrayHost(): Promise<boolean | null> {
  const question = ['--session', '--print-reply=literal', '--dest=org.freedesktop.DBus', '/org/freedesktop/DBus'];
  return new Promise((resolve) => {
    execFile(
      'dbus-send',
      [...question, 'org.freedesktop.DBus.NameHasOwner', `string:${WATCHER}`],
      { timeout: PATIENCE_MS },
      (error, reply) => {
        const answer = /boolean (true|false)/.exec(reply)?.[1];
        resolve(error !== null || answer === undefined ? null : answer === 'true');
      },
    );
  });
}
