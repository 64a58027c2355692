import { expect, it, onTestFinished } from 'vitest';
import { RawConnection, requestHead } from '../support/raw-connection.ts';
import { startGateway, type TestGateway } from '../support/start-gateway.ts';
import { postJson, PROTOCOLS, SURFACES } from './surfaces.ts';

const LIMITS = { headersTimeoutMs: 300, requestTimeoutMs: 600 };
/** The limit, the interval at which Node looks for late senders, and slack for a busy machine. */
const BOUND = { timeout: 10_000 };

async function impatientGateway(): Promise<TestGateway> {
  const gateway = await startGateway({ settings: { gateway: LIMITS } });
  onTestFinished(() => gateway.stop());
  return gateway;
}

function connectTo(gateway: TestGateway): RawConnection {
  const connection = new RawConnection(gateway.url);
  onTestFinished(() => connection.end());
  return connection;
}

it('headers that never end are answered with 408, and the connection is closed although the sender keeps it open', async () => {
  const gateway = await impatientGateway();
  const connection = connectTo(gateway);
  connection.write('POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nx-a: ');
  await expect.poll(() => connection.status, BOUND).toBe(408);
  await connection.closed;
  expect(connection.text).toContain('did not arrive in time');
});

it('headers that drip in for ever are cut off all the same', async () => {
  const gateway = await impatientGateway();
  const connection = connectTo(gateway);
  connection.write('POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n');
  const drip = setInterval(() => connection.write('x-a: b\r\n'), 50);
  onTestFinished(() => clearInterval(drip));
  await connection.closed;
  // Bytes that arrive after the close may take the answer away: a sender that does not listen is owed none.
  expect([0, 408]).toContain(connection.status);
});

it('a body that never completes is answered with 408 and closed on every surface', async () => {
  const gateway = await impatientGateway();
  const connections = SURFACES.map((surface) => {
    const connection = connectTo(gateway);
    connection.write(`${requestHead(gateway.url, surface.path, { 'content-length': '1000' })}{"model":`);
    return connection;
  });
  await Promise.all(connections.map((connection) => connection.closed));
  expect(connections.map((connection) => connection.status)).toEqual(SURFACES.map(() => 408));
  expect(gateway.upstream.calls).toHaveLength(0);
});

it('a chunked body that never completes is closed as well', async () => {
  const gateway = await impatientGateway();
  const connection = connectTo(gateway);
  connection.write(`${requestHead(gateway.url, '/v1/messages', { 'transfer-encoding': 'chunked' })}5\r\n{"mod\r\n`);
  await connection.closed;
  expect(connection.status).toBe(408);
});

it('a sender that hangs up half-way leaves nothing under way', async () => {
  const gateway = await impatientGateway();
  const connection = connectTo(gateway);
  connection.write(`${requestHead(gateway.url, '/v1/messages', { 'content-length': '1000' })}{"model":`);
  connection.end();
  await connection.closed;
  const status: unknown = await (await gateway.control('/control/v1/status')).json();
  expect(status).toMatchObject({ activeRequests: 0 });
});

it('slow senders do not keep others waiting', async () => {
  const gateway = await impatientGateway();
  for (let count = 0; count < 50; count += 1) connectTo(gateway).write('POST /v1/messages HTTP/1.1\r\nx:');
  const answer = await postJson(gateway.url + PROTOCOLS.openai.path, PROTOCOLS.openai.body('gpt-4o'));
  expect(answer.status).toBe(200);
});
