import { describe, expect, it } from 'vitest';
import { settings as settingsSchema } from '../../../../src-shared/settings.ts';
import type { SettingChange } from '../../../../src-shared/jobs.ts';
import { toServerSettings } from '../../../../src-main/engine/jobs/discovery/propose-provider.ts';
import { acceptProposal } from '../../../../src-main/engine/jobs/queue/accept-proposal.ts';
import { mayPropose } from '../../../../src-main/engine/jobs/queue/may-propose.ts';

const found = toServerSettings({ origin: 'http://127.0.0.1:8000', catalogue: 'vllm', models: ['m'] }, new Set());
const addition: SettingChange = { path: 'providers.vllm', before: null, after: found };
const mine = { id: 'mine', name: 'Mine', kind: 'openai', track: 'local', baseUrl: 'http://127.0.0.1:9/v1' };

const accept = (change: Partial<SettingChange>, providers: object[] = []) =>
  acceptProposal({ changes: [{ ...addition, ...change }] }, settingsSchema.parse({ providers }));

describe('a proposed provider', () => {
  it('is added behind the others when the person agrees', () => {
    const accepted = accept({}, [mine]);
    expect(accepted).toMatchObject({ kind: 'accepted', settings: { providers: [{ id: 'mine' }, found] } });
  });

  it.each([
    ['the same id', { ...mine, id: 'vllm' }],
    ['the same address', { ...mine, baseUrl: 'http://127.0.0.1:8000/v1' }],
  ])('is outdated when there is one of %s', (_what, provider) => {
    expect(accept({}, [provider])).toEqual({ kind: 'outdated' });
  });

  it.each<[string, Partial<SettingChange>]>([
    ['is no provider', { after: { id: 'vllm' } }],
    ['has another id than its path', { path: 'providers.other' }],
    ['would change one that is there', { before: mine }],
  ])('that %s is not added', (_what, change) => {
    expect(accept(change)).toEqual({ kind: 'outdated' });
  });

  it.each(['providers', 'providers.vllm.baseUrl', 'providers.0.enabled', 'privacy.localOnly'])(
    'is all that may be proposed of what keeps people safe: not %s',
    (path) => {
      expect(mayPropose(path)).toBe(false);
      expect(accept({ path })).toMatchObject({ kind: 'refused' });
    },
  );
});
