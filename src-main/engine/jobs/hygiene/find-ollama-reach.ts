import { networkInterfaces } from 'node:os';
import { z } from 'zod';
import type { Clock } from '../../ports.ts';
import type { JsonReply, JsonRequest } from '../../providers/request-json.ts';

const TIMEOUT_MS = 1_000;
const MOST_BYTES = 4096;
/** A machine with many containers has many addresses, and one that answers is enough. */
const MOST_ADDRESSES = 8;

const versionAnswer = z.object({ version: z.string() });

/** Those of this machine's addresses at which an Ollama answers. Never rejects. */
export async function findOllamaReach(options: {
  clock: Clock;
  ask: (request: JsonRequest) => Promise<JsonReply>;
  addresses: readonly string[];
  port: string;
  signal: AbortSignal;
}): Promise<string[]> {
  const { clock, ask, addresses, port, signal } = options;
  const looks = addresses.slice(0, MOST_ADDRESSES).map(async (address) => {
    const host = address.includes(':') ? `[${address}]` : address;
    const origin = `http://${host}:${port}`;
    const common = { clock, origin, timeoutMs: TIMEOUT_MS, maxBytes: MOST_BYTES, signal };
    const reply = await ask({ ...common, path: '/api/version' });
    return reply.kind === 'ok' && versionAnswer.safeParse(reply.body).success ? [`${host}:${port}`] : [];
  });
  return (await Promise.all(looks)).flat();
}

/** This machine's addresses that others may reach: not loopback, and none that needs the name of an interface with it. */
export function outwardAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ internal, address }) => !internal && !/^fe[89ab]/i.test(address))
    .map(({ address }) => address);
}

/** Does this value of OLLAMA_HOST tell a server to listen on every address? Quotes and scheme around it do not count. */
export function opensEveryAddress(value: string | undefined): boolean {
  const text = (value ?? '').trim().replace(/^["']+|["']+$/g, '');
  const url = /^https?:\/\//i.test(text) ? text : `http://${text}`;
  // Without a host before the port, Go listens everywhere.
  if (text === '' || !URL.canParse(url)) return /^(:\d+|:{2}(:\d+)?)$/.test(text);
  const { hostname } = new URL(url);
  return hostname === '0.0.0.0' || hostname === '[::]';
}
