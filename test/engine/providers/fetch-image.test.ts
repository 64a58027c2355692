import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import {
  createImageFetcher,
  publicInternet,
  type ImageFetch,
  type ImageNetwork,
} from '../../../src-main/engine/providers/fetch-image.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { SocketServer } from './socket-server.ts';

const PNG = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(100)]);
const JPEG = Buffer.concat([Buffer.from('\xff\xd8\xff\xe0', 'latin1'), Buffer.alloc(100)]);
const GIF = Buffer.from('GIF89a and so on', 'latin1');
const WEBP = Buffer.from('RIFF\x10\0\0\0WEBPVP8 ', 'latin1');
const WAVE = Buffer.from('RIFF\x10\0\0\0WAVEfmt ', 'latin1');

/** A network in which every name is this machine, which may be called; what was looked up is noted. */
class LoopbackNetwork implements ImageNetwork {
  readonly lookedUp: string[] = [];
  readonly #addresses: Readonly<Record<string, readonly string[]>>;

  constructor(addresses: Readonly<Record<string, readonly string[]>> = {}) {
    this.#addresses = addresses;
  }

  resolve(hostname: string): Promise<readonly string[]> {
    this.lookedUp.push(hostname);
    return Promise.resolve(this.#addresses[hostname] ?? ['127.0.0.1']);
  }

  isAllowed(address: string): boolean {
    return address === '127.0.0.1';
  }
}

interface Rig {
  port: number;
  /** What the server was asked for: host and path. */
  asked: string[];
  network: LoopbackNetwork;
  clock: ManualClock;
  fetch(url: string, signal?: AbortSignal): Promise<ImageFetch>;
}

/** `cat.example` and all other names are a server on this machine. */
async function rigForTest(listener: RequestListener, network = new LoopbackNetwork()): Promise<Rig> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.headers.host ?? ''}${request.url ?? ''}`);
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const { port } = server.address() as AddressInfo;
  const clock = new ManualClock();
  const fetchImage = createImageFetcher({ clock, network });
  return {
    port,
    asked,
    network,
    clock,
    fetch: (url, signal = new AbortController().signal) => fetchImage(url.replace('PORT', String(port)), signal),
  };
}

function answering(body: Uint8Array, headers: Record<string, string>, status = 200): RequestListener {
  return (_request, response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
}

const CAT = 'http://cat.example:PORT/cat.png?size=1';

describe('an image', () => {
  test.each([
    ['image/png', PNG, 'image/png'],
    ['image/jpeg', JPEG, 'image/jpeg'],
    ['image/jpg', JPEG, 'image/jpeg'],
    ['IMAGE/GIF; q=1', GIF, 'image/gif'],
    ['image/webp', WEBP, 'image/webp'],
    ['image/png', JPEG, 'image/jpeg'],
  ])('sent as %s arrives with its bytes, and is what its bytes say', async (contentType, bytes, mediaType) => {
    const rig = await rigForTest(answering(bytes, { 'content-type': contentType }));
    expect(await rig.fetch(CAT)).toEqual({ ok: true, bytes, mediaType });
    expect(rig.asked).toEqual([`cat.example:${rig.port}/cat.png?size=1`]);
    expect(rig.clock.pendingTimers).toBe(0);
  });

  it('is looked up once, and the connection goes to what was found', async () => {
    const rig = await rigForTest(answering(PNG, { 'content-type': 'image/png' }));
    expect(await rig.fetch(CAT)).toMatchObject({ ok: true });
    expect(rig.network.lookedUp).toEqual(['cat.example']);
  });

  it('at a literal address is fetched without a look-up', async () => {
    const rig = await rigForTest(answering(PNG, { 'content-type': 'image/png' }));
    expect(await rig.fetch('http://127.0.0.1:PORT/')).toMatchObject({ ok: true });
    expect(rig.network.lookedUp).toEqual([]);
  });
});

const NO_IMAGE = 'what came is not a JPEG, PNG, WebP or GIF image';
const LOCAL = 'its address is not on the public internet';

describe('an image is refused', () => {
  test.each([
    ['a page', Buffer.from('<html>'), 'text/html', NO_IMAGE],
    ['a page that says it is an image', Buffer.from('<html>'), 'image/png', NO_IMAGE],
    ['an image that says it is a page', PNG, 'text/html', NO_IMAGE],
    ['another kind of image', Buffer.from('<svg/>'), 'image/svg+xml', NO_IMAGE],
    ['a sound in the container of WebP', WAVE, 'image/webp', NO_IMAGE],
    ['nothing', Buffer.alloc(0), 'image/png', NO_IMAGE],
  ])('when what comes is %s', async (_name, body, contentType, reason) => {
    const rig = await rigForTest(answering(body, { 'content-type': contentType }));
    expect(await rig.fetch(CAT)).toEqual({ ok: false, reason });
  });

  it('when its server says no', async () => {
    const rig = await rigForTest(answering(PNG, { 'content-type': 'image/png' }, 404));
    expect(await rig.fetch(CAT)).toEqual({ ok: false, reason: 'its server answered with status 404' });
  });

  it('when it says that it is too large, before it is read', async () => {
    const rig = await rigForTest((_request, response) => {
      response.writeHead(200, { 'content-type': 'image/png', 'content-length': String(21 * 1024 * 1024) });
      response.write(PNG);
    });
    expect(await rig.fetch(CAT)).toEqual({ ok: false, reason: 'it is larger than 20 MB' });
  });

  it('when it turns out to be too large, without reading on', async () => {
    const rig = await rigForTest((_request, response) => {
      response.writeHead(200, { 'content-type': 'image/png' });
      response.write(PNG);
      response.write(Buffer.alloc(20 * 1024 * 1024));
    });
    expect(await rig.fetch(CAT)).toEqual({ ok: false, reason: 'it is larger than 20 MB' });
  });

  test.each([
    ['is no URL', 'http://', 'its address is no URL'],
    ['is of another scheme', 'file:///etc/passwd', 'only http and https addresses are fetched'],
    ['is of yet another scheme', 'ftp://cat.example/cat.png', 'only http and https addresses are fetched'],
    ['holds a password', 'http://me:secret@cat.example:PORT/', 'its address holds a user name or password'],
    ['is a local address', 'http://127.0.0.2:PORT/', LOCAL],
    ['is a local address as one number', 'http://2130706434:PORT/', LOCAL],
    ['is a local address in octal', 'http://0177.0.0.2:PORT/', LOCAL],
    ['is a local IPv6 address', 'http://[::1]:PORT/', LOCAL],
    ['is a mapped local address', 'http://[::ffff:127.0.0.1]:PORT/', LOCAL],
    ['is a name of a local address', 'http://router.example:PORT/', LOCAL],
    ['is a name of a public and a local address', 'http://mixed.example:PORT/', LOCAL],
    ['is a name of nothing', 'http://nowhere.example:PORT/', 'the name of its server is not known'],
  ])('when its address %s, and nobody is called', async (_name, url, reason) => {
    const names = {
      'router.example': ['192.168.0.1'],
      'mixed.example': ['127.0.0.1', '10.0.0.1'],
      'nowhere.example': [],
    };
    const rig = await rigForTest(answering(PNG, { 'content-type': 'image/png' }), new LoopbackNetwork(names));
    expect(await rig.fetch(url)).toEqual({ ok: false, reason });
    expect(rig.asked).toEqual([]);
  });

  it('on this machine, by the rules of the public internet', async () => {
    const rig = await rigForTest(answering(PNG, { 'content-type': 'image/png' }));
    const fetchImage = createImageFetcher({ clock: rig.clock, network: publicInternet });
    const { signal } = new AbortController();
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '0.0.0.0', '[::]', '169.254.169.254']) {
      expect(await fetchImage(`http://${host}:${rig.port}/`, signal)).toEqual({ ok: false, reason: LOCAL });
    }
    expect(rig.asked).toEqual([]);
  });

  it('when its server cannot be reached', async () => {
    const gone = await SocketServer.start();
    const { port } = gone;
    await gone.stop();
    const rig = await rigForTest(answering(PNG, {}));
    expect(await rig.fetch(`http://cat.example:${port}/`)).toEqual({
      ok: false,
      reason: 'its server cannot be reached',
    });
  });

  it('when its server breaks off', async () => {
    const rig = await rigForTest((_request, response) => {
      response.writeHead(200, { 'content-type': 'image/png', 'content-length': '1000' });
      response.write(PNG, () => response.destroy());
    });
    expect(await rig.fetch(CAT)).toMatchObject({ ok: false, reason: 'its server broke the connection off' });
  });
});

