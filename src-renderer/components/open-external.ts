import { createContext } from 'svelte';

/** Opens an https address outside of these pages. The frame says how; null: the browser does it by itself. */
export const [getOpenExternal, setOpenExternal] = createContext<{ open: ((url: string) => void) | null }>();
