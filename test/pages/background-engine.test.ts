import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { OperationName, OperationOutput } from '../../src-shared/operations.ts';
import { operationSchemas, toOperationCall } from '../../src-shared/operation-call.ts';
import { openWriterConnection } from '../../src-main/engine/store/database.ts';
import { describePages } from './support/describe-pages.ts';
import { sendTraffic } from './support/send-traffic.ts';
import type { House } from './support/start-house.ts';

const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const jobCard = (page: Page, title: string) =>
  page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: title, level: 3, exact: true }) });

async function read<Name extends OperationName>(house: House, name: Name): Promise<OperationOutput<Name>> {
  const { path } = toOperationCall<OperationName>(name, {});
  return operationSchemas[name].output.parse(await (await house.control(path)).json());
}

/** As a job's unit would have left it. */
function propose(house: House, changes: { path: string; before: unknown; after: unknown }[]): void {
  const database = openWriterConnection(join(house.folder, 'pointsman.db'));
  const columns = 'id, job, key, title, sentence, evidence, changes, proposed_at_ms, state, decided_at_ms';
  database
    .prepare(`INSERT INTO proposals (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'open', NULL)`)
    .run('p1', 'offline-training', 'k', 'Wait longer', 'It did better.', '[]', JSON.stringify(changes), Date.now());
  database.close();
}

describePages('background work of the real engine, by click', ({ startHouse, open }) => {
  it('is paused and goes on', async () => {
    const house = await startHouse();
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/background' });
    const now = card(page, 'Now');
    await now.getByRole('button', { name: 'For 1 hour' }).click();
    await now
      .getByText(/Paused until \d/)
      .last()
      .waitFor();
    expect(await read(house, 'jobs.read')).toMatchObject({ paused: true });
    await axe();
    await now.getByRole('button', { name: 'Resume' }).click();
    await now.getByRole('button', { name: 'For 1 hour' }).waitFor();
    expect(await read(house, 'jobs.read')).toMatchObject({ paused: false, pausedUntilMs: null });
    noConsoleErrors();
  });

  it('runs a job while the person is at the machine, shows what it found, and writes it down', async () => {
    const house = await startHouse();
    house.machine.set({ userIdleMs: 0 });
    const { page, go, axe, noConsoleErrors } = await open(house, { hash: '#/background' });
    const check = jobCard(page, 'Security check');
    await check.getByText('not run yet').waitFor();
    await check.getByRole('button', { name: 'Run now: Security check' }).click();
    await check.getByText('not run yet').waitFor({ state: 'detached' });
    const { runs } = await read(house, 'jobs.runs');
    expect(runs).toMatchObject([{ job: 'security-hygiene', state: 'done', trigger: 'person' }]);
    await check
      .getByText(runs[0]?.found ?? 'nothing to tell')
      .first()
      .waitFor();
    await axe();
    await go('background', '/history');
    await page.getByRole('table', { name: 'What was run' }).getByText('Security check').waitFor();
    noConsoleErrors();
  });

  it('tells what it found, and not again what was dismissed', async () => {
    const house = await startHouse({ settings: { log: { level: 'debug' } } });
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/background' });
    await jobCard(page, 'Security check').getByRole('button', { name: 'Run now: Security check' }).click();
    const finding = card(page, 'Findings').getByRole('listitem').filter({ hasText: 'The log is set to debug' });
    await finding.waitFor();
    await axe();
    await finding.getByRole('button', { name: /^Dismiss/ }).click();
    await finding.waitFor({ state: 'detached' });
    await jobCard(page, 'Security check').getByRole('button', { name: 'Run now: Security check' }).click();
    await expect.poll(async () => (await read(house, 'jobs.runs')).runs.length).toBe(2);
    const { findings } = await read(house, 'findings.list');
    expect(findings.filter(({ key, state }) => key === 'log/debug' && state === 'open')).toEqual([]);
    noConsoleErrors();
  });

  it('changes a setting when a proposal is accepted, and not before', async () => {
    const house = await startHouse();
    const bias = async () => (await read(house, 'settings.read')).settings.optimizer.preferences.localBias;
    const before = await bias();
    propose(house, [{ path: 'optimizer.preferences.localBias', before, after: 0.9 }]);
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/background' });
    const proposals = card(page, 'Proposals');
    await proposals.getByText('Local bias').waitFor();
    expect(await bias()).toBe(before);
    await axe();
    await proposals.getByRole('button', { name: 'Make the change: Wait longer' }).click();
    await proposals.getByText('No change is proposed').waitFor();
    expect(await bias()).toBe(0.9);
    expect((await read(house, 'proposals.list')).proposals.filter(({ state }) => state === 'open')).toEqual([]);
    noConsoleErrors();
  });

  it('keeps prompts from the consent on, and has none any more once it is withdrawn', async () => {
    const house = await startHouse();
    await sendTraffic(house, 1);
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/background/keeping' });
    const consent = page.getByRole('switch', { name: 'Keep prompts and answers for a while' });
    await consent.click();
    await page.getByText('Prompts are kept from now on.').waitFor();
    await page.getByText(/^agreed /).waitFor();
    expect((await read(house, 'kept.read')).count).toBe(0);
    await sendTraffic(house, 4);
    await expect.poll(async () => (await read(house, 'kept.read')).count, { timeout: 10_000 }).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Erase all…' }).isEnabled();
    await axe();
    await consent.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Stop and erase' }).click();
    await page.getByText('Nothing is kept any longer').waitFor();
    expect(await read(house, 'kept.read')).toMatchObject({ consent: false, count: 0 });
    expect((await read(house, 'settings.read')).settings.privacy.keepPrompts.enabled).toBe(false);
    noConsoleErrors();
  });

  it('makes a backup, and gives back what was set when it was made', async () => {
    const house = await startHouse();
    const level = async () => (await read(house, 'settings.read')).settings.background.level;
    const change = (value: string) =>
      house.control('/control/v1/settings', {
        method: 'POST',
        body: JSON.stringify({ changes: [{ path: 'background.level', value }] }),
      });
    await change('conservative');
    const { page, axe, noConsoleErrors } = await open(house, { hash: '#/background/keeping' });
    await page.getByRole('button', { name: 'Make one now' }).click();
    await page.getByRole('table', { name: 'Backups' }).getByText('Intact').waitFor();
    await change('aggressive');
    await axe();
    await page.getByRole('button', { name: /^Restore the copy/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Restore it' }).click();
    await page.getByText('The copy was restored.').waitFor();
    expect(await level()).toBe('conservative');
    noConsoleErrors();
  });

  it('is switched off and on for one job and for all, and the page follows', async () => {
    const house = await startHouse();
    const { page, noConsoleErrors } = await open(house, { hash: '#/background' });
    const backup = jobCard(page, 'Backup');
    await backup.getByRole('switch', { name: 'Backup: in use' }).click();
    await backup.getByText('Switched off', { exact: true }).waitFor();
    expect((await read(house, 'settings.read')).settings.background.off).toEqual(['backup']);
    await backup.getByRole('switch', { name: 'Backup: in use' }).click();
    await backup.getByText('Switched off', { exact: true }).waitFor({ state: 'detached' });
    const changes = [{ path: 'background.enabled', value: false }];
    await house.control('/control/v1/settings', { method: 'POST', body: JSON.stringify({ changes }) });
    await card(page, 'Now').getByRole('button', { name: 'Switch it on' }).click();
    await expect.poll(async () => (await read(house, 'jobs.read')).enabled).toBe(true);
    noConsoleErrors();
  });
});
