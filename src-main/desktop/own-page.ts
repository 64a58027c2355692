/** The pages' own origin in the window. A standard scheme, so it has a host and paths are resolved as with https. */
export const PAGE_SCHEME = 'app';
export const PAGE_HOST = 'pointsman';
export const PAGE_ADDRESS = `${PAGE_SCHEME}://${PAGE_HOST}/`;

/** Is it a page of ours? Other applications use `app://` too: the host counts, exactly. */
export function isOwnPage(address: string): boolean {
  const url = URL.parse(address);
  if (url === null) return false;
  const { protocol, host, username, password } = url;
  return protocol === `${PAGE_SCHEME}:` && host === PAGE_HOST && username === '' && password === '';
}
