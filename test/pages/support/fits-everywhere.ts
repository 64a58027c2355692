import { expect } from 'vitest';
import type { PagesSuite } from './describe-pages.ts';
import type { House } from './start-house.ts';

const SIZES = [
  { width: 320, height: 640 },
  { width: 1280, height: 900 },
  { width: 3840, height: 2160 },
];

/** Fails when an address scrolls sideways or axe finds anything, in any size and theme. `seen`: a text that ends the loading. */
export async function fitsEverywhere(options: {
  open: PagesSuite['open'];
  house: House;
  hashes: readonly { hash: string; seen: string | RegExp }[];
}): Promise<void> {
  for (const viewport of SIZES) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, axe, noConsoleErrors, close } = await options.open(options.house, {
        context: { viewport, colorScheme },
      });
      for (const { hash, seen } of options.hashes) {
        await page.evaluate((to) => (location.hash = to), hash);
        await page.locator('main').getByText(seen).first().waitFor();
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(over, `${hash} at ${viewport.width}`).toBeLessThanOrEqual(0);
        await axe();
      }
      noConsoleErrors();
      await close();
    }
  }
}
