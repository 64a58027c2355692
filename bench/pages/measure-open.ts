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
  await page.goto(url);
  await page.locator('main table tbody tr').first().waitFor();
  await countRows(page);
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
  const shown = await readRows(page, sent);
  await context.close();
  return toFigures({ samples, sent, shown, seconds: durationMs / 1_000 });
}

/** Every request is one row that is added to the list of the latest ones: those that never came are not added. */
async function countRows(page: Page): Promise<void> {
  await page.evaluate(() => {
    const counted = { rows: 0 };
    Object.assign(window, { counted });
    const body = document.querySelector('main table tbody');
    if (body === null) throw new Error('there is no list of requests');
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) {
        for (const node of addedNodes) if (node.nodeName === 'TR') counted.rows += 1;
      }
    }).observe(body, { childList: true });
  });
}

/** The last ones are written down a moment later. */
async function readRows(page: Page, expected: number): Promise<number> {
  const read = () => page.evaluate(() => (window as unknown as { counted: { rows: number } }).counted.rows);
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
  shown: number;
  seconds: number;
}): OpenFigures {
  const { samples, sent, shown, seconds } = measured;
  const [first, last] = [samples[0], samples.at(-1)];
  return {
    seconds,
    requestsPerSecond: REQUESTS_PER_SECOND,
    sent,
    shown,
    heapMbAtFirst: toMegabytes(first?.heapBytes ?? NaN),
    heapMbAtLast: toMegabytes(last?.heapBytes ?? NaN),
    growthMbInTenMinutes: Math.round(growthInTenMinutes(samples) * 100) / 100,
    domNodesAtFirst: first?.domNodes ?? NaN,
    domNodesAtLast: last?.domNodes ?? NaN,
  };
}
