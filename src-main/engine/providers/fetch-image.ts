import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import type { Dispatcher } from 'undici';
import type { Clock } from '../ports.ts';
import { isPublicAddress } from './public-address.ts';
import { isImageType, sniffImage, type ImageType } from './sniff-image.ts';
import { toTransportProblem, type TransportProblem } from './transport-problem.ts';

/** The part of the network that images may be fetched from. */
export interface ImageNetwork {
  /** Every address of a host name; rejects when it has none. */
  resolve(hostname: string): Promise<readonly string[]>;
  /** May this address be called? */
  isAllowed(address: string): boolean;
}

/** The public internet, and nothing nearer: a request must not reach what only this machine can. */
export const publicInternet: ImageNetwork = {
  resolve: async (hostname) => (await lookup(hostname, { all: true })).map(({ address }) => address),
  isAllowed: isPublicAddress,
};

/** `reason` completes the sentence "The image cannot be used: …". */
export type ImageFetch = { ok: true; bytes: Buffer; mediaType: ImageType } | { ok: false; reason: string };

/** Fetches one image. Never rejects; with an aborted signal the reason is of no interest to anybody. */
export type FetchImage = (url: string, signal: AbortSignal) => Promise<ImageFetch>;

export const LARGEST_IMAGE_BYTES = 20 * 1024 * 1024;
const TIMEOUT_MS = 10_000;
const MOST_REDIRECTS = 3;

interface Fetching {
  network: ImageNetwork;
  signal: AbortSignal;
}

type Refusal = Extract<ImageFetch, { ok: false }>;
type Hop = ImageFetch | { ok: 'moved'; url: string };

/**
 * Makes the fetcher of images that a request names by address. Guarded against request forgery: only http and https, the
 * host name is resolved here, none of its addresses may be anything but allowed, and the connection goes to exactly these
 * addresses, so that a second look-up cannot lead elsewhere. Every redirect is checked in the same way.
 */
export function createImageFetcher(options: { clock: Clock; network: ImageNetwork }): FetchImage {
  return async (url, signal) => {
    const limit = new AbortController();
    const stopTimer = options.clock.after(TIMEOUT_MS, () => limit.abort());
    try {
      return await follow(url, { network: options.network, signal: AbortSignal.any([signal, limit.signal]) });
    } catch (error) {
      return refuse(
        limit.signal.aborted ? `it did not come within ${TIMEOUT_MS / 1000} s` : WORDS[toTransportProblem(error).kind],
      );
    } finally {
      stopTimer();
    }
  };
}

const WORDS: Readonly<Record<TransportProblem['kind'], string>> = {
  refused: 'its server cannot be reached',
  dns: 'the name of its server is not known',
  tls: 'the certificate of its server is not accepted',
  connect_timeout: 'its server cannot be reached',
  reset: 'its server broke the connection off',
  garbled: 'its server does not speak HTTP',
};

async function follow(first: string, fetching: Fetching): Promise<ImageFetch> {
  let url = first;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const hop = await fetchFrom(url, fetching);
    if (hop.ok !== 'moved') return hop;
    ({ url } = hop);
  }
  return refuse(`it was redirected more than ${MOST_REDIRECTS} times`);
}

async function fetchFrom(text: string, { network, signal }: Fetching): Promise<Hop> {
  if (!URL.canParse(text)) return refuse('its address is no URL');
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return refuse('only http and https addresses are fetched');
  if (url.username !== '' || url.password !== '') return refuse('its address holds a user name or password');
  const addresses = await orAborted(addressesOf(url.hostname, network), signal);
  if (addresses.length === 0) return refuse(WORDS.dns);
  if (!addresses.every((address) => network.isAllowed(address))) {
    return refuse('its address is not on the public internet');
  }
  const { Client } = await import('undici');
  const client = new Client(url.origin, {
    connect: { lookup: pinnedTo(addresses), timeout: 0 },
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  try {
    const headers = { accept: 'image/jpeg, image/png, image/webp, image/gif', 'user-agent': 'pointsman' };
    const path = url.pathname + url.search;
    return await read(await client.request({ method: 'GET', path, headers, signal, reset: true }), url);
  } finally {
    await client.destroy();
  }
}

/** A literal address is never looked up, and stands for itself. */
async function addressesOf(hostname: string, network: ImageNetwork): Promise<readonly string[]> {
  const literal = hostname.replace(/^\[|\]$/g, '');
  return isIP(literal) === 0 ? await network.resolve(hostname) : [literal];
}

/** What Node asks when it connects: answered with the addresses that were checked. */
function pinnedTo(addresses: readonly string[]): LookupFunction {
  const checked = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_hostname, { all }, callback) => {
    if (all === true) callback(null, checked);
    else callback(null, checked[0]?.address ?? '', checked[0]?.family);
  };
}

async function read({ statusCode, headers, body }: Dispatcher.ResponseData, url: URL): Promise<Hop> {
  const { location } = headers;
  if (statusCode >= 300 && statusCode < 400 && typeof location === 'string') {
    if (!URL.canParse(location, url.href)) return refuse('it was redirected to something that is no URL');
    return { ok: 'moved', url: new URL(location, url).href };
  }
  if (statusCode !== 200) return refuse(`its server answered with status ${statusCode}`);
  if (!isImageType(String(headers['content-type'] ?? ''))) return refuse(NO_IMAGE);
  if (Number(headers['content-length'] ?? 0) > LARGEST_IMAGE_BYTES) return refuse(TOO_LARGE);
  const bytes = await readUpTo(LARGEST_IMAGE_BYTES, body);
  if (bytes === null) return refuse(TOO_LARGE);
  const mediaType = sniffImage(bytes);
  return mediaType === null ? refuse(NO_IMAGE) : { ok: true, bytes, mediaType };
}

const NO_IMAGE = 'what came is not a JPEG, PNG, WebP or GIF image';
const TOO_LARGE = `it is larger than ${LARGEST_IMAGE_BYTES / 1024 / 1024} MB`;

/** null: there is more. */
async function readUpTo(limit: number, body: AsyncIterable<Buffer>): Promise<Buffer | null> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of body) {
    length += piece.length;
    if (length > limit) return null;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** A look-up cannot be broken off, but nobody has to wait for it. */
function orAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new Error('aborted'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject);
  });
}

function refuse(reason: string): Refusal {
  return { ok: false, reason };
}
