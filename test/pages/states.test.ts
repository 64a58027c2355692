import { expect, it } from 'vitest';
import { describePages } from './support/describe-pages.ts';
import { sendTraffic } from './support/send-traffic.ts';

const VIEWS = [
  { view: 'spend', ready: 'Where it went' },
  { view: 'machine', ready: 'Sensors' },
  { view: 'optimizer', ready: 'What if?' },
  { view: 'background', ready: 'Jobs' },
  { view: 'settings', ready: 'Limits and times' },
] as const;
const WIDTHS = [320, 1280, 2560, 3840] as const;
const THEMES = ['light', 'dark'] as const;

describePages('every state of a view', ({ startHouse, open }) => {
  it.each(VIEWS)(
    '$view fits every width in both themes, clean for axe',
    { timeout: 60_000 },
    async ({ view, ready }) => {
      const house = await startHouse();
      await sendTraffic(house, 8);
      for (const width of WIDTHS) {
        for (const colorScheme of THEMES) {
          const context = { viewport: { width, height: 900 }, colorScheme };
          const { page, axe, noConsoleErrors, close } = await open(house, { hash: `#/${view}`, context });
          await page.getByRole('heading', { name: ready }).waitFor();
          expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
          await axe();
          noConsoleErrors();
          await close();
        }
      }
    },
  );

  it.each(VIEWS)('$view says why it cannot be read, and reads it when asked again', async ({ view, ready }) => {
    const house = await startHouse();
    await sendTraffic(house, 8);
    const error = { code: 'internal', message: 'The disk does not answer.' };
    const calls = /\/control\/v1\/(?!events|setup$)/;
    const { page, axe, noConsoleErrors } = await open(house, {
      hash: `#/${view}`,
      before: async (opening) => {
        await opening.route(calls, (route) => route.fulfill({ status: 500, json: { error } }));
      },
    });
    await page.getByText('The disk does not answer.').first().waitFor();
    await axe();
    await page.unroute(calls);
    const retry = page.getByRole('button', { name: 'Try again' });
    // One of them may stand for several parts, and what is old may be read again by itself meanwhile.
    while ((await retry.count()) > 0) {
      await retry
        .first()
        .click({ timeout: 2_000 })
        .catch(() => undefined);
    }
    await page.getByRole('heading', { name: ready }).waitFor();
    noConsoleErrors(['500']);
  });

  it.each(VIEWS)('$view is drawn in outline while it is read, clean for axe', async ({ view }) => {
    const house = await startHouse();
    const { page, axe, noConsoleErrors } = await open(house, {
      hash: `#/${view}`,
      before: async (opening) => {
        await opening.route(/\/control\/v1\/(?!events|setup$)/, () => undefined);
      },
    });
    await page.getByText('Loading', { exact: true }).first().waitFor({ state: 'attached' });
    await axe();
    noConsoleErrors();
  });
});
