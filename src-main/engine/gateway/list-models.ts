import type { Endpoint } from '../routing/endpoint.ts';
import { VIRTUAL_NAMES } from '../routing/model-name.ts';
import type { GatewayServices } from './services.ts';

/** A name that apps may ask for. */
export interface OfferedModel {
  id: string;
  ownedBy: string;
  /** Unix milliseconds since when it is offered; no provider tells more of all its models. */
  createdAtMs: number;
  contextTokens: number | null;
  maxOutputTokens: number | null;
  /** null for a virtual name. */
  endpoint: Endpoint | null;
}

/** Virtual names first, then Ollama's models by their bare names, then all others as `PROVIDER/MODEL`. */
export function listModels(services: GatewayServices): OfferedModel[] {
  const virtual = VIRTUAL_NAMES.map((name) => ({
    id: `pointsman/${name}`,
    ownedBy: 'pointsman',
    createdAtMs: services.startedAtMs,
    contextTokens: null,
    maxOutputTokens: null,
    endpoint: null,
  }));
  const real = services.endpoints().map((endpoint) => ({
    id: endpoint.protocol === 'ollama' && endpoint.track === 'local' ? endpoint.model : endpoint.id,
    ownedBy: endpoint.providerId,
    createdAtMs: services.startedAtMs,
    contextTokens: endpoint.contextTokens,
    maxOutputTokens: endpoint.maxOutputTokens,
    endpoint,
  }));
  return [...virtual, ...real];
}
