import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '../exchange/incoming-call.ts';
import { InvalidRequest, type Failure } from '../protocols/failure.ts';
import { SESSION_NAMES } from '../routing/conversation-key.ts';
import type { GatewayCall } from './call.ts';
import { identifyApp } from './identify-app.ts';
import { readPins } from './read-pins.ts';
import type { GatewayServices } from './services.ts';

export type ReadCaller = { ok: true; caller: Caller } | { ok: false; failure: Failure };

/** Who calls, and what the headers of the call say about it: an unknown key or a wrong pin is the client's error. */
export function readCaller(services: GatewayServices, { request }: GatewayCall): ReadCaller {
  const { access, privacy } = services.context.settings();
  const { requireKeys } = access;
  const identified = identifyApp(request, { apps: services.apps, requireKeys });
  if (!identified.ok) return identified;
  try {
    const { headers } = request;
    return {
      ok: true,
      caller: {
        name: identified.name,
        app: identified.settings,
        pins: readPins(headers),
        session: readSession(headers),
        // Only asked where something is kept at all.
        ...(privacy.keepPrompts.enabled && wantsNoStore(headers) ? { noStore: true } : null),
      },
    };
  } catch (error) {
    if (error instanceof InvalidRequest) return { ok: false, failure: error.failure };
    throw error;
  }
}

/** RFC 9111, 5.2.1.5: nothing of the request or its answer is to be stored. */
function wantsNoStore(headers: IncomingHttpHeaders): boolean {
  return /(?:^|[\s,])no-store(?:$|[\s,])/i.test(headers['cache-control'] ?? '');
}

function readSession(headers: IncomingHttpHeaders): Readonly<Record<string, string>> | null {
  let session: Record<string, string> | null = null;
  for (const name of SESSION_NAMES) {
    const value = headers[name];
    if (typeof value === 'string' && value !== '') (session ??= {})[name] = value;
  }
  return session;
}
