import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { settingsView, type SettingsView } from '../../src-shared/settings-view.ts';
import { describePages } from './support/describe-pages.ts';
import { sendTraffic } from './support/send-traffic.ts';
import type { House } from './support/start-house.ts';

async function read(house: House): Promise<SettingsView['settings']> {
  return settingsView.parse(await (await house.control('/control/v1/settings')).json()).settings;
}
async function set(house: House, path: string, value: unknown): Promise<void> {
  await house.control('/control/v1/settings', { method: 'POST', body: JSON.stringify({ changes: [{ path, value }] }) });
}
const fieldOf = (page: Page, path: string): Locator => page.locator(`[data-setting="${path}"]`);

/** Types into a field and leaves it, as one who is done with it. */
async function fill(field: Locator, text: string): Promise<void> {
  await field.fill(text);
  await field.blur();
}

describePages('the settings view', ({ startHouse, open }) => {
  it('saves a field when the person leaves it, the engine follows, and it can be taken back', async () => {
    const house = await startHouse();
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/settings' });
    await fill(page.getByLabel('Requests in the queue', { exact: true }), '17');
    await page.getByText('Requests in the queue: saved').waitFor();
    expect((await read(house)).limits.queueLength).toBe(17);
    await axe();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Requests in the queue: as it was').waitFor();
    expect((await read(house)).limits.queueLength).toBe(256);
    expect(await page.getByLabel('Requests in the queue', { exact: true }).inputValue()).toBe('256');
    noConsoleErrors();
  });

  it('names the limit below a field while it is typed, and saves nothing', async () => {
    const house = await startHouse();
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/settings' });
    const port = page.getByLabel('Port', { exact: true });
    await fill(port, '70000');
    await fieldOf(page, 'gateway.port').getByText('At most 65535.').waitFor();
    expect(await port.getAttribute('aria-invalid')).toBe('true');
    await axe();
    await fill(page.getByLabel('Budget for a day', { exact: true }), '');
    await page.getByLabel('Budget for a day', { exact: true }).pressSequentially('1-2');
    await page.getByLabel('Budget for a day', { exact: true }).blur();
    await fieldOf(page, 'budgets.total.dayUsd').getByText('This is not a number.').waitFor();
    await fill(page.getByLabel('Connections at once', { exact: true }), '99');
    await page.getByText('Connections at once: saved').waitFor();
    const { gateway, budgets } = await read(house);
    expect([gateway.port, gateway.maxConnections, budgets.total.dayUsd]).toEqual([0, 99, null]);
    noConsoleErrors();
  });

  it('has the right control for every kind of setting, and the engine follows each', async () => {
    const house = await startHouse();
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/settings' });
    await page.getByRole('switch', { name: 'Local only' }).click();
    await page.getByLabel('Strategy').selectOption('Cheap');
    await page.getByLabel('Nobody sits at this machine').selectOption('Yes');
    await fill(page.getByLabel('Share that goes to the cloud', { exact: true }), '25');
    await fill(page.getByLabel('Time to connect to a provider', { exact: true }), '2.5');
    await fill(page.getByLabel('A request may cost', { exact: true }), '');
    await fill(page.getByLabel('Further host names', { exact: true }), 'pi.lan\n\nnas.lan\n');
    await page.getByLabel('Memory for local models', { exact: true }).selectOption('A share of what there is');
    await fill(page.getByLabel('Reference for savings', { exact: true }), 'sim-cloud/sim-cloud-mini');
    const standIns = fieldOf(page, 'models.substitutions');
    await standIns.getByRole('button', { name: 'Add' }).click();
    await fill(standIns.getByLabel('Answered by'), 'ollama/sim-qwen:8b');
    await standIns.getByText('A line without its first field is not saved yet.').waitFor();
    await fill(standIns.getByLabel('Asked for'), 'gpt-4o');
    await page.getByText('Stand-ins: saved').waitFor();
    const budgets = fieldOf(page, 'budgets.providers');
    await budgets.getByRole('button', { name: 'Add' }).click();
    await fill(budgets.getByLabel('Provider', { exact: true }), 'sim-cloud');
    await fill(budgets.getByLabel('A day, USD'), '2');
    await expect
      .poll(async () => (await read(house)).budgets.providers)
      .toEqual({ 'sim-cloud': { dayUsd: 2, monthUsd: null } });
    await axe();
    const now = await read(house);
    expect(now).toMatchObject({
      privacy: { localOnly: true },
      optimizer: { strategy: 'cost_focused', cloudShare: 0.25 },
      gate: { headless: true },
      timeouts: { connectMs: 2_500 },
      gateway: { allowedHosts: ['pi.lan', 'nas.lan'] },
      constraints: { memoryMb: 'auto', maxCostPerRequestUsd: null },
      models: { substitutions: { 'gpt-4o': 'ollama/sim-qwen:8b' } },
    });
    expect(now.budgets.referenceModel).toBe('sim-cloud/sim-cloud-mini');
    noConsoleErrors();
  });

  it('edits prices line by line, and tells what is missing in which', async () => {
    const house = await startHouse();
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/settings?search=prices of your own' });
    const prices = fieldOf(page, 'prices.overrides');
    await prices.getByRole('button', { name: 'Add' }).click();
    await fill(prices.getByLabel('PROVIDER/MODEL').last(), 'sim-cloud/new');
    await prices.getByText('Line 4: A number is needed.').waitFor();
    await axe();
    await fill(prices.getByLabel('Input', { exact: true }).last(), '1');
    await fill(prices.getByLabel('Output').last(), '2');
    await page.getByText('Prices of your own: saved').waitFor();
    await prices.getByRole('button', { name: 'Remove sim-cloud/sim-cloud-embed' }).click();
    await expect
      .poll(async () => (await read(house)).prices.overrides.map(({ endpoint }) => endpoint))
      .toEqual(['sim-cloud/sim-cloud-large', 'sim-cloud/sim-cloud-mini', 'sim-cloud/new']);
    noConsoleErrors();
  });

  it('resets a field, and a group at once', async () => {
    const house = await startHouse({
      settings: { heartbeat: { firstMs: 1_000, everyMs: 2_000 }, limits: { queueLength: 9 } },
    });
    const { page, noConsoleErrors } = await open(house, { hash: '#/settings' });
    await fieldOf(page, 'limits.queueLength').getByText('Default: 256').waitFor();
    await page.getByRole('button', { name: 'Reset: Requests in the queue' }).click();
    await page.getByText('Requests in the queue: back to the default').waitFor();
    expect((await read(house)).limits.queueLength).toBe(256);
    await page.getByRole('button', { name: 'Reset these: Limits and times' }).click();
    await page.getByText('Limits and times: back to the default').waitFor();
    expect((await read(house)).heartbeat).toEqual({ firstMs: 3_000, everyMs: 10_000 });
    expect(await page.getByRole('button', { name: 'Reset these: Limits and times' }).count()).toBe(0);
    noConsoleErrors();
  });

  it('shows what was changed elsewhere, and does not disturb what is being typed', async () => {
    const house = await startHouse();
    const { page, noConsoleErrors } = await open(house, { hash: '#/settings' });
    const connections = page.getByLabel('Connections at once', { exact: true });
    await connections.fill('77');
    await set(house, 'limits.queueLength', 33);
    await expect.poll(() => page.getByLabel('Requests in the queue', { exact: true }).inputValue()).toBe('33');
    expect(await connections.inputValue()).toBe('77');
    noConsoleErrors();
  });

  it('shows at the field why the engine refused', async () => {
    const house = await startHouse();
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/settings' });
    await page.getByLabel('Requests in the queue', { exact: true }).waitFor();
    const error = { code: 'invalid_request', message: 'The disk is full. Nothing was changed.' };
    await page.route('**/control/v1/settings', (route) => route.fulfill({ status: 400, json: { error } }));
    await fill(page.getByLabel('Requests in the queue', { exact: true }), '5');
    await fieldOf(page, 'limits.queueLength').getByText('The disk is full. Nothing was changed.').waitFor();
    expect(await page.getByLabel('Requests in the queue', { exact: true }).inputValue()).toBe('5');
    await axe();
    noConsoleErrors(['400']);
  });

  it('tells which settings wait for the next start', async () => {
    const house = await startHouse();
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/settings' });
    await page.getByRole('switch', { name: 'Answer in Ollama’s place, too' }).click();
    await page.getByText('These hold from the next start of Pointsman on: Answer in Ollama’s place, too').waitFor();
    await fieldOf(page, 'gateway.ollamaPlace.enabled').getByText('from the next start on').waitFor();
    await axe();
    noConsoleErrors();
  });

  it('finds settings by words, keeps them in the address, and says when there is none', async () => {
    const house = await startHouse();
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/settings' });
    await page.getByLabel('Search the settings').fill('ollama port');
    await expect.poll(() => page.locator('[data-setting]').count()).toBeLessThan(5);
    expect(new URL(page.url()).hash).toBe('#/settings?search=ollama+port');
    await page.getByLabel('Search the settings').fill('surely nowhere');
    await page.getByText('No setting is called that').waitFor();
    await axe();
    await page.getByRole('button', { name: 'Clear the search' }).click();
    await page.getByRole('heading', { name: 'Limits and times' }).waitFor();
    noConsoleErrors();
  });

  it('exports a file without keys, and takes it over again with what is missing told', async () => {
    const keyed = {
      id: 'far',
      name: 'Far',
      kind: 'openai',
      track: 'cloud',
      baseUrl: 'https://far.invalid/v1',
      enabled: true,
    };
    const house = await startHouse({ settings: { providers: [keyed], limits: { queueLength: 44 } } });
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/settings' });
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export', exact: true }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^pointsman-settings-\d{4}-\d\d-\d\d\.json$/);
    const buffer = readFileSync(await download.path());
    await set(house, 'limits.queueLength', 1);
    await page
      .getByLabel('File with exported settings')
      .setInputFiles({ name: 'it.json', mimeType: 'application/json', buffer });
    await page.getByRole('dialog', { name: 'Take over these settings?' }).waitFor();
    await axe();
    await page.getByRole('button', { name: 'Take over' }).click();
    await page.getByText('The settings were taken over.').waitFor();
    await page.getByText('Keys are never exported. These need theirs here: far').waitFor();
    expect((await read(house)).limits.queueLength).toBe(44);
    await expect.poll(() => page.getByLabel('Requests in the queue', { exact: true }).inputValue()).toBe('44');
    noConsoleErrors();
  });

  it.each([
    ['no JSON', 'hello', 'This file is not JSON, so it is no export of Pointsman.'],
    ['another program’s', '{"product":"other"}', 'This file is no export of Pointsman:'],
  ])('refuses a file that is %s', async (_what, text, problem) => {
    const house = await startHouse();
    const { page, noConsoleErrors } = await open(house, { hash: '#/settings' });
    const file = { name: 'it.json', mimeType: 'application/json', buffer: Buffer.from(text) };
    await page.getByLabel('File with exported settings').setInputFiles(file);
    await page.getByRole('alert').getByText(problem).waitFor();
    noConsoleErrors();
  });

  it('replaces the control token, and goes on with the new one', async () => {
    const house = await startHouse();
    const old = house.engine.controlToken;
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/settings' });
    await page.getByRole('button', { name: 'Replace the token' }).click();
    const dialog = page.getByRole('dialog', { name: 'Replace the control token?' });
    await dialog.waitFor();
    await axe();
    await dialog.getByRole('button', { name: 'Replace the token' }).click();
    await page.getByText('The control token was replaced.').waitFor();
    const answer = await fetch(`${house.url}/control/v1/tray`, { headers: { authorization: `Bearer ${old}` } });
    expect(answer.status).toBe(401);
    await fill(page.getByLabel('Requests in the queue', { exact: true }), '12');
    await page.getByText('Requests in the queue: saved').waitFor();
    noConsoleErrors();
  });

  it('erases all records only after the word was typed', async () => {
    const house = await startHouse();
    await sendTraffic(house, 3);
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/settings' });
    await page.getByRole('button', { name: 'Erase all records…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Erase all records?' });
    const erase = dialog.getByRole('button', { name: 'Erase', exact: true });
    await dialog.getByLabel('Type “erase” to go on').fill('eras');
    expect(await erase.isDisabled()).toBe(true);
    await axe();
    await dialog.getByLabel('Type “erase” to go on').fill('erase');
    await erase.click();
    await page.getByText('All records are erased.').waitFor();
    const { requests } = (await (await house.control('/control/v1/requests')).json()) as { requests: unknown[] };
    expect(requests).toEqual([]);
    noConsoleErrors();
  });

  it('lists every host that may be called, and says what runs here', async () => {
    const house = await startHouse();
    const { page, noConsoleErrors } = await open(house, { hash: '#/settings' });
    const hosts = page.getByRole('table', { name: 'Hosts that may be called' });
    await hosts.getByText(new URL(house.engines.cloud.url).host).waitFor();
    await hosts.getByText(new URL(house.engines.local.url).host).waitFor();
    const about = page.getByRole('region', { name: 'About' });
    await about.getByText(house.folder, { exact: true }).waitFor();
    await about.getByText(house.url).waitFor();
    noConsoleErrors();
  });

  it('can be used with the keyboard alone', async () => {
    const house = await startHouse();
    const { page, noConsoleErrors } = await open(house, { hash: '#/settings?search=local only' });
    const control = page.getByRole('switch', { name: 'Local only' });
    await control.focus();
    await page.keyboard.press('Space');
    await page.getByText('Local only: saved').waitFor();
    expect((await read(house)).privacy.localOnly).toBe(true);
    noConsoleErrors();
  });
});
