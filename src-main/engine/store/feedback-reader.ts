import { feedbackView } from '../../../src-shared/decisions.ts';
import type { FeedbackView } from '../../../src-shared/decisions.ts';
import type { Connection } from './database.ts';
import { PreparedReads } from './prepared-reads.ts';
import type { StoreDatabase } from './store-database.ts';

export const FEEDBACK_OF_REQUEST = `
  SELECT at_ms AS atMs, kind, source, value_ppm / 1e6 AS value, note
  FROM feedback WHERE request_id = ? ORDER BY id`;

/** Reads what was said of answers. */
export class FeedbackReader {
  readonly #reads: PreparedReads<Statements>;
  readonly #isWaiting: (requestId: string) => boolean;

  /** `isWaiting` tells of requests that are finished but not yet written. */
  constructor(options: { database: StoreDatabase; isWaiting: (requestId: string) => boolean }) {
    this.#reads = new PreparedReads(options.database, prepareStatements);
    this.#isWaiting = options.isWaiting;
  }

  /** Is there such a request, so that something can be said of it? */
  hasRequest(id: string): boolean {
    return this.#isWaiting(id) || this.#reads.read(({ request }) => request.get(id) !== undefined);
  }

  /** In the order in which it came. */
  feedbackOf(requestId: string): FeedbackView[] {
    return this.#reads.read(({ feedback }) => feedback.all(requestId).map((row) => feedbackView.parse(row)));
  }
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(connection: Connection) {
  return {
    request: connection.prepare('SELECT 1 FROM requests WHERE id = ?'),
    feedback: connection.prepare(FEEDBACK_OF_REQUEST),
  };
}
