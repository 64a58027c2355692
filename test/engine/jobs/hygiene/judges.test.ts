import { describe, expect, it } from 'vitest';
import { settings as settingsSchema } from '../../../../src-shared/settings.ts';
import { opensEveryAddress } from '../../../../src-main/engine/jobs/hygiene/find-ollama-reach.ts';
import { judgeFiles } from '../../../../src-main/engine/jobs/hygiene/judge-files.ts';
import { judgeGateway } from '../../../../src-main/engine/jobs/hygiene/judge-gateway.ts';
import { judgeKeys, type KeyFacts } from '../../../../src-main/engine/jobs/hygiene/judge-keys.ts';
import { judgeOllama } from '../../../../src-main/engine/jobs/hygiene/judge-ollama.ts';
import type { FindingDraft } from '../../../../src-main/engine/jobs/job-kind.ts';
import { isLoopback } from '../../../../src-main/engine/providers/is-loopback.ts';
import { holesOf, OLLAMA_HOLES } from '../../../../src-main/engine/providers/ollama-version.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 21);

const short = (findings: readonly FindingDraft[]) => findings.map(({ key, severity }) => `${key} ${severity}`);

describe('the gateway’s settings', () => {
  // Where it listens, whether keys are asked for, origins, log level: what is found.
  it.each<[string, boolean, string[], string, string[]]>([
    ['127.0.0.1', false, [], 'info', []],
    ['127.0.0.1', true, [], 'info', []],
    ['localhost', false, [], 'info', []],
    ['::1', false, [], 'info', []],
    ['0.0.0.0', false, [], 'info', ['gateway/no-keys high', 'gateway/exposed medium']],
    ['0.0.0.0', true, [], 'info', ['gateway/exposed medium']],
    ['::', false, [], 'info', ['gateway/no-keys high', 'gateway/exposed medium']],
    ['192.168.1.5', true, [], 'info', ['gateway/exposed medium']],
    ['127.0.0.1', false, ['*'], 'info', ['gateway/origin-any low']],
    ['127.0.0.1', false, ['null'], 'info', ['gateway/origin-null high']],
    ['127.0.0.1', false, ['https://mine.example', 'http://localhost:3000'], 'info', []],
    ['127.0.0.1', false, ['http://mine.example'], 'info', ['gateway/origin/http://mine.example low']],
    ['127.0.0.1', false, [], 'debug', ['log/debug low']],
    ['127.0.0.1', false, [], 'error', []],
  ])('at %s with keys %s, origins %j and log %s', (host, requireKeys, allowedOrigins, level, expected) => {
    const settings = settingsSchema.parse({ gateway: { allowedOrigins }, access: { requireKeys }, log: { level } });
    expect(short(judgeGateway({ host, settings }))).toEqual(expected);
  });
});

describe('a key', () => {
  const facts = (changes: Partial<KeyFacts>): KeyFacts => ({
    ...{ id: 'acme', name: 'Acme', variable: null, changedAtMs: NOW_MS, used: true },
    ...changes,
  });
  const judge = (changes: Partial<KeyFacts>) =>
    judgeKeys({ keys: [facts(changes)], strays: [], keyDays: 180, nowMs: NOW_MS });

  it.each<[string, Partial<KeyFacts>, string[]]>([
    ['new and used', {}, []],
    ['one day short of its time', { changedAtMs: NOW_MS - 180 * DAY_MS + 1 }, []],
    ['at its time', { changedAtMs: NOW_MS - 180 * DAY_MS }, ['key-age/acme low']],
    ['at twice its time', { changedAtMs: NOW_MS - 360 * DAY_MS }, ['key-age/acme medium']],
    ['of unknown age', { changedAtMs: null }, ['key-age/acme info']],
    ['in the environment', { variable: 'ACME_KEY', changedAtMs: null }, ['key-age/acme info']],
    ['unused', { used: false }, ['key-unused/acme low']],
    ['of which nobody knows whether it is used', { used: null }, []],
  ])('%s', (_what, changes, expected) => {
    expect(short(judge(changes))).toEqual(expected);
  });

  it('of unknown age is said to be so, with what to do', () => {
    expect(judge({ changedAtMs: null })[0]?.sentence).toContain('The age of the key of Acme is not known');
    const [fromOutside] = judge({ variable: 'ACME_KEY', changedAtMs: null });
    expect(fromOutside?.sentence).toContain('environment variable ACME_KEY, so its age is not known');
    expect(fromOutside?.action?.label).toBe('Replace it where it is set');
  });

  it('for nobody is a matter of where it is', () => {
    const stray = { id: 'acme', name: 'Acme' };
    const strays = [
      { ...stray, variable: null },
      { ...stray, id: 'other', variable: 'OTHER_KEY' },
    ];
    const found = judgeKeys({ keys: [], strays, keyDays: 180, nowMs: NOW_MS });
    expect(short(found)).toEqual(['key-stray/acme low', 'key-stray/other info']);
  });
});

