import { readCatalogue } from '../engine/providers/catalogue.ts';

/** Besides the providers' own sites: where help, downloads and the system's keychain are described. */
const OTHER_HOSTS = ['github.com', 'ollama.com', 'docs.ollama.com', 'opensource.org'];

/** Hosts that the person's browser may be sent to, exact. */
export function externalHosts(): ReadonlySet<string> {
  const sites = readCatalogue().flatMap(({ signUpUrl, documentationUrl }) => [signUpUrl, documentationUrl]);
  const hosts = sites.map((site) => (site === null ? null : (URL.parse(site)?.host ?? null)));
  return new Set([...hosts.filter((host) => host !== null), ...OTHER_HOSTS]);
}

/**
 * The address as it is handed to the system, or null when it is not handed on: only https, only known hosts, no user name
 * and no port. Links in pages come from models and other strangers, and other schemes start programs.
 */
export function toExternalLink(address: string, hosts: ReadonlySet<string>): string | null {
  const url = URL.parse(address);
  if (url === null) return null;
  if (url.protocol !== 'https:' || url.username !== '' || url.password !== '') return null;
  return hosts.has(url.host) ? url.href : null;
}
