import { expect, it } from 'vitest';
import { GUIDES } from '../../src-renderer/views/apps/guides/guides.ts';
import { describePages } from './support/describe-pages.ts';
import { fitsEverywhere } from './support/fits-everywhere.ts';
import type { House } from './support/start-house.ts';

/** Asks as an app does; gives the status. */
async function ask(house: House, key: string): Promise<number> {
  const response = await fetch(`${house.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'cloud/sim-cloud-large', messages: [{ role: 'user', content: 'What is 2 + 2?' }] }),
  });
  await response.arrayBuffer();
  return response.status;
}

describePages('the apps view', ({ startHouse, open }) => {
  it('gives every known client its set-up with the address that the engine really has', async () => {
    const house = await startHouse();
    const { page, axe, go, noConsoleErrors } = await open(house, { hash: '#/apps' });
    expect(GUIDES.length).toBeGreaterThanOrEqual(12);
    for (const { id, name } of GUIDES) {
      await go('apps', `/${id}`);
      const guide = page.getByRole('article');
      await guide.getByRole('heading', { name, exact: true }).waitFor();
      // Cursor asks from its own servers: our address would be a false promise.
      if (id !== 'cursor') expect(await guide.innerText()).toContain(house.url);
    }
    await page.getByRole('link', { name: 'Claude Code' }).click();
    await page.getByText('macOS', { exact: true }).click();
    await page.getByText(`export ANTHROPIC_BASE_URL="${house.url}"`, { exact: false }).waitFor();
    await page.getByText('Windows', { exact: true }).click();
    await page.getByText(`$env:ANTHROPIC_BASE_URL = "${house.url}"`, { exact: false }).waitFor();
    await page.getByLabel('Ask for').selectOption('pointsman/private');
    await page.getByText('$env:ANTHROPIC_MODEL = "pointsman/private"', { exact: false }).waitFor();
    await axe();
    noConsoleErrors();
  });

  it('says honestly that Cursor cannot reach this machine', async () => {
    const house = await startHouse();
    const { page, noConsoleErrors } = await open(house, { hash: '#/apps/cursor' });
    await page.getByText('it cannot reach 127.0.0.1', { exact: false }).waitFor();
    noConsoleErrors();
  });

  it('puts a key’s place into every set-up as soon as keys are required', async () => {
    const house = await startHouse();
    const { page, noConsoleErrors } = await open(house, { hash: '#/apps/jan' });
    await page.getByText('Any key will do here', { exact: false }).waitFor();
    await house.control('/control/v1/settings', {
      method: 'POST',
      body: JSON.stringify({ changes: [{ path: 'access.requireKeys', value: true }] }),
    });
    await page.getByRole('article').getByText('YOUR-APP-KEY').waitFor();
    noConsoleErrors();
  });

  it('makes a key that is shown once and works, changes what it may do, and withdraws it', async () => {
    const house = await startHouse();
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/apps' });
    await page.getByText('No app has a key of its own').waitFor();
    await page.getByRole('button', { name: 'Make a key' }).click();
    await page.getByRole('button', { name: 'Make the key' }).click();
    await page.getByText('Give it a name first.').waitFor();
    await axe();
    await page.getByLabel('Name of the app').fill('Zed');
    await page.getByLabel('At most a day').fill('0.5');
    await page.getByRole('button', { name: 'Make the key' }).click();
    const made = page.getByRole('dialog', { name: 'The key of Zed' });
    const key = await made.getByText(/^pm-[0-9a-f]{48}$/).innerText();
    await axe();
    await made.getByRole('button', { name: 'I have it' }).click();
    await made.waitFor({ state: 'detached' });
    expect(await page.content()).not.toContain(key);
    const row = page.getByRole('table', { name: 'App keys' }).locator('tbody tr');
    await row.getByText('of $0.50').waitFor();
    expect(await ask(house, key)).toBe(200);
    await expect.poll(() => row.innerText()).toMatch(/\$0\.0\d/);
    await row.getByRole('button', { name: 'Change: Zed' }).click();
    await page.getByLabel('Everything it asks is private').click();
    await page.getByLabel('At most a month').fill('3');
    await page.getByRole('button', { name: 'Save' }).click();
    await row.getByText('of $3.00').waitFor();
    await row.getByText('private', { exact: true }).waitFor();
    expect(await ask(house, key)).not.toBe(200);
    await row.getByRole('button', { name: 'Withdraw: Zed' }).click();
    await page.getByText('Withdraw the key of Zed?').waitFor();
    await axe();
    await page.getByRole('dialog').getByRole('button', { name: 'Withdraw', exact: true }).click();
    await page.getByText('No app has a key of its own').waitFor();
    expect(await ask(house, key)).toBe(401);
    noConsoleErrors();
  });

  it('fits every window, in both themes, clean for axe', async () => {
    const house = await startHouse();
    await house.control('/control/v1/apps', { method: 'POST', body: JSON.stringify({ name: 'Obsidian' }) });
    await fitsEverywhere({
      open,
      house,
      hashes: [
        { hash: '#/apps', seen: 'Obsidian' },
        { hash: '#/apps/codex', seen: 'model_provider = "pointsman"' },
      ],
    });
  }, 120_000);
});
