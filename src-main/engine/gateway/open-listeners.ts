import { networkInterfaces } from 'node:os';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Settings } from '../../../src-shared/settings.ts';
import { allowedHosts, type GuardOptions } from './guard.ts';
import { openListener, type Listener } from './listener.ts';

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

export interface Listeners {
  /** Base URLs, the gateway's own first. */
  addresses: readonly string[];
  close(graceMs: number): Promise<void>;
}

/**
 * Opens the gateway's port and, when it is switched on, Ollama's place: all of them or none. Throws ListenError.
 */
export async function openListeners(
  gateway: Settings['gateway'],
  handlerFor: (guard: GuardOptions) => Handle,
): Promise<Listeners> {
  const { host, port, ollamaPlace } = gateway;
  const places = ollamaPlace.enabled ? [port, ollamaPlace.port] : [port];
  const listeners: Listener[] = [];
  const close = async (graceMs: number) => {
    await Promise.all(listeners.map((listener) => listener.close(graceMs)));
  };
  try {
    for (const wanted of places) listeners.push(await openGuarded(gateway, wanted, handlerFor));
  } catch (error) {
    await close(0);
    throw error;
  }
  const shown = isEverywhere(host) ? '127.0.0.1' : host;
  return { addresses: listeners.map((listener) => `http://${shown}:${listener.port}`), close };
}

/** Which Host headers are right is known only when the port is. */
async function openGuarded(
  gateway: Settings['gateway'],
  port: number,
  handlerFor: (guard: GuardOptions) => Handle,
): Promise<Listener> {
  let handle: Handle | null = null;
  const listener = await openListener({
    ...gateway,
    port,
    onRequest: (request, response) => handle?.(request, response),
  });
  const ownAddresses = isEverywhere(gateway.host) ? addressesOfThisMachine() : [];
  handle = handlerFor({
    hosts: allowedHosts({
      port: listener.port,
      boundHost: gateway.host,
      ownAddresses,
      extra: gateway.allowedHosts,
    }),
    origins: new Set(gateway.allowedOrigins),
  });
  return listener;
}

function isEverywhere(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

function addressesOfThisMachine(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address));
}
