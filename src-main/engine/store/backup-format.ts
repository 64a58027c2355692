/**
 * A backup is one file: a line with product, format and the SHA-256 (hex) of all that follows; a line of JSON that says what
 * is in it; then the parts, one after the other, without anything between.
 */
export const BACKUP_FORMAT = 1;
/** In the data folder. */
export const BACKUP_FOLDER = 'backups';
export const BACKUP_MARK = 'pointsman-backup';

/** What is known before the parts are gathered. */
export interface BackupHead {
  atMs: number;
  /** Of the program that made it. */
  version: string;
}

/** One part. `settings` is JSON; a learner state is in the learner's own encoding, of that version. */
export interface BackupPart {
  kind: 'settings' | 'learner state';
  name: string;
  version: number;
  bytes: number;
}

export interface BackupManifest extends BackupHead {
  /** SHA-256 (hex) over names, versions and bytes of the parts: two backups of the same have the same. */
  content: string;
  parts: BackupPart[];
}
