import { describe, expect, it } from 'vitest';
import { resolveSecret, usableKey } from '../../../src-main/engine/providers/secret-resolver.ts';
import { MemorySecrets } from '../../support/memory-secrets.ts';

const settings = { id: 'groq', auth: 'bearer', keyVariable: 'GROQ_API_KEY' } as const;

describe('resolveSecret', () => {
  it('takes the environment variable before the store', () => {
    const sources = { environment: { GROQ_API_KEY: 'from-env' }, store: new MemorySecrets({ groq: 'stored' }) };
    expect(resolveSecret(settings, sources)).toEqual({ value: 'from-env', source: 'environment' });
  });

  it.each([undefined, '', '  \n', 'schlüssel', 'two words'])(
    'goes on to the store when the variable is %j',
    (value) => {
      const sources = { environment: { GROQ_API_KEY: value }, store: new MemorySecrets({ groq: 'stored' }) };
      expect(resolveSecret(settings, sources)).toEqual({ value: 'stored', source: 'stored' });
    },
  );

  it('does not look at the environment when no variable is named', () => {
    const sources = { environment: { GROQ_API_KEY: 'from-env' }, store: new MemorySecrets() };
    expect(resolveSecret({ ...settings, keyVariable: null }, sources)).toEqual({ value: null, source: 'missing' });
  });

  it('needs nothing where the provider takes no key', () => {
    const sources = { environment: { GROQ_API_KEY: 'from-env' }, store: new MemorySecrets({ groq: 'stored' }) };
    expect(resolveSecret({ ...settings, auth: 'none' }, sources)).toEqual({ value: null, source: 'not needed' });
  });
});

describe('usableKey', () => {
  it('drops the line end that pasting brings along', () => {
    expect(usableKey(' sk-1\r\n')).toBe('sk-1');
  });
});
