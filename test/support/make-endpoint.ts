import { UNKNOWN_CAPABILITIES, type Endpoint } from '../../src-main/engine/routing/endpoint.ts';

/** An endpoint of which nothing is known but its name and track. */
export function makeEndpoint(changes: Partial<Endpoint> = {}): Endpoint {
  const { providerId = 'one', model = 'm' } = changes;
  return {
    id: `${providerId}/${model}`,
    providerId,
    model,
    track: 'cloud',
    protocol: 'openai',
    capabilities: UNKNOWN_CAPABILITIES,
    contextTokens: null,
    maxOutputTokens: null,
    takesSampling: true,
    sizeBytes: null,
    loaded: null,
    ...changes,
  };
}
