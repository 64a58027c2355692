import { expect, it } from 'vitest';
import { operations } from '../../src-shared/operations.ts';
import { describePages } from './support/describe-pages.ts';
import type { House } from './support/start-house.ts';

/** Chromium tells of every 401 by itself. */
const REFUSED = ['401 (Unauthorized)'];

async function makeCode(house: House): Promise<string> {
  const answer = await house.control('/control/v1/session/code', { method: 'POST', body: '{}' });
  return operations['session.code'].output.parse(await answer.json()).code;
}

describePages('signing in', ({ startHouse, open }) => {
  it('asks for the token where there is none, and shows nothing else', async () => {
    const { page, axe, noConsoleErrors } = await open(await startHouse(), { isSignedIn: false });
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.getByRole('navigation').count()).toBe(0);
    await axe();
    noConsoleErrors();
  });

  it('says when the token is wrong, and lets the right one in', async () => {
    const house = await startHouse();
    const { page, axe, noConsoleErrors } = await open(house, { isSignedIn: false });
    await page.getByLabel('Control token').fill('not-the-token');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('The engine does not know this token').waitFor();
    await axe();
    await page.getByLabel('Control token').fill(house.engine.controlToken);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Traffic now' }).waitFor();
    noConsoleErrors(REFUSED);
  });

  it('turns a code in the address into a session, and takes it out of the address', async () => {
    const house = await startHouse();
    const { page, noConsoleErrors } = await open(house, { isSignedIn: false, hash: `#code=${await makeCode(house)}` });
    await page.getByRole('heading', { name: 'Traffic now' }).waitFor();
    expect(page.url()).toBe(`${house.url}/`);
    expect(await page.evaluate(() => history.length)).toBeLessThanOrEqual(2);
    noConsoleErrors();
  });

  it('says why a code that was used before opens nothing', async () => {
    const house = await startHouse();
    const code = await makeCode(house);
    await open(house, { isSignedIn: false, hash: `#code=${code}` }).then(({ page }) =>
      page.getByRole('heading', { name: 'Traffic now' }).waitFor(),
    );
    const { page, noConsoleErrors } = await open(house, { isSignedIn: false, hash: `#code=${code}` });
    await page.getByText('was used before').waitFor();
    noConsoleErrors(REFUSED);
  });

  it('forgets the token at signing out', async () => {
    const { page, noConsoleErrors } = await open(await startHouse());
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.evaluate(() => sessionStorage.length + localStorage.length)).toBe(0);
    noConsoleErrors();
  });

  it('asks again when the token was replaced somewhere else', async () => {
    const house = await startHouse();
    const { page, noConsoleErrors } = await open(house);
    await page.getByRole('heading', { name: 'Traffic now' }).waitFor();
    await house.control('/control/v1/token/rotate', { method: 'POST', body: '{}' });
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    noConsoleErrors(REFUSED);
  });
});
