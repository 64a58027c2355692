/**
 * The content security policy of the window's pages: nothing from outside, nothing inline, and calls to the engine's
 * address alone. `address` is null while the engine does not run.
 */
export function pagesPolicy(address: string | null): string {
  return [
    `default-src 'none'`,
    `script-src 'self'`,
    `style-src 'self'`,
    `img-src 'self' data:`,
    `font-src 'self'`,
    `connect-src ${address ?? `'none'`}`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `frame-ancestors 'none'`,
  ].join('; ');
}
