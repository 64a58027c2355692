import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, onTestFinished } from 'vitest';
import { buildPages } from './build-pages.ts';
import { findChromium } from './find-chromium.ts';
import type { JobState } from './jobs/job-script.ts';
import { startJobDoor, type JobHouse } from './jobs/start-job-door.ts';
import { launchChromium } from './launch-chromium.ts';
import { openPage, type OpenPage, type OpenPageOptions } from './open-page.ts';
import { startHouse, type House, type HouseOptions } from './start-house.ts';

/** What a test of the pages has at hand; all of it ends with the test. */
export interface PagesSuite {
  startHouse: (options?: HouseOptions) => Promise<House>;
  /** A house whose background work is scripted, because nobody can wait for a night. */
  startJobHouse: (state: JobState, options?: HouseOptions) => Promise<JobHouse>;
  open: (house: OpenPageOptions['house'], options?: Omit<OpenPageOptions, 'browser' | 'house'>) => Promise<OpenPage>;
}

/** Tests in a real Chromium against a real engine; skipped, loudly, where there is no Chromium. */
export function describePages(name: string, tests: (suite: PagesSuite) => void): void {
  const executable = findChromium();
  describe.skipIf(executable === null)(name, () => {
    let browser: Browser | null = null;
    beforeAll(async () => {
      await buildPages();
      browser = await launchChromium(executable ?? '');
    }, 120_000);
    afterAll(() => browser?.close());
    tests({
      async startHouse(options) {
        const house = await startHouse(options);
        onTestFinished(() => house.stop());
        return house;
      },
      async startJobHouse(state, options) {
        const house = await startJobDoor(await startHouse(options), state);
        onTestFinished(() => house.stop());
        return house;
      },
      async open(house, options) {
        if (browser === null) throw new Error('Chromium did not start');
        const opened = await openPage({ browser, house, ...options });
        onTestFinished(() => opened.close());
        return opened;
      },
    });
  });
}
