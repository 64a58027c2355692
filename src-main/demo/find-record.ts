import { setTimeout as sleep } from 'node:timers/promises';
import { requestsPage, type RequestView } from '../../src-shared/control.ts';

interface Search {
  gatewayUrl: string;
  controlToken: string;
  requestId: string;
  signal: AbortSignal;
}

const TRIES = 20;
const BETWEEN_TRIES_MS = 100;

/**
 * The gateway's own record of a request: what a stream cost is known only after its headers are gone. Records are
 * written in batches, so it may take a moment; null when it has not appeared after two seconds.
 */
export async function findRecord(search: Search): Promise<RequestView | null> {
  for (let tries = 0; tries < TRIES; tries++) {
    const found = (await readPage(search)).find((record) => record.id === search.requestId);
    if (found !== undefined) return found;
    await sleep(BETWEEN_TRIES_MS, undefined, { signal: search.signal });
  }
  return null;
}

async function readPage({ gatewayUrl, controlToken, signal }: Search): Promise<RequestView[]> {
  const url = new URL('/control/v1/requests?limit=20', gatewayUrl);
  const response = await fetch(url, { headers: { authorization: `Bearer ${controlToken}` }, signal });
  const page = requestsPage.safeParse(await response.json());
  return page.success ? page.data.requests : [];
}
