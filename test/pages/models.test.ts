import type { Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { JsonServer } from '../support/json-server.ts';
import { describePages } from './support/describe-pages.ts';
import { fitsEverywhere } from './support/fits-everywhere.ts';
import { sendTraffic } from './support/send-traffic.ts';

const RIGHT = 'sk-right-0123456789';

/** A provider that speaks OpenAI's protocol and knows one key. */
async function startCloud(): Promise<JsonServer> {
  const server = await JsonServer.start({
    'GET /v1/models': ({ headers }) =>
      headers.authorization === `Bearer ${RIGHT}`
        ? { body: { object: 'list', data: [{ id: 'tall-model' }, { id: 'small-model' }] } }
        : { status: 401, body: { error: { message: 'Incorrect API key provided', code: 'invalid_api_key' } } },
  });
  onTestFinished(() => server.close());
  return server;
}

async function typeInServer(page: Page, typed: { url: string; key: string }): Promise<void> {
  await page.getByRole('button', { name: 'Add a provider' }).click();
  await page.getByLabel('Search providers').fill('tall');
  await page.getByRole('button', { name: 'Another server' }).click();
  await page.getByLabel('Base URL').fill(typed.url);
  await page.getByLabel('Name').fill('Tall cloud');
  await page.getByLabel('Counts as').selectOption('cloud');
  await page.getByLabel('API key').fill(typed.key);
}

const cardOf = (page: Page, name: string) =>
  page.getByRole('listitem').filter({ has: page.getByRole('heading', { name, level: 3 }) });

describePages('the models view', ({ startHouse, open }) => {
  it('adds a provider only once its key is right, and says what was wrong before', async () => {
    const [house, cloud] = await Promise.all([startHouse(), startCloud()]);
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/models' });
    await typeInServer(page, { url: `${cloud.origin}/v1`, key: 'sk-wrong' });
    await page.getByRole('button', { name: 'Test and add' }).click();
    await page.getByText('Wrong key').waitFor();
    await axe();
    await page.getByLabel('API key').fill(RIGHT);
    await page.getByRole('button', { name: 'Test and add' }).click();
    await page.getByText('Tall cloud is ready with 2 models.').waitFor();
    await cardOf(page, 'Tall cloud').getByText('stored').waitFor();
    await page.getByRole('table', { name: 'Models' }).getByText('tall-model').waitFor();
    expect(await page.content()).not.toContain(RIGHT);
    await axe();
    noConsoleErrors();
  });

  it('says that the address is wrong where nobody answers, and adds it all the same if asked to', async () => {
    const house = await startHouse();
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/models' });
    await typeInServer(page, { url: 'http://127.0.0.1:9/v1', key: RIGHT });
    await page.getByRole('button', { name: 'Test and add' }).click();
    await page.getByText('Wrong address').waitFor();
    await axe();
    await page.getByRole('button', { name: 'Add it all the same' }).click();
    await cardOf(page, 'Tall cloud').waitFor();
    noConsoleErrors();
  });

  it('tests a provider, replaces its key, switches it off and removes it after asking', async () => {
    const [house, cloud] = await Promise.all([startHouse(), startCloud()]);
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/models' });
    await typeInServer(page, { url: `${cloud.origin}/v1`, key: RIGHT });
    await page.getByRole('button', { name: 'Test and add' }).click();
    const card = cardOf(page, 'Tall cloud');
    await card.getByRole('button', { name: 'Test' }).click();
    await card.getByText('Works').waitFor();
    await card.getByRole('button', { name: 'Replace the key' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('New key').fill('sk-wrong');
    await dialog.getByRole('button', { name: 'Test and swap' }).click();
    await dialog.getByText('Wrong key').waitFor();
    await axe();
    await page.keyboard.press('Escape');
    // The wrong one has not taken the old one's place.
    await card.getByRole('button', { name: 'Test' }).click();
    await card.getByText('Works').waitFor();
    await card.getByRole('button', { name: 'Replace the key' }).click();
    await dialog.getByLabel('New key').fill(RIGHT);
    await dialog.getByRole('button', { name: 'Test and swap' }).click();
    await dialog.getByText('Works').waitFor();
    await axe();
    await page.keyboard.press('Escape');
    await card.getByRole('switch').click();
    await card.getByText('Switched off', { exact: true }).waitFor();
    await card.getByRole('button', { name: 'Remove' }).click();
    await page.getByText('Remove Tall cloud?').waitFor();
    await axe();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await card.waitFor({ state: 'detached' });
    noConsoleErrors();
  });

  it('is led to from a finding about a key, and forgets that once the dialog is closed', async () => {
    const [house, cloud] = await Promise.all([startHouse(), startCloud()]);
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/models' });
    await typeInServer(page, { url: `${cloud.origin}/v1`, key: RIGHT });
    await page.getByRole('button', { name: 'Test and add' }).click();
    await cardOf(page, 'Tall cloud').getByText('stored').waitFor();
    await page.evaluate(() => (location.hash = '#/models?rotate=tall-cloud'));
    const dialog = page.getByRole('dialog', { name: 'Replace the key of Tall cloud' });
    await dialog.getByText('Then withdraw the old key at Tall cloud').waitFor();
    await axe();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await page.evaluate(() => location.hash)).toBe('#/models');
    noConsoleErrors();
  });

  it('uses a key that cannot be proven only when the person insists', async () => {
    const [house, cloud] = await Promise.all([startHouse(), startCloud()]);
    const { page } = await open(house, { hash: '#/models' });
    await typeInServer(page, { url: `${cloud.origin}/v1`, key: RIGHT });
    await page.getByRole('button', { name: 'Test and add' }).click();
    const card = cardOf(page, 'Tall cloud');
    await card.getByRole('button', { name: 'Replace the key' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('New key').fill('sk-tomorrow');
    await dialog.getByRole('button', { name: 'Test and swap' }).click();
    await dialog.getByRole('button', { name: 'Use it all the same' }).click();
    await dialog.getByText('Wrong key').waitFor();
    await page.keyboard.press('Escape');
    await card.getByRole('button', { name: 'Test' }).click();
    await card.getByText('Wrong key').waitFor();
  });

  it('asks for what a catalogue entry needs, and tells what it does with prompts', async () => {
    const house = await startHouse();
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/models' });
    await page.getByRole('button', { name: 'Add a provider' }).click();
    await axe();
    await page.getByLabel('Search providers').fill('cloudfl');
    await page.getByRole('button', { name: 'Cloudflare Workers AI' }).click();
    await page.getByLabel('Account').waitFor();
    await page.getByText('What it says it does with prompts').waitFor();
    expect(await page.getByRole('link', { name: 'Get a key' }).getAttribute('href')).toMatch(/^https:/);
    await axe();
    noConsoleErrors();
  });

  it('lists the models with what they can and cost, filters them, and unloads one', async () => {
    const house = await startHouse();
    await sendTraffic(house, 8);
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/models' });
    const rows = page.getByRole('table', { name: 'Models' }).locator('tbody tr');
    await page.getByText('6 models', { exact: true }).waitFor();
    await rows.filter({ hasText: 'sim-cloud-large' }).getByText('$3.00 in, $15.00 out').waitFor();
    await page.getByRole('searchbox', { name: 'Filter models' }).fill('sim-llama');
    await page.getByText('1 of 6 models').waitFor();
    const unload = rows.getByRole('button', { name: 'Unload: ollama/sim-llama:3b' });
    await unload.click();
    await page.getByText('1 model was unloaded.').waitFor();
    await unload.waitFor({ state: 'detached' });
    await axe();
    noConsoleErrors();
  });

  it('helps where Ollama is missing', async () => {
    const house = await startHouse({
      hasProviders: false,
      settings: { ollama: { enabled: true, baseUrl: 'http://127.0.0.1:9' } },
    });
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/models' });
    await page.getByRole('heading', { name: 'Ollama is not running' }).waitFor();
    await page.getByText('Looked at http://127.0.0.1:9.').waitFor();
    await page.getByText('No provider yet').waitFor();
    await axe();
    noConsoleErrors();
  });

  it('fits every window, in both themes, clean for axe', async () => {
    const house = await startHouse();
    await sendTraffic(house, 4);
    await fitsEverywhere({ open, house, hashes: [{ hash: '#/models', seen: 'sim-cloud-large' }] });
  }, 120_000);
});
