/**
 * Run by itself, with --expose-gc and --allow-natives-syntax: a listener answers some requests, everything is collected
 * while nobody asks, it answers more; prints whether the objects of the last request are fast ones.
 */
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { runInThisContext } from 'node:vm';
import { openListener } from '../../../src-main/engine/gateway/listener.ts';

const collect = globalThis.gc as () => void;
const isFast = runInThisContext('(object) => %HasFastProperties(object)') as (object: object) => boolean;
let fast: { request: boolean; response: boolean } | null = null;

const listener = await openListener({
  host: '127.0.0.1',
  port: 0,
  maxConnections: 10,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 10_000,
  onRequest(incoming, response) {
    fast = { request: isFast(incoming), response: isFast(response) };
    response.end();
  },
});

async function ask(times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    const asked = request({ host: listener.host, port: listener.port });
    asked.end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    await once(answer.resume(), 'end');
  }
}

await ask(3);
for (let turn = 0; turn < 4; turn += 1) {
  await new Promise((resolve) => setImmediate(resolve));
  collect();
}
await ask(12);
await listener.close(0);
console.log(JSON.stringify(fast));
