import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { providerStatus, providerTest } from '../../../src-shared/control.ts';
import { startUpstream } from '../../support/upstreams/start-upstream.ts';
import { ask, other, problemOf, read, send, start } from './control-client.ts';

const KEY = 'sk-the-right-one';

describe('a provider', () => {
  it('is added, tested, used, given another key, and removed', async () => {
    const gateway = await start();
    const upstream = await other({ kind: 'openai', key: KEY, models: [{ name: 'gpt-new' }] });
    const added = await send(gateway, 'POST', '/control/v1/providers', {
      id: 'second',
      baseUrl: upstream.url,
      key: KEY,
    });
    expect(added.status).toBe(200);
    expect(providerStatus.parse(await added.json())).toMatchObject({ id: 'second', state: 'healthy', key: 'stored' });
    const tested = await send(gateway, 'POST', '/control/v1/providers/second/test');
    expect(providerTest.parse(await tested.json())).toMatchObject({ ok: true, problem: 'none', models: ['gpt-new'] });
    expect((await ask(gateway, 'second/gpt-new')).status).toBe(200);

    const wrong = await send(gateway, 'POST', '/control/v1/providers/second/key', { key: 'sk-wrong' });
    expect(providerTest.parse(await wrong.json())).toMatchObject({ ok: false, problem: 'key' });
    const right = await send(gateway, 'POST', '/control/v1/providers/second/key', { key: KEY });
    expect(providerTest.parse(await right.json())).toMatchObject({ ok: true });
    expect((await ask(gateway, 'second/gpt-new')).status).toBe(200);

    const removed = await send(gateway, 'DELETE', '/control/v1/providers/second');
    expect(await removed.json()).toEqual({ removed: true });
    expect((await ask(gateway, 'second/gpt-new')).status).toBe(404);
    expect((await problemOf(await send(gateway, 'DELETE', '/control/v1/providers/second'))).status).toBe(400);
  });

  it('with a wrong key: the sentence says that it is the key', async () => {
    const gateway = await start();
    const upstream = await other({ kind: 'openai', key: KEY });
    const body = { id: 'second', name: 'Second', baseUrl: upstream.url, key: 'sk-wrong' };
    const added = providerStatus.parse(await (await send(gateway, 'POST', '/control/v1/providers', body)).json());
    expect(added).toMatchObject({ state: 'misconfigured' });
    const tested = providerTest.parse(await (await send(gateway, 'POST', '/control/v1/providers/second/test')).json());
    expect(tested).toMatchObject({ ok: false, problem: 'key' });
    expect(tested.sentence).toMatch(/Second refused the key \(401\)/);
    expect(JSON.stringify([added, tested])).not.toContain('sk-wrong');
  });

  it('with an address at which nobody is: the sentence says that it is the address', async () => {
    const gateway = await start();
    const gone = await startUpstream({ kind: 'openai' });
    await gone.stop();
    await send(gateway, 'POST', '/control/v1/providers', { id: 'second', baseUrl: gone.url });
    const tested = providerTest.parse(await (await send(gateway, 'POST', '/control/v1/providers/second/test')).json());
    expect(tested).toMatchObject({ ok: false, problem: 'address' });
    expect(tested.sentence).toContain(`Nothing answers at ${new URL(gone.url).origin}`);
  });

  it('with an address below which there is no such API: the sentence says so and where it looked', async () => {
    const gateway = await start();
    const upstream = await other({ kind: 'openai' });
    const baseUrl = upstream.url.replace('/v1', '/wrong');
    await send(gateway, 'POST', '/control/v1/providers', { id: 'second', baseUrl });
    const tested = providerTest.parse(await (await send(gateway, 'POST', '/control/v1/providers/second/test')).json());
    expect(tested.ok).toBe(false);
    expect(['address', 'protocol']).toContain(tested.problem);
    expect(tested.sentence).toMatch(/base URL|address/);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['without an address', { id: 'x' }, /catalogue entry|base URL/],
    ['with an address that is none', { id: 'x', baseUrl: 'not an address' }, /address|URL/],
    ['over ftp', { id: 'x', baseUrl: 'ftp://example.com' }, /http/],
    ['of a catalogue that does not have it', { catalogue: 'opnai' }, /did you mean .*openai/],
    ['with an id that is taken', { id: 'up', baseUrl: 'http://127.0.0.1:9/v1' }, /already/],
    ['with an id that means something', { id: 'local', baseUrl: 'http://127.0.0.1:9/v1' }, /meaning of its own/],
    ['with an id in capitals', { id: 'Second', baseUrl: 'http://127.0.0.1:9/v1' }, /lower-case/],
    ['with a field that does not exist', { id: 'x', baseUrl: 'http://127.0.0.1:9/v1', colour: 'red' }, /colour/],
    ['with a field of the wrong type', { id: 7, baseUrl: 'http://127.0.0.1:9/v1' }, /string/],
    ['with a key over plain http', { id: 'x', baseUrl: 'http://example.com/v1', key: 'sk-1' }, /https/],
  ])('is refused %s, in a sentence', async (_what, body, sentence) => {
    const gateway = await start();
    const refused = await problemOf(await send(gateway, 'POST', '/control/v1/providers', body));
    expect(refused).toMatchObject({ status: 400, code: 'invalid_request' });
    expect(refused.message).toMatch(sentence);
    const { providers } = await read(
      gateway,
      '/control/v1/providers',
      z.object({ providers: z.array(providerStatus) }),
    );
    expect(providers.map(({ id }) => id)).toEqual(['up']);
  });

  it('is looked at again when asked', async () => {
    const gateway = await start();
    gateway.upstream.state.models = [{ name: 'brand-new' }];
    const reply = await send(gateway, 'POST', '/control/v1/providers/refresh');
    expect(await reply.json()).toMatchObject({ providers: [{ id: 'up', modelCount: 1 }] });
    expect((await ask(gateway, 'brand-new')).status).toBe(200);
  });

  it('has its key rotated: a new one that does not work leaves the old one in use', async () => {
    const gateway = await start();
    const account = { kind: 'openai' as const, key: KEY, models: [{ name: 'gpt-new' }] };
    const upstream = await other(account);
    await send(gateway, 'POST', '/control/v1/providers', { id: 'second', baseUrl: upstream.url, key: KEY });
    const rotate = async (key: string) =>
      providerTest.parse(await (await send(gateway, 'POST', '/control/v1/providers/second/rotate', { key })).json());
    const wrong = await rotate('sk-wrong');
    expect(wrong).toMatchObject({ ok: false, problem: 'key' });
    expect(wrong.sentence).toContain('stays in use');
    expect((await ask(gateway, 'second/gpt-new')).status).toBe(200);

    account.key = 'sk-the-next-one';
    expect(await rotate('sk-the-next-one')).toMatchObject({ ok: true, models: ['gpt-new'] });
    expect((await ask(gateway, 'second/gpt-new')).status).toBe(200);
    const nobody = await problemOf(await send(gateway, 'POST', '/control/v1/providers/nobody/rotate', { key: 'x' }));
    expect(nobody).toMatchObject({ status: 400 });
  });

  it('that is unknown cannot be tested or given a key', async () => {
    const gateway = await start();
    const key = await problemOf(await send(gateway, 'POST', '/control/v1/providers/nobody/key', { key: 'x' }));
    expect(key).toMatchObject({ status: 400 });
    expect(key.message).toContain('"nobody"');
    const tested = providerTest.parse(await (await send(gateway, 'POST', '/control/v1/providers/nobody/test')).json());
    expect(tested.sentence).toContain('"nobody"');
  });
});
