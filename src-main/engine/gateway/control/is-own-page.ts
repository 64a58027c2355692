import type { IncomingMessage } from 'node:http';

/** The window's pages. Every desktop app may use `app://`, and any program can say so: the token is what counts. */
const WINDOW = 'app://pointsman';

/** No page, or one of ours: a page of somebody else's has no business with the control API, even a local one. */
export function isOwnPage({ headers: { origin, host } }: IncomingMessage): boolean {
  return origin === undefined || origin === WINDOW || origin === `http://${host ?? ''}`;
}
