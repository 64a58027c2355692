import { expect, it } from 'vitest';
import { gateView, type GateView } from '../../src-shared/machine.ts';
import { describePages } from './support/describe-pages.ts';
import { sendOne } from './support/send-traffic.ts';
import type { House } from './support/start-house.ts';

async function read(house: House): Promise<GateView> {
  return gateView.parse(await (await house.control('/control/v1/gate')).json());
}

describePages('the machine view', ({ startHouse, open }) => {
  it('shows every condition of the idle gate with its value and its limit, and opens by itself', async () => {
    const house = await startHouse();
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/machine' });
    const gate = page.getByRole('region', { name: 'Background work' });
    const conditions = gate.getByRole('list', { name: 'Conditions' }).getByRole('listitem');
    await expect.poll(() => conditions.count()).toBe(9);
    await conditions.filter({ hasText: 'Battery' }).getByText('80 %', { exact: true }).waitFor();
    await conditions.filter({ hasText: 'Battery' }).getByText('needed: above 20 %').waitFor();
    await gate.getByText('May run now').waitFor();
    await axe();
    noConsoleErrors();
  });

  it('tells what holds the gate as soon as it does, and that unknown holds it too', async () => {
    const house = await startHouse();
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/machine' });
    const gate = page.getByRole('region', { name: 'Background work' });
    await gate.getByText('May run now').waitFor();
    house.machine.set({ source: 'battery', batteryPercent: 34, charging: false, thermal: null });
    await gate.getByText('Is held back').waitFor();
    await gate.getByText(/hold it back: .*Power.*Heat/).waitFor();
    const conditions = gate.getByRole('list', { name: 'Conditions' }).getByRole('listitem');
    await conditions.filter({ hasText: 'Power' }).getByText('Does not hold').waitFor();
    await conditions.filter({ hasText: 'Power' }).getByText('on battery').waitFor();
    await conditions.filter({ hasText: 'Heat' }).getByText('Unknown', { exact: true }).waitFor();
    await gate.getByText('What is unknown holds it back').waitFor();
    await axe();
    noConsoleErrors();
  });

  it('pauses for an hour, until tomorrow and until resumed, and resumes', async () => {
    const house = await startHouse();
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/machine' });
    const gate = page.getByRole('region', { name: 'Background work' });
    const press = (name: string) => gate.getByRole('button', { name }).click();
    const before = Date.now();
    await press('For 1 hour');
    await gate.getByText(/Paused until \d\d:\d\d|Paused until \d+ /).waitFor();
    const { pausedUntilMs } = await read(house);
    expect((pausedUntilMs ?? 0) - before).toBeGreaterThanOrEqual(3_600_000);
    await press('Resume');
    await press('Until tomorrow');
    await gate.getByText('Paused until').waitFor();
    expect(new Date((await read(house)).pausedUntilMs ?? 0).getHours()).toBe(6);
    await press('Resume');
    await press('Until I resume');
    await gate.getByText('Paused until you resume it.').waitFor();
    expect(await read(house)).toMatchObject({ paused: true, pausedUntilMs: null, open: false });
    await axe();
    await press('Resume');
    await gate.getByRole('button', { name: 'For 1 hour' }).waitFor();
    expect((await read(house)).paused).toBe(false);
    noConsoleErrors();
  });

  it('follows the machine live, and says of what is unknown that it is', async () => {
    const house = await startHouse();
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/machine' });
    const power = page.getByRole('region', { name: 'Power and surroundings' });
    await power.getByText('80%, charging').waitFor();
    house.machine.set({
      batteryPercent: 55,
      charging: false,
      thermal: 'serious',
      speedLimitPercent: 60,
      metered: null,
      screenLocked: null,
    });
    await power.getByText('55%, not charging').waitFor();
    await power.getByText('Serious').waitFor();
    await power.getByText('held back to 60%').waitFor();
    await expect.poll(() => power.locator('dd').filter({ hasText: 'unknown' }).count()).toBe(1);
    await page.getByRole('region', { name: 'Graphics' }).getByText('It cannot be found out here').waitFor();
    await page.getByRole('img', { name: 'Processor over the last minutes, in percent of all cores' }).waitFor();
    await page.getByRole('region', { name: 'Processor' }).getByRole('button', { name: 'Show as a table' }).click();
    await axe();
    noConsoleErrors();
  });

  it('takes a model out of memory', async () => {
    const house = await startHouse();
    await sendOne(house, 6);
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/machine' });
    const models = page.getByRole('region', { name: 'Models in memory' });
    await models.getByRole('button', { name: 'Unload ollama/sim-llama:3b' }).waitFor();
    await axe();
    await models.getByRole('button', { name: 'Unload ollama/sim-llama:3b' }).click();
    await page.getByText('1 model unloaded').waitFor();
    await models.getByText('No local model is in memory.').waitFor();
    noConsoleErrors();
  });

  it('asks for samples only while it is open', async () => {
    const house = await startHouse();
    const { page, go, noConsoleErrors } = await open(house, { hash: '#/machine' });
    const topics = () => page.evaluate(() => performance.getEntriesByType('resource').at(-1)?.name ?? '');
    await page.getByRole('region', { name: 'Processor' }).waitFor();
    const asked = page.waitForRequest(
      (request) => request.url().includes('/events') && !request.url().includes('resources'),
    );
    await go('spend');
    await asked;
    expect(await topics()).not.toContain('resources');
    noConsoleErrors();
  });
});
