import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describePages } from './support/describe-pages.ts';
import { fitsEverywhere } from './support/fits-everywhere.ts';
import { sendOne, sendTraffic } from './support/send-traffic.ts';
import type { House } from './support/start-house.ts';

/** The newest recorded request for this model name. */
async function idOf(house: House, model: string): Promise<string> {
  const found = (await house.recorded()).find(({ requestedModel }) => requestedModel === model);
  if (found === undefined) throw new Error(`nothing was recorded for ${model}`);
  return found.id;
}

const rowsOf = (page: Page) => page.getByRole('table', { name: 'Requests' }).locator('tbody tr');

describePages('the requests view', ({ startHouse, open }) => {
  it('says what to do while there are none, and shows new ones as they come', async () => {
    const house = await startHouse();
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/requests' });
    await page.getByText('No requests yet').waitFor();
    await axe();
    await sendOne(house, 0);
    await rowsOf(page).first().getByText('open-webui').waitFor();
    await sendOne(house, 6);
    await expect.poll(() => rowsOf(page).count()).toBe(2);
    await rowsOf(page).first().getByText('sim-llama:3b').first().waitFor();
    noConsoleErrors();
  });

  it('narrows the list by outcome, track and words, and keeps the filters in the address', async () => {
    const house = await startHouse();
    await sendTraffic(house, 16);
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/requests?outcome=failed' });
    await expect.poll(() => rowsOf(page).count()).toBe(2);
    await page.getByText('All', { exact: true }).click();
    await expect.poll(() => rowsOf(page).count()).toBe(16);
    await page.getByText('Local', { exact: true }).click();
    await page.getByLabel('App or model').fill('PRIVATE');
    await expect.poll(() => rowsOf(page).count()).toBe(2);
    await page.getByText('16 requests looked through').waitFor();
    expect(new URL(page.url()).hash).toBe('#/requests?text=PRIVATE&track=local');
    await page.getByLabel('App or model').fill('surely nowhere');
    await page.getByText('Nothing fits these filters').waitFor();
    await axe();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await expect.poll(() => rowsOf(page).count()).toBe(16);
    noConsoleErrors();
  });

  it('holds fifty rows at a time, however many there are', async () => {
    const house = await startHouse();
    await sendTraffic(house, 110);
    const { page, noConsoleErrors } = await open(house, { hash: '#/requests' });
    await page.getByText('1–50').waitFor();
    expect(await rowsOf(page).count()).toBe(50);
    await page.getByRole('button', { name: 'Older' }).click();
    await page.getByText('51–100').waitFor();
    await page.getByRole('button', { name: 'Older' }).click();
    await page.getByText('101–110').waitFor();
    expect(await rowsOf(page).count()).toBe(10);
    expect(await page.getByRole('button', { name: 'Older' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Newer' }).click();
    await page.getByText('51–100').waitFor();
    noConsoleErrors();
  }, 120_000);

  it('opens a request by keyboard, at an address of its own', async () => {
    const house = await startHouse();
    await sendTraffic(house, 8);
    const { page, noConsoleErrors } = await open(house, { hash: '#/requests' });
    await rowsOf(page).first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Request for sim-llama:3b' }).waitFor();
    expect(new URL(page.url()).hash).toBe(`#/requests/${await idOf(house, 'sim-llama:3b')}`);
    await page.getByText('The app named this model itself', { exact: false }).waitFor();
    noConsoleErrors();
  });

  it('explains a routed request in words, in a picture, and beside what really happened', async () => {
    const house = await startHouse();
    await sendTraffic(house, 16);
    const { page, axe, noConsoleErrors } = await open(house, {
      hash: `#/requests/${await idOf(house, 'pointsman/private')}`,
    });
    const why = page.getByRole('region', { name: 'Why this choice' });
    await why.getByText('It had to stay on this machine: it was sent to pointsman/private.').waitFor();
    await why.getByText('The strategy was Balanced.').waitFor();
    const worth = page.getByRole('region', { name: 'What each model was worth' });
    await worth
      .getByRole('img', { name: /^ollama\/sim-.*Quality \+.*in all \+/ })
      .first()
      .waitFor();
    await worth.getByRole('button', { name: 'Show as a table' }).click();
    await worth.getByRole('columnheader', { name: 'Electricity' }).waitFor();
    const expected = page.getByRole('region', { name: 'Expected, and what happened' });
    await expected.getByText('±').first().waitFor();
    await expected.getByText('really').first().waitFor();
    const refused = page.getByRole('region', { name: 'Ruled out' });
    await refused.getByText('Must stay on this machine: it was sent to pointsman/private').waitFor();
    await refused.getByText('sim-cloud/sim-cloud-large').waitFor();
    await page.getByRole('region', { name: 'Money' }).getByText('At the reference model').waitFor();
    expect(await page.locator('main').innerText()).not.toContain('40 - 58');
    await axe();
    noConsoleErrors();
  });

  it('shows the failed call before the one that answered', async () => {
    const house = await startHouse();
    house.engines.cloud.setFailing(true);
    await sendOne(house, 2);
    const [request] = await house.recorded();
    const { page, axe, noConsoleErrors } = await open(house, { hash: `#/requests/${request?.id ?? ''}` });
    const calls = page.getByRole('region', { name: 'How it went' }).getByRole('listitem');
    await calls.filter({ hasText: 'failed' }).filter({ hasText: 'status 500' }).first().waitFor();
    await calls.filter({ hasText: 'answered' }).filter({ hasText: 'ollama/' }).first().waitFor();
    await axe();
    noConsoleErrors();
  });

  it('takes a word on the answer, and says what was learned from it', async () => {
    const house = await startHouse();
    await sendTraffic(house, 8);
    const { page, axe, go, noConsoleErrors } = await open(house, {
      hash: `#/requests/${await idOf(house, 'pointsman/auto')}`,
    });
    await page.getByRole('button', { name: 'Good', exact: true }).click();
    await page.getByText('It was learned for prompts of this kind', { exact: false }).waitFor();
    await page.getByRole('button', { name: '2 of 5' }).click();
    await expect.poll(() => page.getByRole('button', { name: '2 of 5' }).getAttribute('aria-pressed')).toBe('true');
    await axe();
    await go('requests', `/${await idOf(house, 'sim-llama:3b')}`);
    await page.getByRole('button', { name: 'Bad', exact: true }).click();
    await page.getByText('Thank you.', { exact: false }).waitFor();
    noConsoleErrors();
  });

  it('says so when a request is not there', async () => {
    const house = await startHouse();
    const { page, axe } = await open(house, { hash: '#/requests/0123456789' });
    await page.getByText('No request with this id is recorded (yet).').waitFor();
    await axe();
  });

  it('tells what would happen to a typed prompt without calling anybody', async () => {
    const house = await startHouse();
    await sendTraffic(house, 4);
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/requests' });
    await page.getByRole('link', { name: 'What would happen now?' }).click();
    await page.getByRole('button', { name: 'See what would happen' }).click();
    await page.getByText('Type a prompt first.').waitFor();
    await page.getByLabel('Prompt').fill('What is 6 times 7?');
    await page.getByText('More about the request').click();
    await page.getByLabel('Must stay on this machine').click();
    await page.getByRole('button', { name: 'See what would happen' }).click();
    const answer = page.getByRole('group', { name: 'This would happen' });
    await answer.getByText('It had to stay on this machine: this request is private.').waitFor();
    await answer.getByRole('region', { name: 'What each model is worth now' }).waitFor();
    await answer.getByText('One model would be asked.').waitFor();
    await axe();
    await page.getByLabel('With an image').click();
    await page.getByRole('button', { name: 'See what would happen' }).click();
    await answer.getByText('Nobody can serve this now').waitFor();
    await answer.getByText('Cannot see images').waitFor();
    await axe();
    expect(await house.recorded(4)).toHaveLength(4);
    noConsoleErrors();
  });

  it('fits every window, in both themes, clean for axe', async () => {
    const house = await startHouse();
    await sendTraffic(house, 16);
    await fitsEverywhere({
      open,
      house,
      hashes: [
        { hash: '#/requests', seen: '1–16' },
        { hash: `#/requests/${await idOf(house, 'pointsman/cheap')}`, seen: 'What each model was worth' },
        { hash: '#/requests/what-if', seen: 'Ask for' },
      ],
    });
  }, 120_000);
});
