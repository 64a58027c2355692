import { z } from 'zod';
import type { Access, Bridge } from '../../src-shared/bridge.ts';
import { controlToken } from '../../src-shared/house.ts';
import { toRefusal } from './call-operation.ts';

/** What is known of the way to the engine. `none`: nobody is signed in. `waiting`: it will be told. */
export type AccessState =
  { kind: 'known'; access: Access } | { kind: 'waiting' } | { kind: 'none'; why: string | null };

/** Where address and token come from: the shell's bridge, or this browser. */
export interface AccessSource {
  /** A person can sign in and out here; in the shell's window there is nothing to sign in to. */
  canSignIn: boolean;
  /** Tells at once and at every change. Returns the way to stop. */
  watch(listener: (state: AccessState) => void): () => void;
  /** Keeps the token for this tab; null forgets it. */
  keep(token: string | null): void;
}

export function createWindowAccess(bridge: Bridge): AccessSource {
  return {
    canSignIn: false,
    watch(listener) {
      const tell = (access: Access | null) => {
        listener(access === null ? { kind: 'waiting' } : { kind: 'known', access });
      };
      const stop = bridge.onConnection(tell);
      void bridge.connection().then(tell, () => tell(null));
      return stop;
    },
    keep: () => undefined,
  };
}

const STORED_AS = 'pointsman.token';
const CODE_IN_ADDRESS = /^#code=([\w.-]+)$/;

/** The pages' own origin is the engine. The token lives as long as the tab does; a code in the address buys one. */
export function createBrowserAccess(page: Window): AccessSource {
  const address = page.location.origin;
  const toState = (why: string | null): AccessState => {
    const token = page.sessionStorage.getItem(STORED_AS);
    return token === null ? { kind: 'none', why } : { kind: 'known', access: { address, token } };
  };
  const keep = (token: string | null) => {
    if (token === null) page.sessionStorage.removeItem(STORED_AS);
    else page.sessionStorage.setItem(STORED_AS, token);
  };
  return {
    canSignIn: true,
    keep,
    watch(listener) {
      const look = () => {
        const code = takeCode(page);
        if (code === null) return;
        listener({ kind: 'waiting' });
        void redeem(address, code).then(
          (token) => {
            keep(token);
            listener(toState(null));
          },
          (error: unknown) => listener(toState(error instanceof Error ? error.message : null)),
        );
      };
      if (CODE_IN_ADDRESS.test(page.location.hash)) look();
      else listener(toState(null));
      page.addEventListener('hashchange', look);
      return () => page.removeEventListener('hashchange', look);
    },
  };
}

/** The code leaves the address bar and the history before anything else happens. */
function takeCode(page: Window): string | null {
  const code = CODE_IN_ADDRESS.exec(page.location.hash)?.[1] ?? null;
  if (code !== null) page.history.replaceState(null, '', page.location.pathname);
  return code;
}

async function redeem(address: string, code: string): Promise<string> {
  const response = await fetch(`${address}/control/v1/session`, {
    method: 'POST',
    headers: { authorization: `Code ${code}`, 'content-type': 'application/json' },
    body: '{}',
  });
  if (!response.ok) throw await toRefusal(response);
  return z.parse(controlToken, await response.json()).token;
}