describe('a redirect', () => {
  const redirecting =
    (places: Readonly<Record<string, string>>): RequestListener =>
    (request, response) => {
      const location = places[request.url ?? ''];
      if (location === undefined) answering(PNG, { 'content-type': 'image/png' })(request, response);
      else response.writeHead(302, { location: location.replace('PORT', String(request.socket.localPort)) }).end();
    };

  it('is followed, three times at most', async () => {
    const rig = await rigForTest(redirecting({ '/1': '/2', '/2': 'http://b.example:PORT/3', '/3': '4' }));
    expect(await rig.fetch('http://a.example:PORT/1')).toMatchObject({ ok: true });
    expect(rig.asked.map((each) => each.replace(`:${rig.port}`, ''))).toEqual([
      'a.example/1',
      'a.example/2',
      'b.example/3',
      'b.example/4',
    ]);
  });

  it('too many is refused', async () => {
    const rig = await rigForTest(redirecting({ '/': '/' }));
    expect(await rig.fetch('http://a.example:PORT/')).toEqual({
      ok: false,
      reason: 'it was redirected more than 3 times',
    });
    expect(rig.asked).toHaveLength(4);
  });

  test.each([
    ['a local address', 'http://127.0.0.2:PORT/', LOCAL],
    ['a name of a local address', 'http://router.example:PORT/', LOCAL],
    ['another scheme', 'file:///etc/passwd', 'only http and https addresses are fetched'],
    ['no URL', 'http://', 'it was redirected to something that is no URL'],
  ])('to %s is refused', async (_name, location, reason) => {
    const network = new LoopbackNetwork({ 'router.example': ['10.0.0.1'] });
    const rig = await rigForTest(redirecting({ '/1': location }), network);
    expect(await rig.fetch('http://a.example:PORT/1')).toEqual({ ok: false, reason });
    expect(rig.asked).toHaveLength(1);
  });
});

