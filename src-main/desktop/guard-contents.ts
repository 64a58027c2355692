import type { NavigationEvent, ShellContents } from './electron-api.ts';
import { isOwnPage } from './own-page.ts';

/**
 * Keeps a page where it is: no other page, no other window, no webview. A link to the outside goes through `openExternal`,
 * which decides whether the person's browser gets it.
 */
export function guardContents(contents: ShellContents, openExternal: (address: string) => void): void {
  contents.setWindowOpenHandler(({ url }) => {
    openExternal(url);
    return { action: 'deny' };
  });
  const stay = (event: NavigationEvent): boolean => {
    if (isOwnPage(event.url)) return false;
    event.preventDefault();
    return true;
  };
  contents.on('will-navigate', (event) => {
    if (stay(event)) openExternal(event.url);
  });
  contents.on('will-redirect', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
}
