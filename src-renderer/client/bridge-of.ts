import { createContext } from 'svelte';
import type { Bridge } from '../../src-shared/bridge.ts';

declare global {
  interface Window {
    /** Only in the desktop's window. */
    pointsman?: Bridge;
  }
}

/** null: a plain browser. */
export function bridgeOf(page: Window): Bridge | null {
  return page.pointsman ?? null;
}

/** The shell around the pages, for components; null in a browser. */
export const [getBridge, setBridge] = createContext<Bridge | null>();
