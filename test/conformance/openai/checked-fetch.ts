import { onTestFinished } from 'vitest';
import { checkWire } from './check-wire.ts';

/**
 * A `fetch` for the running test: every answer is read a second time beside the client, and held against OpenAI's
 * published schema before the test ends. Not for tests that abort: the second reader would keep the connection open.
 */
export function checkedFetch(): typeof fetch {
  const checks: Promise<Error | null>[] = [];
  onTestFinished(async () => {
    const [complaint = null] = (await Promise.all(checks)).filter((found) => found !== null);
    if (complaint !== null) throw complaint;
  });
  return async (input, init) => {
    const response = await fetch(input, init);
    checks.push(complaintAbout(response.clone()));
    return response;
  };
}

/** null: nothing to complain about. A client that meets an error in a stream hangs up, which ends our reading too. */
function complaintAbout(response: Response): Promise<Error | null> {
  return checkAnswer(response).then(
    () => null,
    (reason: unknown) => {
      const error = reason instanceof Error ? reason : new Error(String(reason));
      return error.name === 'AbortError' ? null : error;
    },
  );
}

async function checkAnswer(response: Response): Promise<void> {
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  checkWire({ path: new URL(response.url).pathname, status: response.status, type, text });
}
