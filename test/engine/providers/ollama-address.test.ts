import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseOllamaHost } from '../../../src-main/engine/providers/ollama-address.ts';

describe('parseOllamaHost', () => {
  it.each([
    [undefined, 'http://127.0.0.1:11434'],
    ['', 'http://127.0.0.1:11434'],
    ['  ', 'http://127.0.0.1:11434'],
    ['192.168.1.5', 'http://192.168.1.5:11434'],
    ['192.168.1.5:8000', 'http://192.168.1.5:8000'],
    [' "box.local:9000" ', 'http://box.local:9000'],
    ["'box'", 'http://box:11434'],
    [':12345', 'http://127.0.0.1:12345'],
    ['0.0.0.0', 'http://127.0.0.1:11434'],
    ['0.0.0.0:4711', 'http://127.0.0.1:4711'],
    ['[::]:4711', 'http://127.0.0.1:4711'],
    ['0', 'http://127.0.0.1:11434'],
    ['localhost', 'http://127.0.0.1:11434'],
    ['[::1]', 'http://[::1]:11434'],
    ['::1', 'http://[::1]:11434'],
    ['[fd00::1]:99', 'http://[fd00::1]:99'],
    ['http://box', 'http://box:80'],
    ['http://box:1234', 'http://box:1234'],
    ['https://box', 'https://box:443'],
    ['HTTPS://box:8443/ollama/', 'https://box:8443/ollama'],
    ['box:99999', 'http://box:11434'],
    ['box:port', 'http://box:11434'],
    ['what ever', 'http://127.0.0.1:11434'],
  ])('reads %j as %s', (value, expected) => {
    expect(parseOllamaHost(value)).toBe(expected);
  });

  it('gives an address that can be called, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const { protocol, hostname } = new URL(parseOllamaHost(value));
        expect(['http:', 'https:']).toContain(protocol);
        expect(['', '0.0.0.0', '[::]']).not.toContain(hostname);
      }),
    );
  });
});
