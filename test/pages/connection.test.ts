import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { describePages } from './support/describe-pages.ts';
import { sendTraffic } from './support/send-traffic.ts';

/** Chromium tells of every call that reaches nobody. */
const UNREACHED = ['ERR_CONNECTION', 'ERR_INCOMPLETE', 'ERR_EMPTY_RESPONSE'];

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-pages-house-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describePages('the connection to the engine', ({ startHouse, open }) => {
  it('says that the engine restarts, keeps what is on show, and goes on by itself with what is new', async () => {
    const folder = makeFolder();
    const house = await startHouse({ folder });
    await sendTraffic(house, 3);
    const { page, axe, noConsoleErrors } = await open(house);
    const today = page.getByRole('region', { name: 'Today', exact: true });
    await today.getByText('3', { exact: true }).waitFor();
    await house.stop();
    await page.getByText('The engine is restarting').waitFor();
    expect(await today.getByText('3', { exact: true }).isVisible()).toBe(true);
    await axe();
    const next = await startHouse({ folder, port: Number(new URL(house.url).port) });
    await page.getByText('The engine is restarting').waitFor({ state: 'detached' });
    await sendTraffic(next, 2);
    await today.getByText('5', { exact: true }).waitFor();
    noConsoleErrors(UNREACHED);
  });

  it('says that the engine is gone when it stays away, and how to start it', async () => {
    const house = await startHouse();
    const { page, axe, noConsoleErrors } = await open(house);
    await page.getByRole('heading', { name: 'Traffic now' }).waitFor();
    await page.clock.install();
    await house.stop();
    await page.getByText('The engine is restarting').waitFor();
    await page.clock.runFor(16_000);
    await page.getByText('The engine does not answer').waitFor();
    await page.getByText('pointsman serve').waitFor();
    await axe();
    noConsoleErrors(UNREACHED);
  });

  it('offers to try now, and finds an engine that is back', async () => {
    const folder = makeFolder();
    const house = await startHouse({ folder });
    const { page, noConsoleErrors } = await open(house);
    await page.getByRole('heading', { name: 'Traffic now' }).waitFor();
    await page.clock.install();
    await house.stop();
    await page.getByText('The engine is restarting').waitFor();
    await page.clock.runFor(16_000);
    await startHouse({ folder, port: Number(new URL(house.url).port) });
    await page.getByRole('button', { name: 'Try now' }).click();
    await page.getByText('The engine does not answer').waitFor({ state: 'detached' });
    noConsoleErrors(UNREACHED);
  });

  it('says what failed where one answer is refused, and reads it again on request', async () => {
    const { page, axe, go } = await open(await startHouse());
    await page.route('**/control/v1/logs?*', (route) =>
      route.fulfill({ status: 500, json: { error: { code: 'internal', message: 'The log cannot be read now.' } } }),
    );
    await go('logs');
    await page.getByText('The log cannot be read now.').waitFor();
    await axe();
    await page.unroute('**/control/v1/logs?*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Nothing at this level yet').waitFor();
  });
});
