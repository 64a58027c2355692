import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findSensitive, LONGEST_FIND } from '../../../../src-main/engine/jobs/kept/find-sensitive.ts';
import { hasIban } from '../../../../src-main/engine/jobs/kept/has-iban.ts';
import { textsOf } from '../../../../src-main/engine/jobs/kept/texts-of.ts';
import type { ChatRequest } from '../../../../src-main/engine/protocols/chat-request.ts';

/** None of these was ever a key of anybody. */
const FOUND: readonly [kind: string, text: string][] = [
  ['private_key', 'here: -----BEGIN RSA PRIVATE KEY-----\nMIIEow'],
  ['private_key', '-----BEGIN PRIVATE KEY-----'],
  ['private_key', '-----BEGIN OPENSSH PRIVATE KEY-----'],
  ['private_key', '-----BEGIN PGP PRIVATE KEY BLOCK-----'],
  ['api_key', `OPENAI_API_KEY=sk-proj-${'a1B2c3'.repeat(6)}`],
  ['api_key', `sk-ant-api03-${'a1B2-c3_'.repeat(6)}`],
  ['api_key', 'aws_access_key_id = AKIAIOSFODNN7EXAMPLE'],
  ['api_key', `ghp_${'a1B2c3'.repeat(6)}`],
  ['api_key', `github_pat_${'11ABCDE0'.repeat(4)}`],
  ['api_key', `glpat-${'a1B2-'.repeat(4)}`],
  ['api_key', 'xoxb-123456789012-abcdef'],
  ['api_key', `AIza${'Sy1-_'.repeat(7)}`],
  ['api_key', `hf_${'aB1cD'.repeat(6)}`],
  ['api_key', `gsk_${'aB1cD'.repeat(6)}`],
  ['api_key', `sk_live_${'4eC39HqL'.repeat(3)}`],
  ['api_key', `npm_${'a1B2c3'.repeat(6)}`],
  ['api_key', `pm-${'0f'.repeat(24)}`],
  ['api_key', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N'],
  ['password', 'postgres://admin:s3cret-word@db.example.org/main'],
  ['password', 'Authorization: Bearer abcdef0123456789ABCDEF'],
  ['password', 'password: hunter2hunter'],
  ['password', '"client_secret": "8f14e45fceea167a5a36"'],
  ['password', "API_KEY='0123456789abcdef'"],
  ['password', 'my password is Tr0ub4dor&3'],
  ['card', 'pay with 4111 1111 1111 1111 please'],
  ['card', '5500-0000-0000-0004'],
  ['card', '378282246310005'],
  ['card', '3782 822463 10005'],
  ['card', '30569309025904'],
  ['card', '{"card":6011111111111117}'],
  ['iban', 'IBAN: DE89 3704 0044 0532 0130 00.'],
  ['iban', 'GB29NWBK60161331926819'],
  ['iban', 'fr14 2004 1010 0505 0001 3m02 606'],
  ['iban', 'NO93-8601-1117-947'],
];

test.each(FOUND)('a %s is found in: %s', (kind, text) => {
  expect(findSensitive(text)).toBe(kind);
});

/** What is written every day. */
const FINE: readonly string[] = [
  'Write a function that checks a password and returns a token.',
  'const password = process.env.PASSWORD1;',
  'password: config.database.password1',
  'let token = parseToken(input2);',
  'secret = "${VAULT_SECRET_1}"',
  'api_key: <your-key-1>',
  'api_key=your_api_key_123',
  'password: string; token: number;',
  'The task-list-of-the-most-important-things-2',
  'sk-learn is short for scikit-learn-and-its-many-many-friends',
  'at 1763726400000 ms, id 1234567812345678',
  '4111 1111 1111 1112',
  '41111111111111111111',
  '3.4111111111111111',
  'phone +49 30 123456789, order 2024-11-21-0001',
  'DE89 3704 0044 0532 0130 01',
  'https://example.org:8080/path@2x.png',
  'git@github.com:someone/something.git',
  '-----BEGIN PUBLIC KEY-----',
  'sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  'a1b2c3d4-e5f6-7890-abcd-ef1234567890',
  'NO way, SE11 3QP, GB12 is a postcode',
];

test.each(FINE)('nothing is found in: %s', (text) => {
  expect(findSensitive(text)).toBeNull();
});

/** The check digits of ISO 13616, worked out with integers of any size. */
function toIban(country: string, account: string): string {
  const digits = `${account}${country}00`.replace(/[A-Z]/g, (sign) => String(Number.parseInt(sign, 36)));
  return `${country}${String(98n - (BigInt(digits) % 97n)).padStart(2, '0')}${account}`;
}

const account = fc.array(
  fc.nat(35).map((value) => value.toString(36).toUpperCase()),
  { minLength: 18, maxLength: 18 },
);

test('every bank account is found, and one with another sign is not', () => {
  fc.assert(
    fc.property(account, fc.nat(17), (signs, place) => {
      const iban = toIban('DE', signs.join(''));
      const sign = iban[place + 4] ?? '';
      // Of the same kind: a letter counts as two digits, and one digit in its place may by chance leave the same rest.
      const [one, another] = /\d/.test(sign) ? ['7', '8'] : ['K', 'L'];
      const other = iban.slice(0, place + 4) + (sign === one ? another : one) + iban.slice(place + 5);
      expect([hasIban(`to ${iban}, please`), hasIban(other)]).toEqual([true, false]);
    }),
  );
});

const requestWith = (text: string): ChatRequest => ({
  model: 'm',
  mode: 'chat',
  stream: false,
  messages: [{ role: 'user', parts: [{ type: 'text', text }] }],
});

describe('a long text', () => {
  test('is looked at in pieces that leave nothing out', () => {
    const secret = `ghp_${'a1B2c3'.repeat(6)}`;
    fc.assert(
      fc.property(fc.nat(60_000), (before) => {
        const text = `${'x '.repeat(before / 2)} ${secret} ${'y '.repeat(20_000)}`;
        const pieces = [...textsOf(requestWith(text), [])];
        expect(pieces.some((piece) => findSensitive(piece) === 'api_key')).toBe(true);
        expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(8_192 + LONGEST_FIND);
      }),
      { numRuns: 50 },
    );
  });
});

test('every place of a request and its answer is looked at', () => {
  const marks = Array.from({ length: 12 }, (_, place) => `mark${place}`);
  const [system, call, result, tool, schema, user, extra, answer, calling, stop, suffix, address] = marks;
  const request: ChatRequest = {
    ...requestWith(''),
    messages: [
      { role: 'system', parts: [{ type: 'text', text: system ?? '' }] },
      {
        role: 'assistant',
        parts: [{ type: 'tool_call', id: '1', name: 'n', arguments: { deep: [{ er: call ?? '' }] } }],
      },
      { role: 'tool', parts: [{ type: 'tool_result', callId: '1', content: [{ type: 'text', text: result ?? '' }] }] },
      { role: 'user', parts: [{ type: 'image', source: { kind: 'url', url: address ?? '' } }] },
    ],
    tools: [{ name: 'n', description: tool ?? '', parameters: { properties: { a: { description: schema ?? '' } } } }],
    user: user ?? '',
    extra: { protocol: 'openai', fields: { metadata: { note: extra ?? '' } } },
    stop: [stop ?? ''],
    suffix: suffix ?? '',
  };
  const texts = [
    ...textsOf(request, [
      { type: 'text', text: answer ?? '' },
      { type: 'tool_call', id: '2', name: 'n', arguments: { a: calling ?? '' } },
    ]),
  ].join('\n');
  for (const mark of marks) expect(texts).toContain(mark);
});

test('a value stands with its name', () => {
  const request: ChatRequest = {
    ...requestWith(''),
    messages: [
      {
        role: 'assistant',
        parts: [{ type: 'tool_call', id: '1', name: 'n', arguments: { password: 'hunter2hunter' } }],
      },
    ],
  };
  expect([...textsOf(request, [])].map(findSensitive)).toEqual(['password']);
});
