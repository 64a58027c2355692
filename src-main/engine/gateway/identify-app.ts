import type { IncomingMessage } from 'node:http';
import type { AppSettings } from '../../../src-shared/settings.ts';
import type { Failure } from '../protocols/failure.ts';
import { APP_KEY_PREFIX, type AppKeys } from '../spend/app-keys.ts';
import { appOf } from './call.ts';

/** Who calls. `name` stands in the record: the app's id, else what its User-Agent says; `settings` only with a key of ours. */
export type Caller = { ok: true; name: string | null; settings: AppSettings | null } | { ok: false; failure: Failure };

const HOW_TO =
  'Make one with "pointsman apps add NAME" and send it as "authorization: Bearer pm-…", "x-api-key: pm-…" or "api-key: pm-…".';

const NO_KEY: Caller = refuse(`This gateway answers only programs that have a key of it. ${HOW_TO}`);
const UNKNOWN_KEY: Caller = refuse(`This key is no (longer a) key of this gateway. ${HOW_TO}`);
const SWITCHED_OFF: Caller = refuse(
  'The app of this key is switched off. "pointsman apps set ID --on" lets it in again.',
);

/**
 * Tells which program calls, by the key it shows in any of the headers that clients use. Clients have to send some key and
 * often send a placeholder ("ollama"): only what begins like a key of ours is looked up, and then it must be right. Anything
 * else counts as no key at all.
 */
export function identifyApp(request: IncomingMessage, access: { apps: AppKeys; requireKeys: boolean }): Caller {
  const { apps } = access;
  const key = keyOf(request);
  if (key === null) {
    if (access.requireKeys) return NO_KEY;
    return { ok: true, name: namelessly(appOf(request), apps), settings: null };
  }
  const settings = apps.find(key);
  if (settings === null) return UNKNOWN_KEY;
  return settings.enabled ? { ok: true, name: settings.id, settings } : SWITCHED_OFF;
}

/** A program must not pass for an app by its User-Agent: what it spends would be counted against that app's budget. */
function namelessly(name: string | null, apps: AppKeys): string | null {
  return name !== null && apps.has(name) ? `${name} (no key)` : name;
}

/** The first credential that begins like a key of ours; some clients send a placeholder in one header and the key in another. */
function keyOf({ headers }: IncomingMessage): string | null {
  return bearerOf(headers.authorization) ?? ours(headers['x-api-key']) ?? ours(headers['api-key']);
}

function bearerOf(authorization: string | undefined): string | null {
  if (authorization?.slice(0, 7).toLowerCase() !== 'bearer ') return null;
  return ours(authorization.slice(7).trim());
}

function ours(credential: string | string[] | undefined): string | null {
  return typeof credential === 'string' && credential.startsWith(APP_KEY_PREFIX) ? credential : null;
}

function refuse(message: string): Caller {
  return { ok: false, failure: { code: 'unauthorized', message } };
}
