import { setTimeout as wait } from 'node:timers/promises';

/** One small chat request; rejects unless it is answered. */
async function ask(url: string, number: number): Promise<void> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': `app-${number % 5}/1` },
    body: JSON.stringify({ model: 'up/gpt-4o', messages: [{ role: 'user', content: `Say ${number}` }] }),
  });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`request ${number} was answered with ${response.status}`);
}

/** As fast as they are answered, so many at a time. */
export async function sendMany(url: string, count: number, atATime: number): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < count) await ask(url, next++);
  };
  await Promise.all(Array.from({ length: atATime }, lane));
}

/** So many a second for so long, each at its own time; gives how many were sent. */
export async function sendSteadily(url: string, perSecond: number, durationMs: number): Promise<number> {
  const startMs = performance.now();
  const count = Math.round((durationMs / 1_000) * perSecond);
  const calls: Promise<void>[] = [];
  for (let sent = 0; sent < count; sent += 1) {
    const dueMs = startMs + (sent * 1_000) / perSecond;
    await wait(Math.max(0, dueMs - performance.now()));
    calls.push(ask(url, sent));
  }
  await Promise.all(calls);
  return count;
}
