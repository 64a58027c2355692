import { expect, it } from 'vitest';
import { appView, spendReport, type SpendReport } from '../../src-shared/money.ts';
import { describePages } from './support/describe-pages.ts';
import { sendOne, sendTraffic } from './support/send-traffic.ts';
import type { House } from './support/start-house.ts';

async function read(house: House): Promise<SpendReport> {
  return spendReport.parse(await (await house.control('/control/v1/spend')).json());
}
const limitsOf = async (house: House) =>
  (await read(house)).budgets.map(({ scope, id, period, limitNanoUsd }) => [scope, id, period, limitNanoUsd / 1e9]);

describePages('the spend view', ({ startHouse, open }) => {
  it('says that nothing was asked yet, and shows the first cost by itself', async () => {
    const house = await startHouse();
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/spend' });
    await page.getByText('Nothing was asked in this time').waitFor();
    await page.getByText('No budget is set').waitFor();
    await axe();
    await sendOne(house, 5);
    await page.getByRole('table', { name: 'Where it went' }).getByText('open-webui').waitFor();
    await page.getByText('1 request', { exact: true }).first().waitFor();
    noConsoleErrors();
  });

  it('tells what was saved against which model, and what is left out', async () => {
    const house = await startHouse();
    await sendTraffic(house, 16);
    const { savings } = await read(house);
    expect(savings.unknownRequests).toBeGreaterThan(0);
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/spend' });
    const card = page.getByRole('region', { name: 'Saved' });
    await card.getByText(`Measured against ${savings.reference ?? ''}`).waitFor();
    await card.getByText(`${savings.requests} requests compared`).waitFor();
    await card.getByText(`${savings.unknownRequests} requests are left out`).waitFor();
    await axe();
    noConsoleErrors();
  });

  it('groups cost by app, provider and track, in a chart that is a table, too', async () => {
    const house = await startHouse();
    await sendTraffic(house, 16);
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/spend' });
    await page.getByText('Provider', { exact: true }).click();
    const rows = page.getByRole('table', { name: 'Where it went' });
    await rows.getByText('sim-cloud', { exact: true }).waitFor();
    await rows.getByText('ollama', { exact: true }).waitFor();
    await page.getByText('7 days', { exact: true }).click();
    await page.getByRole('img', { name: 'Cost per day by provider' }).waitFor();
    await page.getByRole('button', { name: 'Show as a table' }).click();
    const days = page.getByRole('group', { name: 'Cost per day by provider' }).getByRole('row');
    await expect.poll(() => days.count()).toBe(8);
    await axe();
    await page.getByText('Track', { exact: true }).click();
    await rows.getByText('Cloud', { exact: true }).waitFor();
    expect(new URL(page.url()).hash).toBe('#/spend?days=7&by=track');
    noConsoleErrors();
  });

  it('sets a budget for everything, a provider and an app, and shows what is left', async () => {
    const house = await startHouse();
    await house.control('/control/v1/apps', { method: 'POST', body: JSON.stringify({ name: 'Zed' }) });
    await sendTraffic(house, 8);
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/spend' });
    const dialog = page.getByRole('dialog', { name: 'Budget' });
    for (const [scope, day] of [
      ['Everything together', '5'],
      ['Provider sim-cloud', '2'],
      ['App zed', '1'],
    ] as const) {
      await page.getByRole('button', { name: 'Set a budget' }).click();
      await dialog.getByLabel('For').selectOption(scope);
      await dialog.getByLabel('A day').fill(day);
      await dialog.getByRole('button', { name: 'Save' }).click();
      await dialog.waitFor({ state: 'detached' });
      await page.getByRole('meter', { name: `${scope}, a day` }).waitFor();
    }
    expect(await limitsOf(house)).toEqual([
      ['total', null, 'day', 5],
      ['app', 'zed', 'day', 1],
      ['provider', 'sim-cloud', 'day', 2],
    ]);
    await axe();
    noConsoleErrors();
  });

  it('refuses limits that make no sense while they are typed', async () => {
    const house = await startHouse();
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/spend' });
    await page.getByRole('button', { name: 'Set a budget' }).click();
    const dialog = page.getByRole('dialog', { name: 'Budget' });
    const save = dialog.getByRole('button', { name: 'Save' });
    await dialog.getByLabel('A day').fill('-1');
    await dialog.getByText('At least 0 USD.').waitFor();
    expect(await save.isDisabled()).toBe(true);
    await axe();
    await dialog.getByLabel('A day').fill('3');
    await dialog.getByLabel('A month').fill('2');
    await dialog.getByText('A month’s limit below a day’s limit').waitFor();
    expect(await save.isDisabled()).toBe(true);
    await dialog.getByLabel('A month').fill('');
    await dialog.getByLabel('A month').pressSequentially('1-');
    await dialog.getByText('This is not a number.').waitFor();
    expect(await save.isDisabled()).toBe(true);
    noConsoleErrors();
  });

  it('changes and removes a budget, and takes the removal back', async () => {
    const house = await startHouse({
      settings: { budgets: { providers: { 'sim-cloud': { dayUsd: 2, monthUsd: 20 } } } },
    });
    const { page, noConsoleErrors } = await open(house, { hash: '#/spend' });
    await page.getByRole('button', { name: 'Change the budget: Provider sim-cloud, a month' }).click();
    const dialog = page.getByRole('dialog', { name: 'Budget' });
    await expect.poll(() => dialog.getByLabel('A month').inputValue()).toBe('20');
    await dialog.getByLabel('A month').fill('30');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Remove the budget: Provider sim-cloud, a day' }).click();
    await page.getByText('Budget removed').waitFor();
    await page.getByRole('meter', { name: 'Provider sim-cloud, a day' }).waitFor({ state: 'detached' });
    expect(await limitsOf(house)).toEqual([['provider', 'sim-cloud', 'month', 30]]);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => limitsOf(house)).toContainEqual(['provider', 'sim-cloud', 'day', 2]);
    await page.getByRole('meter', { name: 'Provider sim-cloud, a day' }).waitFor();
    noConsoleErrors();
  });

  it('shows a budget that is empty, and what happens then', async () => {
    const house = await startHouse({ settings: { budgets: { total: { dayUsd: 0.000001 } } } });
    await sendTraffic(house, 8);
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/spend' });
    await page.getByRole('meter', { name: 'Everything together, a day' }).waitFor();
    await page.getByText('When a budget is empty, requests are answered by local models').waitFor();
    const { budgets } = await read(house);
    await page.getByText(budgets[0]?.sentence ?? '').waitFor();
    await axe();
    noConsoleErrors();
  });

  it('asks the engine for apps’ budgets by the operation that keeps their keys', async () => {
    const house = await startHouse();
    const added = await house.control('/control/v1/apps', { method: 'POST', body: JSON.stringify({ name: 'Zed' }) });
    expect(added.status).toBe(200);
    const { page, noConsoleErrors } = await open(house, { hash: '#/spend' });
    await page.getByRole('button', { name: 'Set a budget' }).click();
    const dialog = page.getByRole('dialog', { name: 'Budget' });
    await dialog.getByLabel('For').selectOption('App zed');
    await dialog.getByLabel('A month').fill('4');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    const { apps } = (await (await house.control('/control/v1/apps')).json()) as { apps: unknown[] };
    expect(appView.parse(apps[0]).budget).toEqual({ dayUsd: null, monthUsd: 4 });
    noConsoleErrors();
  });
});
