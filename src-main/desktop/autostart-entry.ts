import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { readTextFile } from '../engine/store/private-file.ts';

/** `$XDG_CONFIG_HOME/autostart/pointsman.desktop`, as desktops look for it. */
export function autostartFile(options: {
  homeFolder: string;
  environment: Readonly<Record<string, string | undefined>>;
}): string {
  const config = options.environment.XDG_CONFIG_HOME;
  const base = config?.startsWith('/') === true ? config : join(options.homeFolder, '.config');
  return join(base, 'autostart', 'pointsman.desktop');
}

/** The entry that starts `command` (program and arguments) with the session. */
export function toAutostartEntry(command: readonly string[]): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Pointsman',
    'Comment=Routes AI requests to the local or the cloud track',
    `Exec=${command.map(quote).join(' ')}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/** Is there an entry that desktops would start? Panels switch entries off with a line instead of removing them. */
export function isAutostartOn(entry: string | null): boolean {
  if (entry === null) return false;
  return !/^\s*(Hidden\s*=\s*true|X-GNOME-Autostart-enabled\s*=\s*false)\s*$/im.test(entry);
}

export function readAutostart(file: string): string | null {
  return readTextFile(file);
}

/** Throws the system's error. */
export function writeAutostart(file: string, command: readonly string[]): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileAtomic.sync(file, toAutostartEntry(command));
}

export function removeAutostart(file: string): void {
  rmSync(file, { force: true });
}

/**
 * As the Desktop Entry Specification wants it: an argument in double quotes, in which `"`, backtick, `$` and `\` are
 * escaped; the value of the key is escaped once more; and `%` starts a field code.
 */
function quote(argument: string): string {
  const quoted = `"${argument.replace(/(["`$\\])/g, '\\$1')}"`;
  return quoted.replaceAll('\\', '\\\\').replaceAll('%', '%%');
}