describe('a fetch', () => {
  const LATE = { ok: false, reason: 'it did not come within 10 s' };

  it('that gets no answer ends after 10 s', async () => {
    const server = await SocketServer.start();
    onTestFinished(() => server.stop());
    const rig = await rigForTest(answering(PNG, {}));
    const fetching = rig.fetch(`http://cat.example:${server.port}/`);
    await server.request(1);
    await rig.clock.advance(10_000);
    expect(await fetching).toEqual(LATE);
    await (
      await server.connection(1)
    ).closed;
  });

  it('that comes too slowly ends after 10 s', async () => {
    const server = await SocketServer.start();
    onTestFinished(() => server.stop());
    const rig = await rigForTest(answering(PNG, {}));
    const fetching = rig.fetch(`http://cat.example:${server.port}/`);
    await server.request(1);
    const peer = await server.connection(1);
    peer.send('HTTP/1.1 200 OK\r\ncontent-type: image/png\r\n\r\n');
    await rig.clock.advance(9_999);
    peer.send(PNG);
    await rig.clock.advance(1);
    expect(await fetching).toEqual(LATE);
    await peer.closed;
  });

  it('whose name is never found ends after 10 s', async () => {
    const clock = new ManualClock();
    const network = { resolve: () => new Promise<string[]>(() => undefined), isAllowed: () => true };
    const fetching = createImageFetcher({ clock, network })('http://cat.example/', new AbortController().signal);
    await clock.advance(10_000);
    expect(await fetching).toEqual(LATE);
  });

  it('that nobody waits for any more ends at once', async () => {
    const server = await SocketServer.start();
    onTestFinished(() => server.stop());
    const rig = await rigForTest(answering(PNG, {}));
    const abort = new AbortController();
    const fetching = rig.fetch(`http://cat.example:${server.port}/`, abort.signal);
    await server.request(1);
    abort.abort();
    expect(await fetching).toMatchObject({ ok: false });
    await (
      await server.connection(1)
    ).closed;
    expect(rig.clock.pendingTimers).toBe(0);
  });
});
