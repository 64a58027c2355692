import type { Clock } from '../../ports.ts';
import { toTransportProblem, type TransportProblem } from '../../providers/transport-problem.ts';

/** `reason` completes the sentence "… could not be fetched: …". */
export type LimitedFetch = { ok: true; bytes: Buffer } | { ok: false; reason: string };

/** Gets a file over HTTPS. Never rejects. */
export type FetchLimited = (url: string, limit: { mostBytes: number; signal: AbortSignal }) => Promise<LimitedFetch>;

const TIMEOUT_MS = 30_000;

const WORDS: Readonly<Record<TransportProblem['kind'], string>> = {
  refused: 'its server cannot be reached',
  dns: 'the name of its server is not known',
  tls: 'the certificate of its server is not accepted',
  connect_timeout: 'its server cannot be reached',
  reset: 'its server broke the connection off',
  garbled: 'its server does not speak HTTP',
};

/**
 * Fetches without following redirects and without cookies, at most so many bytes, at most half a minute. `ca`: instead of
 * the authorities that are usually trusted, for tests.
 */
export function createLimitedFetch(options: { clock: Clock; ca?: string }): FetchLimited {
  return async (url, { mostBytes, signal }) => {
    const late = new AbortController();
    const cancelTimer = options.clock.after(TIMEOUT_MS, () => late.abort());
    try {
      return await get(new URL(url), { mostBytes, ca: options.ca, signal: AbortSignal.any([signal, late.signal]) });
    } catch (error) {
      if (signal.aborted) return refuse('it was broken off');
      if (late.signal.aborted) return refuse(`it did not come within ${TIMEOUT_MS / 1000} s`);
      return refuse(WORDS[toTransportProblem(error).kind]);
    } finally {
      cancelTimer();
    }
  };
}

async function get(
  url: URL,
  { mostBytes, ca, signal }: { mostBytes: number; ca: string | undefined; signal: AbortSignal },
): Promise<LimitedFetch> {
  if (url.protocol !== 'https:') return refuse('its address does not begin with https://');
  // Loaded with the first fetch: who sets no source never pays for it.
  const { Client } = await import('undici');
  const client = new Client(url.origin, ca === undefined ? {} : { connect: { ca } });
  try {
    const headers = { accept: 'application/json, */*', 'user-agent': 'pointsman' };
    const path = url.pathname + url.search;
    const { statusCode, body } = await client.request({ method: 'GET', path, headers, signal, reset: true });
    if (statusCode >= 300 && statusCode < 400) return refuse('its server sends elsewhere, which is not followed');
    if (statusCode !== 200) return refuse(`its server answered with status ${statusCode}`);
    return await read(body, mostBytes);
  } finally {
    await client.destroy();
  }
}

async function read(body: AsyncIterable<Buffer>, mostBytes: number): Promise<LimitedFetch> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of body) {
    length += piece.length;
    if (length > mostBytes) return refuse(`it is larger than ${mostBytes} bytes`);
    pieces.push(piece);
  }
  return { ok: true, bytes: Buffer.concat(pieces) };
}

function refuse(reason: string): LimitedFetch {
  return { ok: false, reason };
}
