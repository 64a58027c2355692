import { expect, it } from 'vitest';
import { optimizerStatus, type OptimizerStatus } from '../../src-shared/optimizer.ts';
import { settingsView } from '../../src-shared/settings-view.ts';
import { describeCauses } from '../../src-renderer/views/optimizer/preference-names.ts';
import { describePages } from './support/describe-pages.ts';
import { sendTraffic } from './support/send-traffic.ts';
import type { House } from './support/start-house.ts';

async function read(house: House): Promise<OptimizerStatus> {
  return optimizerStatus.parse(await (await house.control('/control/v1/optimizer')).json());
}
async function readSettings(house: House) {
  return settingsView.parse(await (await house.control('/control/v1/settings')).json()).settings;
}

describePages('the optimizer view', ({ startHouse, open }) => {
  it('chooses each strategy by click and by arrow keys, and the engine follows', async () => {
    const house = await startHouse();
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/optimizer' });
    const strategies = page.getByRole('group', { name: 'Strategy' });
    for (const [name, strategy] of [
      ['Fast', 'latency_focused'],
      ['Light on the machine', 'resource_efficient'],
      ['Best answers', 'quality_focused'],
      ['Cheap', 'cost_focused'],
      ['Adaptive', 'adaptive'],
    ] as const) {
      await strategies.getByText(name, { exact: true }).click();
      await expect.poll(async () => (await read(house)).strategy).toBe(strategy);
    }
    await strategies.getByText(/^acts as /).waitFor();
    await axe();
    await page.keyboard.press('ArrowUp');
    await expect.poll(async () => (await read(house)).strategy).toBe('cost_focused');
    noConsoleErrors();
  });

  it('follows a strategy that is chosen elsewhere', async () => {
    const house = await startHouse();
    const { page, noConsoleErrors } = await open(house, { hash: '#/optimizer' });
    await page.getByRole('radio', { name: 'Balanced' }).waitFor({ state: 'attached' });
    await house.control('/control/v1/optimizer', {
      method: 'POST',
      body: JSON.stringify({ strategy: 'cost_focused' }),
    });
    await expect.poll(() => page.getByRole('radio', { name: 'Cheap' }).isChecked()).toBe(true);
    noConsoleErrors();
  });

  it('closes the cloud, switches itself off and takes a share for the cloud, within its limits', async () => {
    const house = await startHouse();
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/optimizer' });
    await page.getByRole('switch', { name: 'Local only' }).click();
    await expect.poll(async () => (await readSettings(house)).privacy.localOnly).toBe(true);
    const share = page.getByLabel('Share that goes to the cloud');
    await share.fill('130');
    await page.getByText('Between 0 and 100 %.').waitFor();
    await axe();
    await share.fill('30');
    await share.blur();
    await expect.poll(async () => (await readSettings(house)).optimizer.cloudShare).toBe(0.3);
    await page.getByRole('switch', { name: 'Optimize' }).click();
    await page.getByText('Optimizing is switched off').waitFor();
    expect((await read(house)).enabled).toBe(false);
    await axe();
    noConsoleErrors();
  });

  it('shows what was learned with its doubt, and how it went on each path', async () => {
    const house = await startHouse();
    await sendTraffic(house, 24);
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/optimizer' });
    const learned = page.getByRole('table', { name: 'What it learned of each model' });
    await learned.getByRole('img', { name: /^sim-cloud\/sim-cloud-large: 0\.\d\d give or take 0\.\d\d$/ }).waitFor();
    await learned
      .getByText(/^0\.\d\d ± 0\.\d\d$/)
      .first()
      .waitFor();
    const windows = page.getByRole('table', { name: 'How it went lately' });
    await windows.getByText('All requests').waitFor();
    await windows.getByText('Cloud', { exact: true }).waitFor();
    await page.getByText('Last hour').click();
    await windows.getByText('All requests').waitFor();
    await axe();
    noConsoleErrors();
  });

  it('tells each adaptation with before, after and reason, and moves the gauges', async () => {
    const house = await startHouse({
      settings: {
        optimizer: { adaptationIntervalSeconds: 1, exploration: { enabled: true } },
        budgets: { total: { dayUsd: 0.003, monthUsd: 0.01 } },
      },
    });
    await sendTraffic(house, 40);
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/optimizer' });
    const history = page.getByRole('region', { name: 'What it adapted' });
    await history
      .getByText(/^Local bias 0\.\d+ → 0\.\d+/)
      .first()
      .waitFor();
    const causes = describeCauses((await read(house)).adaptations[0]?.reason ?? 'none');
    await history.getByText(causes).first().waitFor();
    await page.getByRole('meter', { name: 'Local bias' }).waitFor();
    expect(await page.getByRole('meter', { name: 'Local bias' }).getAttribute('aria-valuetext')).toMatch(
      /started at 0\.5$/,
    );
    await page.getByRole('meter', { name: 'Trying other models, today' }).waitFor();
    await axe();
    noConsoleErrors();
  });

  it('evaluates another policy, and says whether that is enough to go by', async () => {
    const house = await startHouse();
    await sendTraffic(house, 24);
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/optimizer' });
    await page.getByLabel('Policy').selectOption('Always the best by score');
    await page.getByLabel('Over the last').fill('400');
    await page.getByText('A whole number from 1 to 366.').waitFor();
    expect(await page.getByRole('button', { name: 'Evaluate' }).isDisabled()).toBe(true);
    await page.getByLabel('Over the last').fill('3');
    await page.getByRole('button', { name: 'Evaluate' }).click();
    await page.getByText('Not enough evidence', { exact: true }).waitFor();
    await page.getByText('Not enough evidence to judge').waitFor();
    await page.getByRole('img', { name: /^Doubly robust: ≈ 0\.\d+, between 0\.\d+ and \d\.\d+$/ }).waitFor();
    await axe();
    noConsoleErrors();
  });

  it('says that there is nothing yet where there is nothing yet', async () => {
    const house = await startHouse();
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/optimizer' });
    await page.getByText('No request in this time.').waitFor();
    await page.getByText('Nothing yet. Adaptation moves preferences').waitFor();
    await axe();
    noConsoleErrors();
  });
});
