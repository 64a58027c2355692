import { expect, it } from 'vitest';
import { VIEW_NAMES } from '../../src-shared/bridge.ts';
import { describePages } from './support/describe-pages.ts';

describePages('the frame around the views', ({ startHouse, open }) => {
  it('leads to every view by a link, with its title and the focus on its start', async () => {
    const { page, noConsoleErrors } = await open(await startHouse());
    for (const name of VIEW_NAMES.slice(1)) {
      await page.getByRole('navigation').locator(`a[href="#/${name}"]:visible`).click();
      await page.waitForFunction((view) => document.title.toLowerCase() === `${view} · pointsman`, name);
      await page.locator('main h1').first().waitFor({ state: 'attached' });
      await page.waitForFunction(() => document.activeElement?.id === 'main');
    }
    noConsoleErrors();
  });

  it('takes an address that names no view for the overview', async () => {
    const { page } = await open(await startHouse(), { hash: '#/../../etc/passwd' });
    await page.waitForFunction(() => document.title === 'Overview · Pointsman');
    expect(await page.getByRole('heading', { name: 'Traffic now' }).isVisible()).toBe(true);
  });

  it('can be walked through by keyboard: skip link, shortcuts, help', async () => {
    const { page, axe, noConsoleErrors } = await open(await startHouse());
    await page.getByRole('heading', { name: 'Traffic now' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
    await page.keyboard.press('g');
    await page.keyboard.press('l');
    await page.waitForFunction(() => document.title === 'Logs · Pointsman');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await axe();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    noConsoleErrors();
  });

  it('does not take what is typed into a field for a shortcut', async () => {
    const { page } = await open(await startHouse(), { hash: '#/logs' });
    await page.getByLabel('Search').pressSequentially('go?');
    expect(await page.title()).toBe('Logs · Pointsman');
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it('keeps every view within reach on a narrow screen', async () => {
    const { page, axe, noConsoleErrors } = await open(await startHouse(), {
      context: { viewport: { width: 320, height: 640 } },
    });
    await page.getByRole('button', { name: 'More' }).click();
    await axe();
    await page.getByRole('link', { name: 'Logs' }).click();
    await page.waitForFunction(() => document.title === 'Logs · Pointsman');
    expect(await page.getByRole('link', { name: 'Settings' }).count()).toBe(0);
    noConsoleErrors();
  });

  it('shows a notice of the engine once, with the way to more, until it is dismissed', async () => {
    const house = await startHouse();
    const { page, axe } = await open(house);
    await page.getByRole('heading', { name: 'Traffic now' }).waitFor();
    await house.engines.stop();
    const notices = page.getByRole('region', { name: 'Notices' });
    await notices.getByText('Ollama is gone').waitFor();
    expect(await notices.getByRole('link', { name: 'Show: Models' }).getAttribute('href')).toBe('#/models');
    await axe();
    await notices.getByRole('button', { name: 'Dismiss' }).click();
    await notices.getByText('Ollama is gone').waitFor({ state: 'detached' });
  });
});
