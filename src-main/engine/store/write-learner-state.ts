import type { Connection } from './database.ts';

/** What a learner knows, in its own encoding. */
export interface LearnerState {
  name: string;
  /** Of the encoding. */
  version: number;
  savedAtMs: number;
  bytes: Uint8Array;
}

/**
 * Replaces the state of that name as a whole or not at all. A state of a newer version that is in its place is put aside;
 * older ones make way.
 */
export function writeLearnerState(connection: Connection, { name, version, savedAtMs, bytes }: LearnerState): void {
  const putAside = connection.prepare(
    'UPDATE learner_states SET kept_aside_at_ms = ? WHERE name = ? AND version > ? AND kept_aside_at_ms IS NULL',
  );
  const removeOlder = connection.prepare('DELETE FROM learner_states WHERE name = ? AND version < ?');
  const write = connection.prepare('INSERT OR REPLACE INTO learner_states VALUES (?, ?, ?, NULL, ?)');
  const replace = connection.transaction(() => {
    putAside.run(savedAtMs, name, version);
    removeOlder.run(name, version);
    write.run(name, version, savedAtMs, bytes);
  });
  replace.immediate();
}
