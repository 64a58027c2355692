import { expect, it } from 'vitest';
import { describePages } from './support/describe-pages.ts';
import { morningState, newState } from './support/jobs/job-script.ts';
import { sendOne, sendTraffic } from './support/send-traffic.ts';

describePages('the overview', ({ startHouse, startJobHouse, open }) => {
  it('shows the address to paste until there is a first request, which then appears by itself', async () => {
    const house = await startHouse();
    const { page, axe, noConsoleErrors } = await open(house);
    await page.getByText('Waiting for the first request').waitFor();
    await page.getByText(house.url, { exact: true }).waitFor();
    await axe();
    await sendOne(house, 0);
    await page.getByRole('table', { name: 'Latest requests' }).getByText('open-webui').waitFor();
    noConsoleErrors();
  });

  it('counts today’s requests on both tracks as they come', async () => {
    const house = await startHouse();
    await sendTraffic(house, 8);
    const { page, axe, noConsoleErrors } = await open(house);
    const today = page.getByRole('region', { name: 'Today', exact: true });
    await today.getByText('8', { exact: true }).waitFor();
    await today.getByText('1 failed').waitFor();
    await sendOne(house, 0);
    await today.getByText('9', { exact: true }).waitFor();
    await axe();
    noConsoleErrors();
  });

  it('tells why background work is held back as soon as the machine says so', async () => {
    const house = await startHouse();
    const { page, axe, noConsoleErrors } = await open(house);
    const gate = page.getByRole('region', { name: 'Background work' });
    house.machine.set({ source: 'battery', batteryPercent: 34, charging: false });
    await gate.getByText('Held back').waitFor();
    await gate
      .getByText(/on battery/i)
      .first()
      .waitFor();
    await axe();
    noConsoleErrors();
  });

  it('says in one line what background work is doing, as it goes on, with the way to more', async () => {
    const house = await startJobHouse(newState());
    const { page, axe, noConsoleErrors } = await open(house);
    const gate = page.getByRole('region', { name: 'Background work' });
    await gate.getByText('Nothing is due: the next job is the backup, tonight.').waitFor();
    expect(await gate.getByRole('link', { name: 'Jobs' }).getAttribute('href')).toBe('#/background');
    house.tell({ topic: 'jobs', data: morningState().jobs });
    await gate.getByText('Shadow evaluation: 68 of 200').waitFor();
    await gate.getByRole('progressbar', { name: 'Progress: Shadow evaluation' }).waitFor();
    await axe();
    noConsoleErrors();
  });

  it('cuts no name of a condition short, however narrow the card is', async () => {
    const { page } = await open(await startHouse(), { context: { viewport: { width: 1040, height: 900 } } });
    const labels = page.getByRole('region', { name: 'Background work' }).locator('li > span');
    await labels.first().waitFor();
    const cut = await labels.evaluateAll((all) => all.filter((each) => each.scrollWidth > each.clientWidth).length);
    expect(cut).toBe(0);
  });

  it.each([
    { width: 320, height: 640 },
    { width: 375, height: 812 },
    { width: 1280, height: 900 },
    { width: 2560, height: 1440 },
    { width: 3840, height: 2160 },
  ])('fits $width pixels without scrolling sideways, in both themes, clean for axe', async (viewport) => {
    const house = await startHouse();
    await sendTraffic(house, 8);
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, axe, noConsoleErrors, close } = await open(house, { context: { viewport, colorScheme } });
      await page.getByRole('table', { name: 'Latest requests' }).waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      await axe();
      noConsoleErrors();
      await close();
    }
  });

  it('is laid out before its figures are there: nothing moves when they arrive', async () => {
    const house = await startHouse();
    await sendTraffic(house, 8);
    const { page } = await open(house);
    await page.getByRole('table', { name: 'Latest requests' }).waitFor();
    const shift = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let sum = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) sum += (entry as PerformanceEntry & { value: number }).value;
          }).observe({ type: 'layout-shift', buffered: true });
          setTimeout(() => resolve(sum), 500);
        }),
    );
    expect(shift).toBeLessThan(0.02);
  });
});
