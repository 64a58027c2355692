import { networkInterfaces } from 'node:os';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Settings } from '../../../src-shared/settings.ts';
import { allowedHosts, type GuardOptions } from './guard.ts';
import { openListener, type Listener } from './listener.ts';

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

export interface Listeners {
  /** Base URLs, the gateway's own first. */
  addresses: readonly string[];
  /** Everything that can change while they are open: limits, allowed hosts and origins. */
  follow(gateway: Settings['gateway']): void;
  close(graceMs: number): Promise<void>;
}

/**
 * Opens the gateway's port and, when it is switched on, Ollama's place: all of them or none. Throws ListenError.
 */
export async function openListeners(
  gateway: Settings['gateway'],
  handlerFor: (guard: () => GuardOptions) => Handle,
): Promise<Listeners> {
  const { host, port, ollamaPlace } = gateway;
  const places = ollamaPlace.enabled ? [port, ollamaPlace.port] : [port];
  const listeners: GuardedListener[] = [];
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
  return {
    addresses: listeners.map((listener) => `http://${shown}:${listener.port}`),
    follow(changed) {
      for (const listener of listeners) listener.follow(changed);
    },
    close,
  };
}

interface GuardedListener extends Listener {
  follow(gateway: Settings['gateway']): void;
}

/** Which Host headers are right is known only when the port is. */
async function openGuarded(
  gateway: Settings['gateway'],
  port: number,
  handlerFor: (guard: () => GuardOptions) => Handle,
): Promise<GuardedListener> {
  let handle: Handle | null = null;
  const listener = await openListener({
    ...gateway,
    port,
    onRequest: (request, response) => handle?.(request, response),
  });
  const boundHost = gateway.host;
  const ownAddresses = isEverywhere(boundHost) ? addressesOfThisMachine() : [];
  const toGuard = ({ allowedHosts: extra, allowedOrigins }: Settings['gateway']): GuardOptions => ({
    hosts: allowedHosts({ port: listener.port, boundHost, ownAddresses, extra }),
    origins: new Set(allowedOrigins),
  });
  let guard = toGuard(gateway);
  handle = handlerFor(() => guard);
  return {
    ...listener,
    follow(changed) {
      guard = toGuard(changed);
      listener.setLimits(changed);
    },
  };
}

function isEverywhere(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

function addressesOfThisMachine(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address));
}
