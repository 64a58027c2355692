/** Paths of single calls that people paste along with the base URL. */
const CALL_PATHS = /\/(chat\/completions|completions|responses|embeddings|messages|models|api\/(chat|generate|tags))$/;

/** Reads a base URL as a person types it: the cleaned URL, or a sentence that says what is wrong with it. */
export function checkBaseUrl(text: string): { ok: true; value: string } | { ok: false; sentence: string } {
  const trimmed = text.trim().replace(/\/+$/, '');
  if (!/^https?:\/\//i.test(trimmed)) return refuse(`The base URL "${trimmed}" must begin with http:// or https://.`);
  if (!URL.canParse(trimmed)) return refuse(`"${trimmed}" is no URL: an example is https://api.example.com/v1.`);
  const url = new URL(trimmed);
  if (url.username !== '' || url.password !== '')
    return refuse('Leave user and password out of the base URL: give the key as key.');
  if (url.search !== '' || url.hash !== '')
    return refuse('Leave out everything from ? or # on: the base URL is only the beginning of every address.');
  const [, call] = CALL_PATHS.exec(url.pathname) ?? [];
  if (call !== undefined) return refuse(`Leave out /${call} at the end of the base URL: it is added to every call.`);
  return { ok: true, value: trimmed };
}

function refuse(sentence: string): { ok: false; sentence: string } {
  return { ok: false, sentence };
}

/**
 * True for this machine and private networks: loopback, RFC 1918, IPv6 unique local and link-local addresses, and names
 * that public DNS does not know (`localhost`, `*.local`, `*.internal`, `*.lan`, names without a dot).
 */
export function isNearHost(hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/^\[|\]$/g, '');
  if (host.includes(':')) return host === '::1' || /^f[cd]|^fe[89ab]/.test(host);
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) {
    return /^(127|10)\.|^192\.168\.|^172\.(1[6-9]|2\d|3[01])\.|^169\.254\./.test(host);
  }
  return !host.includes('.') || /\.(localhost|local|internal|lan|home\.arpa)$/.test(host);
}
