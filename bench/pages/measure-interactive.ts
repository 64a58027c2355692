import type { Browser } from 'playwright-core';

interface Place {
  url: string;
  token: string;
}

/** A first load and loads with the cache of a new browser each time: milliseconds until the overview can be used. */
export async function measureInteractive(browser: Browser, place: Place, loads: number): Promise<number[]> {
  const times: number[] = [];
  for (let load = 0; load < loads; load += 1) times.push(await measureLoad(browser, place));
  return times;
}

/**
 * From the start of the navigation until every figure of the overview is painted and the main thread has nothing long
 * left to do: the later of the frame after the last figure, and the end of the last long task before a quiet half second.
 */
async function measureLoad(browser: Browser, { url, token }: Place): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript((kept) => {
    sessionStorage.setItem('pointsman.token', kept);
    const marks = { readyMs: 0, longMs: 0 };
    Object.assign(window, { marks });
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) marks.longMs = startTime + duration;
    }).observe({ type: 'longtask', buffered: true });
    const look = () => {
      const isThere = document.querySelector('main table tbody tr') !== null;
      const isWaiting = document.querySelector('main .animate-pulse') !== null;
      if (isThere && !isWaiting) requestAnimationFrame(() => (marks.readyMs = performance.now()));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, token);
  await page.goto(url);
  await page.waitForFunction(() => {
    const { marks } = window as unknown as { marks: { readyMs: number; longMs: number } };
    return marks.readyMs > 0 && performance.now() - Math.max(marks.readyMs, marks.longMs) > 500;
  });
  const interactiveMs = await page.evaluate(() => {
    const { marks } = window as unknown as { marks: { readyMs: number; longMs: number } };
    return Math.max(marks.readyMs, marks.longMs);
  });
  await context.close();
  return interactiveMs;
}
