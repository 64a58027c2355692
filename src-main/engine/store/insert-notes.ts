import type { AdaptationView } from '../../../src-shared/optimizer.ts';
import type { Connection } from './database.ts';
import type { FeedbackRecord } from './records.ts';
import { partsPerMillion } from './stored-numbers.ts';

/** What adaptation did longer ago than this many steps is forgotten. */
export const KEPT_ADAPTATIONS = 10_000;

/** Writes what comes between requests: feedback and adaptations. */
export function createNoteInserter(connection: Connection): (note: FeedbackRecord | AdaptationView) => void {
  const insertFeedback = connection.prepare('INSERT INTO feedback VALUES (NULL, ?, ?, ?, ?, ?, ?)');
  const insertAdaptation = connection.prepare('INSERT INTO adaptations VALUES (NULL, ?, ?, ?, ?, ?, ?)');
  const forgetOldest = connection.prepare('DELETE FROM adaptations WHERE seq <= ?');

  return (note) => {
    if ('requestId' in note) {
      const { requestId, atMs, kind, source, value } = note;
      insertFeedback.run(requestId, atMs, kind, source, partsPerMillion(value), note.note);
      return;
    }
    const { atMs, strategy, actsAs, reason, before, after } = note;
    const texts = [JSON.stringify(before), JSON.stringify(after)];
    const { lastInsertRowid } = insertAdaptation.run(atMs, strategy, actsAs, reason, ...texts);
    forgetOldest.run(Number(lastInsertRowid) - KEPT_ADAPTATIONS);
  };
}
