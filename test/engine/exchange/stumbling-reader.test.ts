import { expect, test } from 'vitest';
import { Attempt } from '../../../src-main/engine/exchange/attempt.ts';
import type { Failure } from '../../../src-main/engine/protocols/failure.ts';
import { Lanes } from '../../../src-main/engine/providers/lanes.ts';
import { UpstreamClient } from '../../../src-main/engine/providers/upstream-client.ts';
import { makeEndpoint } from '../../support/make-endpoint.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { SilentLog } from '../../support/silent-log.ts';

const BUG = new TypeError('a defect of ours');

/** An attempt whose reader throws what no reader should, and the failures it tells. */
function stumblingAttempt(): { attempt: Attempt; failures: Failure[]; active: () => number } {
  const clock = new ManualClock();
  const endpoint = makeEndpoint();
  const limits = { concurrency: { local: 1, cloud: 1 }, queueLength: 0, queueWaitMs: 1, concurrencyOf: () => null };
  const lane = new Lanes({ clock, limits }).of(endpoint);
  const failures: Failure[] = [];
  const attempt = new Attempt({
    clock,
    log: new SilentLog(),
    client: new UpstreamClient({ connectTimeoutMs: 1, clock }),
    endpoint,
    providerName: 'Upstream',
    authHeaders: [],
    lane,
    plan: {
      call: { origin: 'http://127.0.0.1:1', path: '/', method: 'POST', headers: [], body: '' },
      adjusted: [],
      relay: null,
      tap: null,
      readWhole: () => {
        throw BUG;
      },
    },
    timeouts: { firstContentMs: 1_000, betweenContentMs: 1_000 },
    jsonIsUnstreamed: true,
    holdsBack: false,
    events: {
      onOutput: () => undefined,
      onDone: () => undefined,
      onFailure: (_attempt, failure) => failures.push(failure),
    },
  });
  return { attempt, failures, active: () => lane.queue.active };
}

test('a defect in reading a reply fails that request, once, and gives its place back', () => {
  const { attempt, failures, active } = stumblingAttempt();
  attempt.start();
  expect(active()).toBe(1);
  attempt.onHead(200, {});
  attempt.onBytes(Buffer.from('{}'));
  expect(() => attempt.onEnd()).not.toThrow();
  attempt.onEnd();
  expect(failures.map(({ code }) => code)).toEqual(['internal']);
  expect([attempt.outcome, active()]).toEqual(['failed', 0]);
});
