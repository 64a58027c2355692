import { isOwnPage } from './own-page.ts';

/**
 * Chromium asks before a page may call loopback addresses (Local Network Access), and takes `app://` pages for strangers:
 * without this grant the window could not reach the engine. The content security policy pins the one address.
 */
const NEEDED = new Set(['loopback-network', 'local-network-access']);

/** Every permission is refused to everybody, except for calling the engine to our own page. */
export function allowsPermission(asked: { permission: string; page: string; isMainFrame: boolean }): boolean {
  return asked.isMainFrame && NEEDED.has(asked.permission) && isOwnPage(asked.page);
}
