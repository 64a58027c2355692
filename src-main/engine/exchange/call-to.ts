import type { UpstreamCall } from '../providers/upstream-call.ts';
import type { ProviderAccess } from './context.ts';

/** Bodies are asked for uncompressed: on loopback that is cheaper, and on the net a token is smaller than a frame. */
const BASE_HEADERS = ['content-type', 'application/json', 'accept-encoding', 'identity', 'user-agent', 'pointsman'];

/** A POST to a provider with its own authentication; `path` is below its base URL, `headers` names and values in turn. */
export function callTo(
  access: ProviderAccess,
  parts: { path: string; body: string; headers: readonly string[] },
): UpstreamCall {
  return {
    origin: access.origin,
    path: access.basePath + parts.path,
    method: 'POST',
    headers: [...BASE_HEADERS, ...access.authHeaders, ...parts.headers],
    body: parts.body,
  };
}
