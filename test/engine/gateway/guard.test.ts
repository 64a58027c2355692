import fc from 'fast-check';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { allowedHosts, checkCaller, preflightHeaders } from '../../../src-main/engine/gateway/guard.ts';

const OPTIONS = {
  hosts: allowedHosts({ port: 8400, boundHost: '127.0.0.1', ownAddresses: [], extra: ['box.example'] }),
  origins: new Set(['https://trusted.example']),
};

/** A request with these headers, as Node's parser would give it. */
function requestWith(...headers: readonly [string, string][]): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  for (const [name, value] of headers) {
    request.rawHeaders.push(name, value);
    request.headers[name.toLowerCase()] ??= value;
  }
  return request;
}

function isAllowed(...headers: readonly [string, string][]): boolean {
  return checkCaller(requestWith(...headers), OPTIONS).allowed;
}

const HOST: [string, string] = ['Host', '127.0.0.1:8400'];

describe('the hosts that mean us', () => {
  test('are the loopback names with the port in use, and the person’s own with and without it', () => {
    expect([...OPTIONS.hosts].sort()).toEqual([
      '127.0.0.1:8400',
      '[::1]:8400',
      'box.example',
      'box.example:8400',
      'localhost:8400',
    ]);
  });

  test('need no port where it is that of HTTP itself', () => {
    const hosts = allowedHosts({ port: 80, boundHost: '127.0.0.1', ownAddresses: [], extra: [] });
    expect(hosts.has('localhost')).toBe(true);
  });

  test('are the machine’s own addresses too when bound to all of them', () => {
    const hosts = allowedHosts({ port: 1, boundHost: '0.0.0.0', ownAddresses: ['192.168.1.7', 'fe80::1'], extra: [] });
    expect(hosts.has('192.168.1.7:1')).toBe(true);
    expect(hosts.has('[fe80::1]:1')).toBe(true);
  });
});

describe('a caller', () => {
  test.each(['127.0.0.1:8400', 'LOCALHOST:8400', '[::1]:8400', 'box.example', 'Box.Example:8400'])(
    'for the host %s is let in',
    (host) => expect(isAllowed(['Host', host])).toBe(true),
  );

  test('for any other host is not, and is told what to do', () => {
    const verdict = checkCaller(requestWith(['Host', 'evil.example:8400']), OPTIONS);
    expect(verdict).toMatchObject({ allowed: false, failure: { code: 'forbidden' } });
    expect(JSON.stringify(verdict)).toContain('gateway.allowedHosts');
    fc.assert(
      fc.property(fc.oneof(fc.domain(), fc.ipV4(), fc.string()), fc.nat(65_535), (name, port) => {
        const host = `${name}:${port}`;
        expect(isAllowed(['Host', host])).toBe(OPTIONS.hosts.has(host.toLowerCase()));
      }),
    );
  });

  test('without a host, or with two of them in any spelling, is not let in', () => {
    expect(isAllowed()).toBe(false);
    expect(isAllowed(HOST, ['hOST', 'evil.example'])).toBe(false);
    expect(isAllowed(HOST, HOST)).toBe(false);
  });

  test('that is a page of a stranger is not let in', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: false }), (url) => {
        const { origin, hostname } = new URL(url);
        fc.pre(hostname !== 'localhost' && origin !== 'https://trusted.example');
        expect(isAllowed(HOST, ['Origin', origin])).toBe(false);
      }),
    );
  });

  test.each(['null', '', 'http://localhost.evil.example', 'http://localhost@evil.example', 'app://a/b', 'localhost'])(
    'with the origin "%s" is not let in',
    (origin) => expect(isAllowed(HOST, ['Origin', origin])).toBe(false),
  );

  test.each(['http://localhost', 'https://localhost:3000', 'http://[::1]:9', 'app://pointsman', 'tauri://localhost'])(
    'with the origin "%s" is let in and may read the answer',
    (origin) => {
      const verdict = checkCaller(requestWith(HOST, ['Origin', origin]), OPTIONS);
      expect(verdict.allowed && verdict.cors.slice(0, 2)).toEqual(['access-control-allow-origin', origin]);
    },
  );

  test('that the person trusts is let in, exactly so', () => {
    expect(isAllowed(HOST, ['Origin', 'https://trusted.example'])).toBe(true);
    expect(isAllowed(HOST, ['Origin', 'http://trusted.example'])).toBe(false);
    expect(isAllowed(HOST, ['Origin', 'https://trusted.example:444'])).toBe(false);
  });

  test('that is a page from the very address it calls is let in, and from its other ports is not', () => {
    const box: [string, string] = ['Host', 'box.example:8400'];
    expect(isAllowed(box, ['Origin', 'http://box.example:8400'])).toBe(true);
    expect(isAllowed(box, ['Origin', 'http://box.example:8401'])).toBe(false);
    expect(isAllowed(box, ['Origin', 'https://box.example:8400'])).toBe(false);
    expect(isAllowed(['Host', 'evil.example:8400'], ['Origin', 'http://evil.example:8400'])).toBe(false);
  });

  test('that is no page gets no headers for pages', () => {
    expect(checkCaller(requestWith(HOST), OPTIONS)).toEqual({ allowed: true, cors: [] });
  });
});

describe('a preflight', () => {
  test('is given leave for the headers of our clients, in any spelling, and for no others', () => {
    const asked = 'X-Api-Key, anthropic-beta,x-stainless-os , x-evil,cookie,authorization';
    const headers = preflightHeaders(requestWith(['Access-Control-Request-Headers', asked]));
    const at = headers.indexOf('access-control-allow-headers');
    expect(headers[at + 1]).toBe('x-api-key, anthropic-beta, x-stainless-os, authorization');
  });

  test('that asks for no headers is given none', () => {
    const headers = preflightHeaders(requestWith());
    expect(headers[headers.indexOf('access-control-allow-headers') + 1]).toBe('');
  });
});
