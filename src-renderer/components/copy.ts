import { createContext } from 'svelte';

/** Puts text on the clipboard; rejects where that is not allowed. The frame says how. */
export const [getCopy, setCopy] = createContext<(text: string) => Promise<void>>();
