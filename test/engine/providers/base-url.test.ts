import { describe, expect, it } from 'vitest';
import { checkBaseUrl, isNearHost } from '../../../src-main/engine/providers/base-url.ts';
import { containing } from '../../support/containing.ts';

describe('checkBaseUrl', () => {
  it.each([
    ['https://api.example.com/v1', 'https://api.example.com/v1'],
    ['  https://api.example.com/v1/  ', 'https://api.example.com/v1'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ])('takes %j', (text, value) => {
    expect(checkBaseUrl(text)).toEqual({ ok: true, value });
  });

  it.each([
    ['api.example.com/v1', 'must begin with http:// or https://'],
    ['ftp://api.example.com', 'must begin with http:// or https://'],
    ['', 'must begin with http:// or https://'],
    ['https://exa mple.com', 'is no URL'],
    ['https://user:secret@example.com/v1', 'Leave user and password out'],
    ['https://example.com/v1?key=secret', 'Leave out everything from ?'],
    ['https://example.com/v1/chat/completions', 'Leave out /chat/completions'],
    ['https://example.com/v1/models/', 'Leave out /models'],
    ['http://127.0.0.1:11434/api/tags', 'Leave out /api/tags'],
  ])('refuses %j and says why', (text, why) => {
    const checked = checkBaseUrl(text);
    expect(checked).toMatchObject({ ok: false, sentence: containing(why) });
    expect(JSON.stringify(checked)).not.toContain('secret');
  });
});

describe('isNearHost', () => {
  const near = ['localhost', '127.0.0.1', '10.1.2.3', '192.168.0.9', '172.20.1.1', '169.254.3.3', '[::1]', '[fd00::1]'];
  it.each([...near, '[fe80::1]', 'nas', 'box.local', 'ai.internal', 'pc.lan'])('is true for %s', (host) => {
    expect(isNearHost(host)).toBe(true);
  });

  it.each(['api.openai.com', '8.8.8.8', '172.32.0.1', '[2001:db8::1]', 'local.example.com'])(
    'is false for %s',
    (host) => {
      expect(isNearHost(host)).toBe(false);
    },
  );
});
