import type { Track } from './endpoint.ts';

/** The names that Pointsman itself answers to; what each wants is the routing policy's business. */
export const VIRTUAL_NAMES = ['auto', 'fast', 'best', 'cheap', 'private'] as const;
export type VirtualName = (typeof VIRTUAL_NAMES)[number];

/**
 * What a model name asks for. `virtual` is routed; `exact` is honoured as it is, on one track or on any.
 */
export type ModelName =
  | { kind: 'virtual'; virtual: VirtualName }
  /** `name` may be bare or `PROVIDER/NAME`. */
  | { kind: 'exact'; name: string; track: Track | null };

/** Reads a model name as a client sends it. */
export function parseModelName(name: string): ModelName {
  if (name === 'auto') return { kind: 'virtual', virtual: 'auto' };
  if (name.startsWith('pointsman/')) {
    const word = stripLatest(name.slice('pointsman/'.length));
    const virtual = VIRTUAL_NAMES.find((each) => each === word);
    return virtual === undefined ? { kind: 'exact', name, track: null } : { kind: 'virtual', virtual };
  }
  if (name.startsWith('local/')) return { kind: 'exact', name: name.slice('local/'.length), track: 'local' };
  if (name.startsWith('cloud/')) return { kind: 'exact', name: name.slice('cloud/'.length), track: 'cloud' };
  return { kind: 'exact', name, track: null };
}

/** Ollama clients append `:latest` to names without a tag. */
function stripLatest(name: string): string {
  return name.endsWith(':latest') ? name.slice(0, -':latest'.length) : name;
}
