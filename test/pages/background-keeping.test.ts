import { expect, it } from 'vitest';
import { morningState, newState } from './support/jobs/job-script.ts';
import { describePages } from './support/describe-pages.ts';

const HASH = '#/background/keeping';
const CONSENT = 'Keep prompts and answers for a while';

describePages('keeping prompts', ({ startJobHouse, open }) => {
  it('is off until somebody agrees, and says before what is kept, where, until when, what for, and how to erase it', async () => {
    const house = await startJobHouse(newState());
    const { page, axe, noConsoleErrors } = await open(house, { hash: HASH });
    const consent = page.getByRole('switch', { name: CONSENT });
    expect(await consent.isChecked()).toBe(false);
    for (const term of ['What', 'Where', 'Until when', 'What for', 'How to erase']) {
      await page.getByRole('term').getByText(term, { exact: true }).waitFor();
    }
    await axe();
    await consent.click();
    await page.getByText('Prompts are kept from now on.').waitFor();
    await expect.poll(() => consent.isChecked()).toBe(true);
    expect(house.state.kept.consent).toBe(true);
    noConsoleErrors();
  });

  it('ends only after asking, because everything is erased, and not when the person thinks better of it', async () => {
    const house = await startJobHouse(morningState());
    const { page, axe, noConsoleErrors } = await open(house, { hash: HASH });
    const consent = page.getByRole('switch', { name: CONSENT });
    await page.getByText('412', { exact: true }).waitFor();
    await consent.click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('All 412 kept prompts are erased at once').waitFor();
    await axe();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(await consent.isChecked()).toBe(true);
    expect(house.state.kept.count).toBe(412);
    await consent.click();
    await dialog.getByRole('button', { name: 'Stop and erase' }).click();
    await page.getByText('Nothing is kept any longer').waitFor();
    await expect.poll(() => consent.isChecked()).toBe(false);
    expect(house.state.kept).toMatchObject({ consent: false, count: 0 });
    noConsoleErrors();
  });

  it('erases all after asking, and goes on being allowed', async () => {
    const house = await startJobHouse(morningState());
    const { page } = await open(house, { hash: HASH });
    await page.getByRole('button', { name: 'Erase all…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Erase them' }).click();
    await page.getByText('All kept prompts are erased.').waitFor();
    expect(house.state.kept).toMatchObject({ consent: true, count: 0 });
    await expect.poll(() => page.getByRole('button', { name: 'Erase all…' }).isDisabled()).toBe(true);
  });

  it('tells why nothing is kept although it may be, and where the key is', async () => {
    const state = morningState();
    const problem = 'The keychain is locked: unlock it, and prompts are kept again.';
    const house = await startJobHouse({ ...state, kept: { ...state.kept, problem } });
    const { page, axe } = await open(house, { hash: HASH });
    await page.getByRole('alert').getByText('The keychain is locked').waitFor();
    await page.getByText('the keychain of this system').waitFor();
    await axe();
  });

  it('is asked in the first run, off by default, and may be left out', async () => {
    const house = await startJobHouse(newState(), { isFirstRun: true });
    const { page, axe, noConsoleErrors } = await open(house);
    await page.getByRole('heading', { name: 'Learn from your prompts, if you want that' }).waitFor();
    const consent = page.getByRole('switch', { name: CONSENT });
    expect(await consent.isChecked()).toBe(false);
    await axe();
    await consent.click();
    await expect.poll(() => consent.isChecked()).toBe(true);
    await page.getByText('Prompts are kept from now on.').waitFor();
    await page.getByRole('button', { name: 'Start using Pointsman' }).click();
    await page.getByRole('heading', { name: 'Traffic now' }).waitFor();
    expect(house.state.kept.consent).toBe(true);
    noConsoleErrors();
  });

  it('is not begun by a first run that nobody answers', async () => {
    const house = await startJobHouse(newState(), { isFirstRun: true });
    const { page } = await open(house);
    await page.getByRole('button', { name: 'Start using Pointsman' }).click();
    await page.getByRole('heading', { name: 'Traffic now' }).waitFor();
    expect(house.asked).not.toContain('kept.consent');
  });
});

describePages('backups', ({ startJobHouse, open }) => {
  it('are made now, and listed with what they hold and whether they are intact', async () => {
    const { page, axe, noConsoleErrors } = await open(await startJobHouse(morningState()), { hash: HASH });
    const table = page.getByRole('table', { name: 'Backups' });
    await expect.poll(() => table.getByText('Intact').count()).toBe(2);
    expect(await table.getByRole('row').last().getByRole('button').isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Make one now' }).click();
    await page.getByText('A copy was made.').waitFor();
    await expect.poll(() => table.getByText('Intact').count()).toBe(3);
    await axe();
    noConsoleErrors();
  });

  it('are restored only after asking, and what stayed as it was is told by its name', async () => {
    const house = await startJobHouse(morningState());
    const { page, axe, noConsoleErrors } = await open(house, { hash: HASH });
    await page
      .getByRole('button', { name: /^Restore the copy/ })
      .first()
      .click();
    await axe();
    expect(house.asked).not.toContain('backups.restore');
    await page.getByRole('dialog').getByRole('button', { name: 'Restore it' }).click();
    await page.getByText('The copy was restored.').waitFor();
    await page.getByText(/keep less private: Local only\..*From the next start on: Port/).waitFor();
    noConsoleErrors();
  });

  it('say why one could not be restored, and stay open for another try', async () => {
    const house = await startJobHouse(morningState());
    house.refuse('backups.restore', 'The copy is of a newer version.');
    const { page, axe } = await open(house, { hash: HASH });
    await page
      .getByRole('button', { name: /^Restore the copy/ })
      .first()
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Restore it' }).click();
    await page.getByRole('dialog').getByRole('alert').getByText('The copy is of a newer version.').waitFor();
    await axe();
  });
});
