import type { RequestListener } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { Readable } from 'node:stream';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import { UpstreamClient } from '../../../src-main/engine/providers/upstream-client.ts';
import { makeCertificate, type TestCertificate } from '../../support/make-certificate.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { callFor, RecordedCall } from './recorded-call.ts';
import { SocketServer } from './socket-server.ts';
import { standsStill, turns } from './stands-still.ts';

const VERSIONS = ['1.1', '2.0'] as const;
type Version = (typeof VERSIONS)[number];

interface Rig {
  origin: string;
  client: UpstreamClient;
  /** How many connections the server took. */
  connections(): number;
  /** Closes all connections from the server's side, in the middle of whatever goes on. */
  cut(): void;
  send(changes?: Parameters<typeof callFor>[1]): RecordedCall;
}

/** A server over TLS that speaks one version of HTTP; its certificate is trusted unless `isTrusted` is false. */
async function rigForTest(
  version: Version,
  listener: RequestListener,
  options: { certificate?: TestCertificate; isTrusted?: boolean } = {},
): Promise<Rig> {
  const certificate = options.certificate ?? makeCertificate('127.0.0.1');
  if (options.isTrusted !== false) trust(certificate);
  // Over HTTP/2 Node gives the same request and response, only typed apart.
  const server =
    version === '1.1' ? createServer(certificate, listener) : createSecureServer(certificate, listener as never);
  let connections = 0;
  server.on('secureConnection', () => (connections += 1));
  server.on('clientError', () => undefined);
  const sockets = new Set<{ destroy(): unknown }>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new UpstreamClient({ connectTimeoutMs: 5_000, clock: new ManualClock() });
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(async () => {
    await client.close();
    cut();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    client,
    connections: () => connections,
    cut,
    send: (changes) => new RecordedCall(client, callFor(origin, changes)),
  };
}

/** For the running test. */
function trust({ cert }: TestCertificate): void {
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, cert]);
  onTestFinished(() => setDefaultCACertificates(before));
}

const hello: RequestListener = (request, response) => {
  request.resume();
  response.setHeader('x-version', request.httpVersion);
  response.end('hello');
};

