import { setTimeout as wait } from 'node:timers/promises';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { growthInTenMinutes, toMegabytes, type HeapSample, type OpenFigures } from './figures.ts';
import { sendSteadily } from './send-requests.ts';

const REQUESTS_PER_SECOND = 20;
const SAMPLE_EVERY_MS = 5_000;
/** Until the first things that are made only once are made. */
const WARM_UP_MS = 15_000;

/** Leaves the overview open under a steady stream of requests, and looks at its heap after a collection each time. */
export async function measureOpen(options: {
  browser: Browser;
  url: string;
  token: string;
  durationMs: number;
}): Promise<OpenFigures> {
  const { browser, url, token, durationMs } = options;
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript((kept) => sessionStorage.setItem('pointsman.token', kept), token);
  await countEvents(page);
  await page.goto(url);
  await page.locator('main table tbody tr').first().waitFor();
  const devTools = await context.newCDPSession(page);
  const samples: HeapSample[] = [];
  const sending = sendSteadily(url, REQUESTS_PER_SECOND, WARM_UP_MS + durationMs);
  await wait(WARM_UP_MS);
  const endMs = performance.now() + durationMs;
  while (performance.now() < endMs) {
    samples.push(await readHeap(devTools));
    await wait(Math.min(SAMPLE_EVERY_MS, Math.max(0, endMs - performance.now())));
  }
  const sent = await sending;
  const received = await readEvents(page, sent);
  await context.close();
  return toFigures({ samples, sent, received, seconds: durationMs / 1_000 });
}

/** Every event's data is parsed once: counts those of requests, which are known by a field that no other topic has. */
async function countEvents(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const counted = { events: 0 };
    Object.assign(window, { counted });
    const { parse } = JSON;
    JSON.parse = (text: string, reviver?: Parameters<typeof parse>[1]): unknown => {
      if (text.includes('"overheadMs":')) counted.events += 1;
      return parse(text, reviver);
    };
  });
}

/** The last ones are written down a moment later. */
async function readEvents(page: Page, expected: number): Promise<number> {
  const read = () => page.evaluate(() => (window as unknown as { counted: { events: number } }).counted.events);
  for (let tries = 0; tries < 50 && (await read()) < expected; tries += 1) await wait(100);
  return read();
}

async function readHeap(devTools: CDPSession): Promise<HeapSample> {
  await devTools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devTools.send('Runtime.getHeapUsage');
  const { nodes } = await devTools.send('Memory.getDOMCounters');
  return { atMs: performance.now(), heapBytes: usedSize, domNodes: nodes };
}

function toFigures(measured: {
  samples: readonly HeapSample[];
  sent: number;
  received: number;
  seconds: number;
}): OpenFigures {
  const { samples, sent, received, seconds } = measured;
  const [first, last] = [samples[0], samples.at(-1)];
  return {
    seconds,
    requestsPerSecond: REQUESTS_PER_SECOND,
    sent,
    received,
    heapMbAtFirst: toMegabytes(first?.heapBytes ?? NaN),
    heapMbAtLast: toMegabytes(last?.heapBytes ?? NaN),
    growthMbInTenMinutes: Math.round(growthInTenMinutes(samples) * 100) / 100,
    domNodesAtFirst: first?.domNodes ?? NaN,
    domNodesAtLast: last?.domNodes ?? NaN,
  };
}