describe('the data folder', () => {
  const judge = (mode: number, files: Record<string, number>) =>
    short(
      judgeFiles({ folder: '/data', mode, files: Object.entries(files).map(([name, each]) => ({ name, mode: each })) }),
    );

  it.each<[string, number, Record<string, number>, string[]]>([
    ['closed', 0o700, { 'settings.json': 0o600, 'control-token': 0o600 }, []],
    ['open, with closed files', 0o755, { 'settings.json': 0o600 }, ['files/folder low']],
    ['closed, with an open file', 0o700, { 'settings.json': 0o644 }, ['files/settings.json info']],
    ['open to the group', 0o750, { 'settings.json': 0o640 }, ['files/folder medium', 'files/settings.json medium']],
    [
      'open, with open secrets',
      0o755,
      { 'control-token': 0o644, 'secrets.json': 0o604, 'pointsman.db-wal': 0o644, 'keys.encrypted.json': 0o660 },
      [
        'files/folder medium',
        'files/control-token high',
        'files/secrets.json high',
        'files/pointsman.db-wal high',
        'files/keys.encrypted.json high',
      ],
    ],
    ['more closed than need be', 0o500, { 'settings.json': 0o400 }, []],
  ])('%s', (_what, mode, files, expected) => {
    expect(judge(mode, files)).toEqual(expected);
  });

  it('is mended by a command that is named', () => {
    const [folder, file] = judgeFiles({ folder: '/data', mode: 0o755, files: [{ name: 'secrets.json', mode: 0o644 }] });
    expect(folder?.action?.label).toBe('Run: chmod 700 "/data"');
    expect(file?.action?.label).toBe('Run: chmod 600 "/data/secrets.json"');
    expect(file?.sentence).toContain('mode 644 instead of 600');
  });
});

describe('an Ollama', () => {
  it.each<[string, string[]]>([
    ['0.1.28', [...OLLAMA_HOLES].map(({ cve }) => cve).reverse()],
    [
      '0.1.33',
      ['CVE-2026-7482', 'CVE-2024-45436', 'CVE-2024-39722', 'CVE-2024-39720', 'CVE-2024-39721', 'CVE-2024-37032'],
    ],
    ['0.1.34', ['CVE-2026-7482', 'CVE-2024-45436', 'CVE-2024-39722', 'CVE-2024-39720']],
    ['0.1.46', ['CVE-2026-7482', 'CVE-2024-45436']],
    ['0.1.47', ['CVE-2026-7482']],
    ['0.17.1-rc2', ['CVE-2026-7482']],
    ['0.17.1', []],
    ['0.40.0', []],
    ['0.0.0', []],
    ['something', []],
  ])('%s has the holes %j', (version, cves) => {
    expect(holesOf(version).map(({ cve }) => cve)).toEqual(cves);
  });

  const ollama = { id: 'ollama', name: 'Ollama' };

  it.each<[string, string | null, string[], boolean, string[]]>([
    ['up to date and alone', '0.40.0', [], false, []],
    ['of unknown version', null, [], false, []],
    ['old', '0.16.0', [], false, ['ollama-version/ollama high']],
    ['open', '0.40.0', ['10.0.0.2:11434'], false, ['ollama-network/ollama high']],
    [
      'old and open',
      '0.16.0',
      ['10.0.0.2:11434'],
      false,
      ['ollama-version/ollama critical', 'ollama-network/ollama high'],
    ],
    ['told to be open, and not seen', null, [], true, ['ollama-network/variable medium']],
    ['told to be open, and seen', '0.40.0', ['10.0.0.2:11434'], true, ['ollama-network/ollama high']],
  ])('%s', (_what, version, answersAt, hostVariableOpens, expected) => {
    expect(short(judgeOllama({ ollamas: [{ ...ollama, version, answersAt }], hostVariableOpens }))).toEqual(expected);
  });

  it('with several holes names the newest, and what it lets others do', () => {
    const [finding] = judgeOllama({
      ollamas: [{ ...ollama, version: '0.1.46', answersAt: [] }],
      hostVariableOpens: false,
    });
    expect(finding?.sentence).toBe(
      'Ollama 0.1.46 has a known hole (CVE-2026-7482, and 1 more) that lets whoever reaches it read keys and prompts out of its memory: update it to 0.17.1 or later.',
    );
  });

  it.each<[string | undefined, boolean]>([
    [undefined, false],
    ['', false],
    ['127.0.0.1', false],
    ['localhost:11434', false],
    ['gpu-box:11434', false],
    ['0.0.0.0', true],
    ['0.0.0.0:11434', true],
    ['http://0.0.0.0:8080', true],
    ['"0.0.0.0"', true],
    ['0', true],
    ['[::]:11434', true],
    ['::', true],
    [':11434', true],
  ])('with OLLAMA_HOST %j listens on every address: %s', (value, expected) => {
    expect(opensEveryAddress(value)).toBe(expected);
  });
});

describe('loopback', () => {
  it.each<[string, boolean]>([
    ['127.0.0.1', true],
    ['127.8.9.10', true],
    ['localhost', true],
    ['LOCALHOST', true],
    ['app.localhost', true],
    ['::1', true],
    ['[::1]', true],
    ['0.0.0.0', false],
    ['127.0.0.1.example.com', false],
    ['localhost.example.com', false],
    ['192.168.0.1', false],
    ['1270.0.0.1', false],
  ])('is %s: %s', (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });
});