describe.each(VERSIONS)('a call over TLS with HTTP/%s', (version) => {
  it('reaches a server whose certificate is trusted', async () => {
    const rig = await rigForTest(version, hello);
    const call = rig.send();
    expect(await call.over).toBe('end');
    expect([call.status, call.text, call.headers['x-version']]).toEqual([200, 'hello', version]);
    expect(call.told).toEqual(['head', 'bytes', 'end']);
  });

  it('carries method, path, headers and body', async () => {
    const rig = await rigForTest(version, (request, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (bytes: Buffer) => pieces.push(bytes));
      request.on('end', () => {
        const { method, url, headers } = request;
        response.end(JSON.stringify([method, url, headers['x-a'], Buffer.concat(pieces).toString()]));
      });
    });
    const call = rig.send({ path: '/a?b=c', headers: ['x-a', 'b'], body: 'ä' });
    await call.over;
    expect(JSON.parse(call.text)).toEqual(['POST', '/a?b=c', 'b', 'ä']);
  });

  it('refuses a certificate that nobody vouches for', async () => {
    const rig = await rigForTest(version, hello, { isTrusted: false });
    const call = rig.send();
    expect(await call.over).toEqual({ kind: 'tls', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(call.told).toEqual(['error']);
  });

  it('refuses a certificate that is another host’s', async () => {
    const rig = await rigForTest(version, hello, { certificate: makeCertificate('other.example') });
    expect(await rig.send().over).toEqual({ kind: 'tls', code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  it('uses a connection again after a whole answer', async () => {
    const rig = await rigForTest(version, hello);
    for (let sent = 0; sent < 3; sent += 1) {
      expect(await rig.send().over).toBe('end');
      await turns(1);
    }
    expect(rig.connections()).toBe(1);
  });

  it('goes on when another time limit for connecting is set, and later calls have connections of their own', async () => {
    const steps: (() => void)[] = [];
    const rig = await rigForTest(version, (request, response) => {
      request.resume();
      response.write('one');
      steps.push(() => response.end('two'));
    });
    const early = rig.send();
    await early.received(3);
    rig.client.setConnectTimeout(4_000);
    const late = rig.send();
    await late.received(3);
    expect(rig.connections()).toBe(2);
    for (const step of steps) step();
    expect([await early.over, early.text]).toEqual(['end', 'onetwo']);
    expect([await late.over, late.text]).toEqual(['end', 'onetwo']);
  });

  it('whose client is closed ends, of an older time limit too', async () => {
    const rig = await rigForTest(version, (request, response) => {
      request.resume();
      response.write('one');
    });
    const early = rig.send();
    await early.received(3);
    rig.client.setConnectTimeout(4_000);
    await rig.client.close();
    expect(await early.over).toMatchObject({ kind: 'reset' });
  });

  it('tells a stream piece by piece', async () => {
    const steps: (() => void)[] = [];
    const rig = await rigForTest(version, (request, response) => {
      request.resume();
      response.write('one');
      steps.push(() => response.write('two'));
      steps.push(() => response.end('three'));
    });
    const call = rig.send();
    await call.received(3);
    steps[0]?.();
    await call.received(6);
    expect(call.text).toBe('onetwo');
    steps[1]?.();
    expect(await call.over).toBe('end');
    expect(call.text).toBe('onetwothree');
  });

  it('that is aborted ends the server’s side too, and tells nothing more', async () => {
    const closed = Promise.withResolvers<undefined>();
    const rig = await rigForTest(version, (request, response) => {
      request.resume();
      response.write('one');
      response.on('close', () => closed.resolve(undefined));
    });
    const call = rig.send();
    await call.received(3);
    call.abort();
    await closed.promise;
    expect(call.told).toEqual(['head', 'bytes']);
  });

  it('that is aborted before it went out never goes out', async () => {
    const seen: string[] = [];
    const rig = await rigForTest(version, (request, response) => {
      seen.push(request.url ?? '');
      hello(request, response);
    });
    const call = rig.send({ path: '/aborted' });
    call.abort();
    expect(await rig.send({ path: '/sent' }).over).toBe('end');
    expect(seen).toEqual(['/sent']);
    expect(call.told).toEqual([]);
  });

  it.each(['once its head is there', 'at once'])('that is paused %s holds the server back', async (when) => {
    const total = 32 * 1024 * 1024;
    const source = new Counted(total);
    const rig = await rigForTest(version, (request, response) => {
      request.resume();
      source.readable.pipe(response);
    });
    const call = rig.send();
    if (when === 'at once') call.pause();
    await call.head;
    call.pause();
    await standsStill(() => source.given);
    expect(call.receivedBytes).toBeLessThan(total / 2);
    expect(source.given).toBeLessThan(total);
    call.resume();
    expect(await call.over).toBe('end');
    expect(call.receivedBytes).toBe(total);
  });

  it('decodes a body in gzip', async () => {
    const rig = await rigForTest(version, (request, response) => {
      request.resume();
      response.setHeader('content-encoding', 'gzip');
      response.end(gzipSync('hello'));
    });
    const call = rig.send();
    expect(await call.over).toBe('end');
    expect(call.text).toBe('hello');
  });

  it('whose connection is cut in the body is a reset', async () => {
    const rig = await rigForTest(version, (request, response) => {
      request.resume();
      response.write('one');
    });
    const call = rig.send();
    await call.received(3);
    rig.cut();
    expect(await call.over).toMatchObject({ kind: 'reset' });
    expect(call.told).toEqual(['head', 'bytes', 'error']);
  });

  it('refuses a header value that holds another header', async () => {
    const seen: string[] = [];
    const rig = await rigForTest(version, (request, response) => {
      seen.push(...Object.keys(request.headers));
      hello(request, response);
    });
    await rig.send({ headers: ['x-a', 'b\r\nx-evil: 1'] }).over;
    expect(seen).not.toContain('x-evil');
  });

  it('under way when the client is closed fails', async () => {
    const rig = await rigForTest(version, (request) => request.resume());
    const call = rig.send();
    await standsStill(() => rig.connections());
    await rig.client.close();
    expect(await call.over).toMatchObject({ kind: 'reset' });
  });
});

describe('a call over TLS', () => {
  test('to a server that speaks plain HTTP says that it is TLS that fails', async () => {
    const server = await SocketServer.start();
    const client = new UpstreamClient({ connectTimeoutMs: 5_000, clock: new ManualClock() });
    onTestFinished(async () => {
      await client.close();
      await server.stop();
    });
    const call = new RecordedCall(client, callFor(server.origin.replace('http:', 'https:')));
    (await server.connection(1)).send('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n');
    expect(await call.over).toMatchObject({ kind: 'tls' });
  });

  test('that nothing listens for is refused', async () => {
    const server = await SocketServer.start();
    const origin = server.origin.replace('http:', 'https:');
    await server.stop();
    const client = new UpstreamClient({ connectTimeoutMs: 5_000, clock: new ManualClock() });
    onTestFinished(() => client.close());
    expect(await new RecordedCall(client, callFor(origin)).over).toEqual({ kind: 'refused', code: 'ECONNREFUSED' });
  });
});

describe('a body that is a stream', () => {
  it('goes out over plain HTTP in chunks', async () => {
    const server = await SocketServer.start();
    const client = new UpstreamClient({ connectTimeoutMs: 5_000, clock: new ManualClock() });
    onTestFinished(async () => {
      await client.close();
      await server.stop();
    });
    const call = new RecordedCall(client, callFor(server.origin, { body: Readable.from([Buffer.from('ab')]) }));
    expect(await server.request(1)).toContain('transfer-encoding: chunked');
    (await server.connection(1)).send('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi');
    expect(await call.over).toBe('end');
    expect(call.text).toBe('hi');
  });
});

/** A source of so many bytes that counts what was taken from it. */
class Counted {
  given = 0;
  readonly readable: Readable;

  constructor(total: number) {
    this.readable = new Readable({
      read: () => {
        const piece = Buffer.alloc(Math.min(64 * 1024, total - this.given));
        this.given += piece.length;
        this.readable.push(piece.length === 0 ? null : piece);
      },
    });
  }
}
