const DEFAULT_PORT = '11434';

/** Addresses that a server listens on and nobody can call. */
const UNSPECIFIED = new Set(['', '0.0.0.0', '[::]', 'localhost']);

/**
 * The base URL that a value of OLLAMA_HOST stands for, read as Ollama reads it: quotes and spaces around it do not
 * count, the scheme may be missing, `http://HOST` means port 80, and a port that is no port gives way to the default.
 * Addresses that mean "every interface" become 127.0.0.1.
 */
export function parseOllamaHost(value: string | undefined): string {
  const text = (value ?? '')
    .trim()
    .replace(/^["']+|["']+$/g, '')
    .trim();
  const [scheme, rest] = splitScheme(text);
  const hostAndPort = rest.split('/', 1)[0] ?? '';
  const path = rest.slice(hostAndPort.length).replace(/\/+$/, '');
  const { host, port } = splitPort(hostAndPort);
  const fallback = text.includes('://') ? (scheme === 'https' ? '443' : '80') : DEFAULT_PORT;
  const called = isUncallable(host) ? '127.0.0.1' : host;
  const url = `${scheme}://${called}:${isPort(port) ? port : fallback}${path}`;
  return URL.canParse(url) ? url : `http://127.0.0.1:${DEFAULT_PORT}`;
}

/** Also in spellings such as `0` or `[0::0]`, which URL reads as the same. */
function isUncallable(host: string): boolean {
  const url = `http://${host}`;
  return UNSPECIFIED.has(URL.canParse(url) ? new URL(url).hostname : host);
}

function splitScheme(text: string): ['http' | 'https', string] {
  const lower = text.toLowerCase();
  if (lower.startsWith('https://')) return ['https', text.slice('https://'.length)];
  if (lower.startsWith('http://')) return ['http', text.slice('http://'.length)];
  return ['http', text];
}

function splitPort(text: string): { host: string; port: string | null } {
  if (text.startsWith('[')) {
    const end = text.indexOf(']');
    const port = text.slice(end + 1);
    return { host: text.slice(0, end + 1), port: port.startsWith(':') ? port.slice(1) : null };
  }
  const parts = text.split(':');
  if (parts.length > 2) return { host: `[${text}]`, port: null };
  return { host: parts[0] ?? '', port: parts[1] ?? null };
}

function isPort(text: string | null): text is string {
  return text !== null && /^\d{1,5}$/.test(text) && Number(text) <= 65535;
}
