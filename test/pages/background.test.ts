import { expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { jobsViewOf, workingRun } from './support/jobs/job-fixtures.ts';
import { morningState, newState } from './support/jobs/job-script.ts';
import { describePages } from './support/describe-pages.ts';

const HASH = '#/background';
const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const jobCard = (page: Page, title: string) =>
  page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: title, level: 3, exact: true }) });

describePages('the background view, now', ({ startJobHouse, open }) => {
  it('shows what is at work with progress, an estimate of the time left, and what it cost so far', async () => {
    const { page, axe, noConsoleErrors } = await open(await startJobHouse(morningState()), { hash: HASH });
    const now = card(page, 'Now').last();
    await now.getByText('At work').waitFor();
    await now.getByText('Prompt 69: answered by ollama/qwen3:8b').waitFor();
    const bar = now.getByRole('progressbar', { name: 'Progress: Shadow evaluation' });
    expect(await bar.getAttribute('aria-valuenow')).toBe('68');
    expect(await bar.getAttribute('aria-valuemax')).toBe('200');
    expect(await now.getByText('19 min', { exact: false }).last().textContent()).toContain('estimate');
    await now.getByText('$0.0034 of $0.05').waitFor();
    await axe();
    noConsoleErrors();
  });

  it('follows by events: begun, gone on, ended', async () => {
    const house = await startJobHouse(newState());
    const { page, noConsoleErrors } = await open(house, { hash: HASH });
    const now = card(page, 'Now').last();
    await now.getByText('Nothing to do').waitFor();
    const asked = house.asked.length;
    const at = (unitsDone: number) =>
      jobsViewOf({ backup: { current: workingRun('backup', { unitsDone, unitsTotal: 4 }) } }, { running: 'backup' });
    house.tell({ topic: 'jobs', data: at(1) });
    await now.getByText('1 of 4 steps').waitFor();
    house.tell({ topic: 'jobs', data: at(3) });
    await now.getByText('3 of 4 steps').waitFor();
    house.tell({ topic: 'jobs', data: jobsViewOf() });
    await now.getByText('Nothing to do').waitFor();
    expect(house.asked.slice(asked)).not.toContain('jobs.read');
    noConsoleErrors();
  });

  it('says why nothing runs, with every condition of the gate, its value and its limit, and follows the machine', async () => {
    const house = await startJobHouse(newState());
    const { page, axe, noConsoleErrors } = await open(house, { hash: HASH });
    const now = card(page, 'Now').last();
    await now.getByText('Nothing to do').waitFor();
    house.machine.set({ source: 'battery', batteryPercent: 34, charging: false });
    await now.getByText('Held back').waitFor();
    const conditions = now.getByRole('list', { name: 'Conditions' }).getByRole('listitem');
    expect(await conditions.count()).toBe(9);
    await conditions.first().getByText('Does not hold').waitFor();
    await conditions.filter({ hasText: 'Power' }).getByText('needed: on mains').waitFor();
    await axe();
    noConsoleErrors();
  });

  it('pauses all for an hour, until tomorrow and until resumed, and resumes', async () => {
    const house = await startJobHouse(newState());
    const { page, axe, noConsoleErrors } = await open(house, { hash: HASH });
    const now = card(page, 'Now').last();
    for (const [button, said] of [
      ['For 1 hour', /Paused until \d\d:\d\d|Paused until \d+ /],
      ['Until tomorrow', /Paused until/],
      ['Until I resume', 'Paused until you resume it.'],
    ] as const) {
      await now.getByRole('button', { name: button }).click();
      await now.getByText(said).waitFor();
      await axe();
      await now.getByRole('button', { name: 'Resume' }).click();
      await now.getByText('Nothing to do').waitFor();
    }
    noConsoleErrors();
  });

  it('resumes what the tray has paused, too', async () => {
    const house = await startJobHouse(newState());
    await house.control('/control/v1/gate/pause', { method: 'POST', body: '{}' });
    const { page } = await open(house, { hash: HASH });
    const now = card(page, 'Now').last();
    await now.getByText('Paused until you resume it.').waitFor();
    await now.getByRole('button', { name: 'Resume' }).click();
    await now.getByText('Nothing to do').waitFor();
  });

  it('where it is not allowed at all, says so and offers to switch it on', async () => {
    const off = jobsViewOf({}, { enabled: false, sentence: 'Background work is switched off.' });
    const house = await startJobHouse(newState({ jobs: off }), { settings: { background: { enabled: false } } });
    const { page, axe, noConsoleErrors } = await open(house, { hash: HASH });
    const now = card(page, 'Now').last();
    await now.getByText('Switched off').waitFor();
    expect(await jobCard(page, 'Backup').getByRole('button', { name: 'Run now: Backup' }).isDisabled()).toBe(true);
    await axe();
    await now.getByRole('button', { name: 'Switch it on' }).click();
    await expect
      .poll(
        async () =>
          (
            (await (await house.control('/control/v1/settings')).json()) as {
              settings: { background: { enabled: boolean } };
            }
          ).settings.background.enabled,
      )
      .toBe(true);
    noConsoleErrors();
  });

  it('sums up what was done while nobody was there', async () => {
    const { page } = await open(await startJobHouse(morningState()), { hash: HASH });
    const away = card(page, 'While you were away');
    await away.getByText('Three jobs ran, three things were found').waitFor();
    await away.getByText('$0.0034').waitFor();
    await away.getByText('5 h 24 min').waitFor();
    expect(await away.getByText('59.44 Wh').textContent()).toContain('estimate');
    await away.getByText('A copy of 180 KB was made; seven are kept.').waitFor();
  });

  it('lists findings, the most pressing first, each with what to do, and forgets one that is dismissed', async () => {
    const house = await startJobHouse(morningState());
    const { page, axe, noConsoleErrors } = await open(house, { hash: HASH });
    const items = card(page, 'Findings').getByRole('listitem');
    await items.first().getByText('Urgent').waitFor();
    await items.first().getByText('Update Ollama to 0.17.1 or later').waitFor();
    const link = items.filter({ hasText: 'OpenAI' }).getByRole('link', { name: 'Replace the key' });
    expect(await link.getAttribute('href')).toBe('#/models?rotate=openai');
    await axe();
    await items
      .first()
      .getByRole('button', { name: /^Dismiss: Ollama/ })
      .click();
    await items.filter({ hasText: 'CVE-2026-7482' }).waitFor({ state: 'detached' });
    expect(house.state.findings.find(({ id }) => id === 'finding-2')?.state).toBe('dismissed');
    noConsoleErrors();
  });

  it('leads from a finding to its proposal, with the focus on it', async () => {
    const { page } = await open(await startJobHouse(morningState()), { hash: HASH });
    await page.getByRole('button', { name: 'See the proposal' }).click();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('proposal-proposal-1');
  });

  it.each([
    ['Make the change', 'accepted', 'Made'],
    ['Leave it as it is', 'dismissed', 'Left'],
  ] as const)(
    'shows a proposal with evidence and what changes, and takes "%s" for an answer',
    async (button, state, said) => {
      const house = await startJobHouse(morningState());
      const { page, axe, noConsoleErrors } = await open(house, { hash: HASH });
      const proposals = card(page, 'Proposals');
      await proposals.getByText('62 %, between 54 % and 70 %').waitFor();
      expect(await proposals.getByText('Local bias').locator('..').textContent()).toMatch(
        /before\s*0\.5\s*after\s*0\.65/,
      );
      await axe();
      await proposals.getByRole('button', { name: `${button}: Prefer local models a little more` }).click();
      await proposals.getByText('No change is proposed').waitFor();
      await proposals.getByText('1 decided').click();
      await proposals.getByText(said, { exact: false }).last().waitFor();
      expect(house.state.proposals[0]?.state).toBe(state);
      noConsoleErrors();
    },
  );

  it('runs, cancels, pauses and resumes one job', async () => {
    const house = await startJobHouse(newState());
    const { page, axe, noConsoleErrors } = await open(house, { hash: HASH });
    const backup = jobCard(page, 'Backup');
    await backup.getByRole('button', { name: 'Run now: Backup' }).click();
    await backup.getByText('At work').waitFor();
    await backup.getByRole('button', { name: 'Cancel this run: Backup' }).click();
    await backup.getByText('Cancelled').waitFor();
    await backup.getByRole('button', { name: 'Pause: Backup' }).click();
    await axe();
    await page.keyboard.press('ArrowDown');
    await page.getByRole('menuitem', { name: 'For 1 hour' }).click();
    await backup.getByText('Paused until').waitFor();
    await backup.getByRole('button', { name: 'Resume: Backup' }).click();
    await backup.getByText('Paused until').waitFor({ state: 'detached' });
    expect(
      house.asked.filter((name) => name.startsWith('jobs.') && name !== 'jobs.read' && name !== 'jobs.summary'),
    ).toEqual(['jobs.run', 'jobs.cancel', 'jobs.pauseOne', 'jobs.resumeOne']);
    noConsoleErrors();
  });

  it('switches one job off in the settings, and leaves those that are off already', async () => {
    const house = await startJobHouse(morningState(), { settings: { background: { off: ['price-refresh'] } } });
    const { page } = await open(house, { hash: HASH });
    await jobCard(page, 'Backup').getByRole('switch', { name: 'Backup: in use' }).click();
    const off = async () =>
      ((await (await house.control('/control/v1/settings')).json()) as { settings: { background: { off: string[] } } })
        .settings.background.off;
    await expect.poll(off).toEqual(['price-refresh', 'backup']);
    await jobCard(page, 'Prices').getByRole('switch', { name: 'Prices: in use' }).click();
    await expect.poll(off).toEqual(['backup']);
  });

  it('tells why it was refused', async () => {
    const house = await startJobHouse(newState());
    house.refuse('jobs.run', 'It is on battery, and that is never overridden.');
    const { page, axe } = await open(house, { hash: HASH });
    await jobCard(page, 'Backup').getByRole('button', { name: 'Run now: Backup' }).click();
    await page.getByText('It is on battery, and that is never overridden.').waitFor();
    await axe();
  });

  it('says what keeps runs from being written down', async () => {
    const jobs = jobsViewOf({}, { problem: 'The disk is full: runs are not written down. Make room.' });
    const { page, axe } = await open(await startJobHouse(newState({ jobs })), { hash: HASH });
    await page.getByRole('alert').getByText('The disk is full').waitFor();
    await axe();
  });

  it('is laid out before its figures are there: nothing moves when they arrive', async () => {
    const { page } = await open(await startJobHouse(newState()), { hash: HASH });
    await jobCard(page, 'Backup').waitFor();
    const shift = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let sum = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) sum += (entry as PerformanceEntry & { value: number }).value;
          }).observe({ type: 'layout-shift', buffered: true });
          setTimeout(() => resolve(sum), 500);
        }),
    );
    expect(shift).toBeLessThan(0.1);
  });
});
