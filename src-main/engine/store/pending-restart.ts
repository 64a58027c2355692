import { isDeepStrictEqual } from 'node:util';
import type { Settings } from '../../../src-shared/settings.ts';

/** Settings that hold from the next start on, because listeners are opened once: everything else takes effect at once. */
const AT_START: Readonly<Record<string, (settings: Settings) => unknown>> = {
  'gateway.host': ({ gateway }) => gateway.host,
  'gateway.port': ({ gateway }) => gateway.port,
  'gateway.ollamaPlace.enabled': ({ gateway }) => gateway.ollamaPlace.enabled,
  'gateway.ollamaPlace.port': ({ gateway }) => gateway.ollamaPlace.port,
};

/** Paths whose value now is another one than at the start. */
export function pendingRestart(startedWith: Settings, now: Settings): string[] {
  return Object.entries(AT_START).flatMap(([path, of]) => (isDeepStrictEqual(of(startedWith), of(now)) ? [] : [path]));
}
