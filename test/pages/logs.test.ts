import { expect, it } from 'vitest';
import { describePages } from './support/describe-pages.ts';
import { sendOne } from './support/send-traffic.ts';
import type { House } from './support/start-house.ts';

/** A change of a setting is logged. */
async function change(house: House, path: string, value: unknown): Promise<void> {
  await house.control('/control/v1/settings', { method: 'POST', body: JSON.stringify({ changes: [{ path, value }] }) });
}

describePages('the logs view', ({ startHouse, open }) => {
  it('shows new lines as they are written, newest first, without any prompt', async () => {
    const house = await startHouse({ settings: { log: { level: 'debug' } } });
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/logs?level=debug' });
    await page.getByText('Nothing at this level yet').waitFor();
    await sendOne(house, 0);
    const lines = page.getByRole('list', { name: 'Log lines' }).getByRole('listitem');
    await change(house, 'limits.queueLength', 11);
    await lines.getByText('limits.queueLength').waitFor();
    await change(house, 'limits.queueWaitMs', 12_000);
    await lines.first().getByText('limits.queueWaitMs').waitFor();
    expect(await lines.allInnerTexts()).not.toContainEqual(expect.stringContaining('17 + 25'));
    await axe();
    noConsoleErrors();
  });

  it('narrows the lines by level and by words, and keeps both in the address', async () => {
    const house = await startHouse();
    await change(house, 'limits.queueLength', 11);
    const { page, noConsoleErrors } = await open(house, { hash: '#/logs' });
    await page.getByLabel('Search').fill('SETTINGS queue');
    await page.getByText('limits.queueLength').waitFor();
    await page.getByLabel('Search').fill('surely nowhere');
    await page.getByText('No line holds these words').waitFor();
    await page.getByLabel('Search').press('Enter');
    await page.getByText('Errors', { exact: true }).click();
    await page.getByText('Nothing at this level yet').waitFor();
    expect(new URL(page.url()).hash).toBe('#/logs?level=error&search=surely+nowhere');
    noConsoleErrors();
  });

  it('copies the lines that are shown', async () => {
    const house = await startHouse();
    await change(house, 'limits.queueLength', 11);
    await change(house, 'limits.queueLength', 12);
    const { page, noConsoleErrors } = await open(house, {
      hash: '#/logs',
      context: { permissions: ['clipboard-read', 'clipboard-write'] },
    });
    await page.getByRole('button', { name: 'Copy these lines' }).click();
    await page.getByText('The lines are on the clipboard').waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    const shown = await page.getByRole('list', { name: 'Log lines' }).getByRole('listitem').count();
    expect(copied.split('\n')).toHaveLength(shown);
    noConsoleErrors();
  });
});
