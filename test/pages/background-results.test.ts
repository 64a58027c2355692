import { expect, it } from 'vitest';
import { runOf } from './support/jobs/job-fixtures.ts';
import { morningState, newState } from './support/jobs/job-script.ts';
import { keptInUse, keptOf } from './support/jobs/result-fixtures.ts';
import { describePages } from './support/describe-pages.ts';
import { fitsEverywhere } from './support/fits-everywhere.ts';

describePages('the parts of the background view', ({ startJobHouse, open }) => {
  it('have addresses of their own, and take the focus when one follows another', async () => {
    const { page, noConsoleErrors } = await open(await startJobHouse(morningState()), { hash: '#/background' });
    const parts = page.getByRole('navigation', { name: 'Parts of this view' });
    for (const [name, hash] of [
      ['Could stay local', '#/background/local'],
      ['Models and providers', '#/background/speed'],
      ['History', '#/background/history'],
      ['Prompts and backups', '#/background/keeping'],
      ['Now', '#/background'],
    ] as const) {
      const link = parts.getByRole('link', { name, exact: true });
      await link.focus();
      await page.keyboard.press('Enter');
      await page.waitForFunction((wanted) => location.hash === wanted, hash);
      await expect.poll(() => link.getAttribute('aria-current')).toBe('page');
      await page.waitForFunction((label) => document.activeElement?.getAttribute('aria-label') === label, name);
    }
    noConsoleErrors();
  });

  it('show what could have stayed local: share and money with their intervals, per model, and whom to trust', async () => {
    const { page, axe, noConsoleErrors } = await open(await startJobHouse(morningState()), {
      hash: '#/background/local',
    });
    const share = page.getByRole('region', { name: 'What could have stayed local' });
    await share.getByText('between 54% and 70%, 95 times in 100').waitFor();
    await share.getByText('between $3.10 and $5.40, 95 times in 100').waitFor();
    await share.getByRole('img', { name: /^62% of what the cloud answered.*between 54% and 70%$/ }).waitFor();
    await share.getByText('164 of 231 cloud requests could be judged').waitFor();
    const models = page.getByRole('table', { name: 'Local models on those requests' });
    await models.getByRole('img', { name: 'ollama/qwen3:8b: 62%, between 54% and 70%' }).waitFor();
    await models.getByText('88 checked exactly, 61 by a local judge, 4 by a cloud judge, 11 undecided').waitFor();
    await models
      .getByRole('row', { name: /gemma3/ })
      .getByText('too few')
      .first()
      .waitFor();
    const judges = page.getByRole('region', { name: 'Judges' }).getByRole('listitem');
    await judges.filter({ hasText: 'qwen3' }).getByText('Trusted').waitFor();
    await judges.filter({ hasText: 'llama3.2' }).getByText('Not used', { exact: true }).waitFor();
    await judges.filter({ hasText: 'llama3.2' }).getByText('43% alike after changing places, 30 pairs').waitFor();
    await axe();
    noConsoleErrors();
  });

  it('show examples side by side while they are kept, and erase one after asking', async () => {
    const house = await startJobHouse(morningState());
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/background/local' });
    const examples = page.getByRole('region', { name: 'Examples' });
    const first = examples.getByRole('listitem').first();
    await first.getByRole('group', { name: 'Accepted answer' }).getByText('"amount":120.5}').waitFor();
    await first.getByRole('group', { name: 'Answer of ollama/qwen3:8b' }).getByText('120.50 }').waitFor();
    await examples.getByText('The prompt and its answers are not kept any longer.').waitFor();
    await first.getByRole('button', { name: 'Erase this prompt' }).click();
    await axe();
    await page.getByRole('dialog').getByRole('button', { name: 'Erase it' }).click();
    await examples.getByText('"amount":120.5}').waitFor({ state: 'detached' });
    expect(house.state.shadow.examples.map(({ requestId }) => requestId)).toEqual(['r-2', 'r-3']);
    noConsoleErrors();
  });

  it.each([
    [keptOf(), 'Nothing can be compared without kept prompts'],
    [keptInUse(), 'Nothing was compared yet'],
  ])('say what is missing before anything was judged', async (kept, said) => {
    const { page, axe } = await open(await startJobHouse(newState({ kept })), { hash: '#/background/local' });
    await page.getByText(said).waitFor();
    await axe();
  });

  it('show each model’s last measurement against the one before, and keep apart what was not calm', async () => {
    const { page, axe, noConsoleErrors } = await open(await startJobHouse(morningState()), {
      hash: '#/background/speed',
    });
    const of = (name: string) =>
      page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: new RegExp(name), level: 3 }) });
    await of('qwen3').getByText('Calm', { exact: true }).waitFor();
    await of('qwen3').getByText('writes 18 % slower since its server went').waitFor();
    await of('qwen3').getByRole('img', { name: 'Writes after 256 tokens: 31 tok/s, before 38 tok/s' }).waitFor();
    await of('qwen3')
      .getByRole('img', { name: /in each measurement, oldest first/ })
      .waitFor();
    await of('llama3.2').getByText('On battery').waitFor();
    await of('llama3.2').getByText('Kept apart').waitFor();
    await of('gemma3').getByText('not measured yet').waitFor();
    const ranking = page.getByRole('table', { name: 'Providers by how they do' });
    await ranking.getByRole('meter', { name: 'anthropic: 88 of 100' }).waitFor();
    await ranking.getByText('99.5%').waitFor();
    await ranking.getByRole('row', { name: /groq/ }).getByText('too few requests').waitFor();
    await axe();
    noConsoleErrors();
  });

  it('list past runs page by page, by job, each with its cost and what it found', async () => {
    const { page, axe, noConsoleErrors } = await open(await startJobHouse(morningState()), {
      hash: '#/background/history',
    });
    const rows = page.getByRole('table', { name: 'What was run' }).locator('tbody > tr[data-row]');
    await expect.poll(() => rows.count()).toBe(25);
    await page.getByRole('button', { name: 'Show older ones' }).click();
    await expect.poll(() => rows.count()).toBe(43);
    expect(await page.getByRole('button', { name: 'Show older ones' }).count()).toBe(0);
    await rows.first().focus();
    await page.keyboard.press('Enter');
    await page.getByText('Gave way').waitFor();
    await page.getByText('3 times').waitFor();
    await axe();
    await page.getByLabel('Job').selectOption('security-hygiene');
    await expect.poll(() => rows.count()).toBe(1);
    expect(await page.evaluate(() => location.hash)).toBe('#/background/history?job=security-hygiene');
    noConsoleErrors();
  });

  it('show a run that has just ended on top, and keep the older ones that were read', async () => {
    const house = await startJobHouse(morningState());
    const { page } = await open(house, { hash: '#/background/history' });
    const rows = page.getByRole('table', { name: 'What was run' }).locator('tbody > tr[data-row]');
    await page.getByRole('button', { name: 'Show older ones' }).click();
    await expect.poll(() => rows.count()).toBe(43);
    house.state.runs = [runOf('backup', { id: 'brand-new', found: 'Just now.' }), ...house.state.runs];
    house.tell({ topic: 'changed', data: { what: 'runs' } });
    await rows.first().getByText('Just now.').waitFor();
    expect(await rows.count()).toBe(44);
  });

  it('fit every window, in both themes, clean for axe', async () => {
    const house = await startJobHouse(morningState());
    await fitsEverywhere({
      open,
      house,
      hashes: [
        { hash: '#/background', seen: 'Offline training' },
        { hash: '#/background/local', seen: 'Both name the same three fields' },
        { hash: '#/background/speed', seen: 'improving' },
        { hash: '#/background/history', seen: 'Show older ones' },
        { hash: '#/background/keeping', seen: 'Damaged' },
      ],
    });
  }, 240_000);
});
