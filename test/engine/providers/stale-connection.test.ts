import { expect, onTestFinished, test } from 'vitest';
import { Attempt, type AttemptEvents } from '../../../src-main/engine/exchange/attempt.ts';
import type { WholeReply } from '../../../src-main/engine/exchange/job.ts';
import { UNKNOWN_USAGE } from '../../../src-main/engine/protocols/chat-event.ts';
import type { Failure } from '../../../src-main/engine/protocols/failure.ts';
import { Lanes } from '../../../src-main/engine/providers/lanes.ts';
import { UpstreamClient } from '../../../src-main/engine/providers/upstream-client.ts';
import { makeEndpoint } from '../../support/make-endpoint.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { SilentLog } from '../../support/silent-log.ts';
import { callFor } from './recorded-call.ts';
import { SocketServer } from './socket-server.ts';

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi';

interface Rig {
  server: SocketServer;
  /** Starts an attempt; settles with the body of its answer or with its failure. */
  attempt(): Promise<string | Failure>;
}

async function rigForTest(): Promise<Rig> {
  const server = await SocketServer.start();
  const clock = new ManualClock();
  const client = new UpstreamClient({ connectTimeoutMs: 5_000, clock });
  onTestFinished(async () => {
    await client.close();
    await server.stop();
  });
  const endpoint = makeEndpoint();
  const limits = { concurrency: { local: 1, cloud: 1 }, queueLength: 0, queueWaitMs: 1, concurrencyOf: () => null };
  const lane = new Lanes({ clock, limits }).of(endpoint);
  const readWhole = (bytes: Buffer): WholeReply => {
    return { body: bytes.toString(), usage: UNKNOWN_USAGE, finishReason: null, failure: null };
  };
  return {
    server,
    attempt: () =>
      new Promise((resolve) => {
        const events: AttemptEvents = {
          onOutput: () => undefined,
          onDone: (_attempt, whole) => resolve(String(whole?.body)),
          onFailure: (_attempt, failure) => resolve(failure),
        };
        new Attempt({
          clock,
          log: new SilentLog(),
          client,
          endpoint,
          providerName: 'One',
          authHeaders: [],
          lane,
          plan: { call: callFor(server.origin), adjusted: [], relay: null, tap: null, readWhole },
          timeouts: { firstContentMs: 60_000, betweenContentMs: 60_000 },
          jsonIsUnstreamed: true,
          holdsBack: false,
          events,
        }).start();
      }),
  };
}

test('a kept connection that turns out to be closed costs nobody an answer: the call goes out once more', async () => {
  const rig = await rigForTest();
  const first = rig.attempt();
  await rig.server.request(1);
  const peer = await rig.server.connection(1);
  peer.send(OK);
  expect(await first).toBe('hi');
  const second = rig.attempt();
  await peer.request(2);
  peer.reset();
  expect(await rig.server.request(2)).toContain('POST /api/chat');
  (await rig.server.connection(2)).send(OK);
  expect(await second).toBe('hi');
});

test('a second reset in a row is a failure', async () => {
  const rig = await rigForTest();
  const asked = rig.attempt();
  for (const connection of [1, 2]) {
    await rig.server.request(connection);
    (await rig.server.connection(connection)).reset();
  }
  expect(await asked).toMatchObject({ code: 'upstream_truncated' });
  expect(rig.server.connections).toHaveLength(2);
});

test('an answer that had begun is never asked for again', async () => {
  const rig = await rigForTest();
  const asked = rig.attempt();
  await rig.server.request(1);
  const peer = await rig.server.connection(1);
  peer.send('HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\nhi');
  peer.end();
  expect(await asked).toMatchObject({ code: 'upstream_truncated' });
  expect(rig.server.connections).toHaveLength(1);
});
