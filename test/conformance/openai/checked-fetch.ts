import { onTestFinished } from 'vitest';
import { checkWire } from './check-wire.ts';

/**
 * A `fetch` for the running test: every answer is read a second time beside the client, and held against OpenAI's
 * published schema before the test ends. Not for tests that abort: the second reader would keep the connection open.
 */
export function checkedFetch(): typeof fetch {
  const checks: Promise<void>[] = [];
  onTestFinished(() => Promise.all(checks).then(() => undefined));
  return async (input, init) => {
    const response = await fetch(input, init);
    checks.push(checkAnswer(response.clone()));
    return response;
  };
}

async function checkAnswer(response: Response): Promise<void> {
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  checkWire({ path: new URL(response.url).pathname, status: response.status, type, text });
}
