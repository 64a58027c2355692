import type { BackupView } from '../../../src-shared/jobs.ts';
import { ControlClient } from '../control-client.ts';
import { printTable } from '../print-table.ts';
import { CommandError } from '../run-command.ts';

interface Output {
  json?: boolean;
}

/** `pointsman backups`: newest first. */
export async function listBackups(options: Output): Promise<void> {
  const { backups } = await openClient().call('backups.list', {});
  if (options.json === true) {
    console.log(JSON.stringify(backups, null, 2));
    return;
  }
  if (backups.length === 0) {
    console.log('There is no backup yet. Make one with: pointsman backups make');
    return;
  }
  printTable(
    ['BACKUP', 'MADE', '>KB', 'VERSION', 'STATE', 'HOLDS'],
    backups.map((backup) => [
      backup.id,
      whenOf(backup),
      String(Math.ceil(backup.bytes / 1000)),
      backup.version,
      backup.intact ? 'intact' : 'damaged',
      backup.parts.join(', '),
    ]),
  );
}

/** `pointsman backups make` */
export async function makeBackup(options: Output): Promise<void> {
  const backup = await openClient().call('backups.make', {});
  if (options.json === true) {
    console.log(JSON.stringify(backup, null, 2));
    return;
  }
  console.log(`The present state is in backup ${backup.id}, made ${whenOf(backup)}.`);
}

/** `pointsman backups restore ID` */
export async function restoreBackup(id: string, options: Output): Promise<void> {
  const restored = await openClient().call('backups.restore', { id });
  if (options.json === true) {
    console.log(JSON.stringify(restored, null, 2));
    return;
  }
  console.log(`Settings and what was learned are those of backup ${id}. The state before is a backup, too.`);
  const { keptAsIs, pendingRestart } = restored;
  if (keptAsIs.length > 0)
    console.log(`Left as it is now, because the backup keeps less private: ${keptAsIs.join(', ')}`);
  if (pendingRestart.length > 0) console.log(`From the next start on: ${pendingRestart.join(', ')}`);
}

/**
 * Backups are made and restored by the running gateway, which then follows at once. It starts with a damaged settings file
 * and with a damaged database, too, so nothing is out of reach while it is stopped.
 */
function openClient(): ControlClient {
  try {
    return ControlClient.open();
  } catch (error) {
    if (!(error instanceof CommandError) || error.exitCode !== 3) throw error;
    const why = 'Backups are made and restored by the running gateway, which starts even with damaged settings.';
    throw new CommandError(`${error.message}\n${why}`, error.exitCode);
  }
}

function whenOf({ atMs }: BackupView): string {
  return new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z');
}
