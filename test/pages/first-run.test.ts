import { expect, it, onTestFinished } from 'vitest';
import { startUpstream } from '../support/upstreams/start-upstream.ts';
import { describePages } from './support/describe-pages.ts';
import { makeLateDoor } from './support/late-door.ts';

describePages('the first run', ({ startHouse, open }) => {
  it('finds Ollama with its models, shows the address to paste, and does not come again once it is done', async () => {
    const house = await startHouse({ isFirstRun: true });
    const { page, axe, noConsoleErrors } = await open(house);
    await page.getByRole('heading', { name: 'Welcome to Pointsman' }).waitFor();
    await page.getByText(/Ollama .+ is running/).waitFor();
    await page.getByText('sim-llama:3b').waitFor();
    await page.getByText(`${house.url}/v1`, { exact: true }).waitFor();
    await page.getByText('Nothing of what is asked or answered is stored').waitFor();
    await axe();
    await page.getByRole('button', { name: 'Start using Pointsman' }).click();
    await page.getByRole('heading', { name: 'Traffic now' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Traffic now' }).waitFor();
    noConsoleErrors();
  });

  it('offers help where Ollama is missing, and notices by itself when it starts', async () => {
    const ollama = await startUpstream({ kind: 'ollama' });
    onTestFinished(() => ollama.stop());
    const door = await makeLateDoor(ollama.url);
    onTestFinished(() => door.close());
    const house = await startHouse({
      isFirstRun: true,
      hasProviders: false,
      settings: { ollama: { enabled: true, baseUrl: door.url, watchIntervalMs: 100 } },
    });
    const { page, axe, noConsoleErrors } = await open(house);
    await page.getByText('Ollama was not found').waitFor();
    const link = page.getByRole('link', { name: 'Get Ollama' });
    expect(await link.getAttribute('href')).toBe('https://ollama.com/download');
    await axe();
    await door.open();
    await page.getByText(/Ollama .+ is running/).waitFor();
    noConsoleErrors();
  });

  it('adds a cloud provider only with a key that works', async () => {
    const upstream = await startUpstream({ kind: 'openai', key: 'sk-right' });
    onTestFinished(() => upstream.stop());
    const house = await startHouse({ isFirstRun: true, hasProviders: false });
    const { page, axe, noConsoleErrors } = await open(house);
    // The same call to the same engine, only with a provider on this machine instead of a real one.
    await page.route(/\/control\/v1\/providers(\/try)?$/, (route) => {
      const sent: unknown = route.request().postDataJSON();
      return route.continue({ postData: JSON.stringify({ ...Object(sent), baseUrl: upstream.url }) });
    });
    await page.getByRole('button', { name: 'Add a cloud provider' }).click();
    await page.getByLabel('Provider').selectOption('openai');
    await page.getByLabel('API key').fill('sk-wrong');
    await page.getByRole('button', { name: 'Test and add' }).click();
    await page.getByRole('alert').getByText(/key/i).waitFor();
    await axe();
    await page.getByLabel('API key').fill('sk-right');
    await page.getByRole('button', { name: 'Test and add' }).click();
    await page.getByText('is ready').waitFor();
    await page.getByText('1 cloud provider is set up').waitFor();
    noConsoleErrors();
  });
});
