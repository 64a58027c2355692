import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const FOLDER = resolve(import.meta.dirname, '../../.github/workflows');
const step = z.looseObject({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
  env: z.record(z.string(), z.string()).optional(),
});
const workflow = z.object({
  on: z.record(z.string(), z.unknown()),
  permissions: z.record(z.string(), z.string()),
  concurrency: z.object({ group: z.string(), 'cancel-in-progress': z.boolean() }),
  jobs: z.record(
    z.string(),
    z.looseObject({
      needs: z.string().optional(),
      permissions: z.record(z.string(), z.string()).optional(),
      'timeout-minutes': z.number(),
      strategy: z.object({ matrix: z.record(z.string(), z.unknown()) }).optional(),
      steps: z.array(step),
    }),
  ),
});
type Workflow = z.infer<typeof workflow>;

const read = (name: string) => {
  const text = readFileSync(resolve(FOLDER, `${name}.yml`), 'utf8');
  return { text, ...workflow.parse(parse(text)) };
};
const check = read('check');
const release = read('release');

function stepsOf({ jobs }: Workflow) {
  return Object.values(jobs).flatMap(({ steps }) => steps);
}

function commandsOf(flow: Workflow, job: string): string[] {
  return (flow.jobs[job]?.steps ?? []).flatMap(({ run }) => run ?? []);
}

test.each([
  ['check', check],
  ['release', release],
])('%s may only read, unless one job needs more', (_, { permissions }) => {
  expect(permissions).toEqual({ contents: 'read' });
});

test('only the job that drafts the release may write, and only what it needs', () => {
  const more = Object.entries({ ...check.jobs, ...release.jobs }).filter(([, job]) => job.permissions !== undefined);
  expect(more.map(([name, { permissions }]) => [name, permissions])).toEqual([
    ['draft', { contents: 'write', 'id-token': 'write', attestations: 'write' }],
  ]);
});

test('no secret is within reach of a pull request', () => {
  expect(Object.keys(check.on).sort()).toEqual(['pull_request', 'push']);
  expect(check.text).not.toMatch(/secrets\./);
  expect(check.text).not.toMatch(/pull_request_target/);
  expect(Object.keys(release.on)).toEqual(['push']);
  expect(release.on.push).toEqual({ tags: ['v*'] });
});

test.each([
  ['check', check],
  ['release', release],
])('%s uses GitHub’s own actions, each pinned by its major version', (_, flow) => {
  const used = stepsOf(flow).flatMap(({ uses }) => uses ?? []);
  expect(used.filter((action) => !/^actions\/[a-z-]+@v\d+$/.test(action))).toEqual([]);
});

test.each([
  ['check', check],
  ['release', release],
])('%s leaves no token of the repository on disk', (_, flow) => {
  const checkouts = stepsOf(flow).filter(({ uses }) => uses?.startsWith('actions/checkout@'));
  expect(checkouts.length).toBeGreaterThan(0);
  for (const checkout of checkouts) expect(checkout.with).toEqual({ 'persist-credentials': false });
});

test.each([
  ['check', check],
  ['release', release],
])('%s puts nothing that others write into a command line', (_, flow) => {
  const commands = stepsOf(flow).flatMap(({ run }) => run ?? []);
  const expressions = commands.flatMap((command) =>
    [...command.matchAll(/\$\{\{\s*([^}]+?)\s*\}\}/g)].map(([, each]) => each),
  );
  expect(expressions.filter((each) => each !== 'matrix.system')).toEqual([]);
});

test('a push is tested on three systems, with real Electron, and packed', () => {
  expect(check.jobs.check?.strategy?.matrix.os).toEqual(['ubuntu-24.04', 'windows-2025', 'macos-15']);
  expect(commandsOf(check, 'check')).toEqual(['npm ci', 'npm test', 'npm run check']);
  expect(commandsOf(check, 'electron').join('\n')).toMatch(/npx install-electron[\s\S]*xvfb-run .*test:electron/);
  expect(commandsOf(check, 'package')).toEqual(['npm ci', 'npm run check:security', 'npm run package:check']);
});

test('a newer push ends the check of an older one; a release that has begun is never cut off', () => {
  expect(check.concurrency).toEqual({ group: 'check-${{ github.ref }}', 'cancel-in-progress': true });
  expect(release.concurrency).toEqual({ group: 'release-${{ github.ref }}', 'cancel-in-progress': false });
});

test('nothing is packed before the tests pass on three systems, and nothing drafted before all is packed', () => {
  expect(release.jobs.test?.strategy?.matrix.os).toEqual(['ubuntu-24.04', 'windows-2025', 'macos-15']);
  expect(commandsOf(release, 'test')).toEqual(expect.arrayContaining(['npm test', 'npm run check']));
  expect(release.jobs.package?.needs).toBe('test');
  expect(release.jobs.draft?.needs).toBe('package');
});

test('installers are made for three systems on both processors', () => {
  const matrix = z
    .object({ include: z.array(z.object({ system: z.string() })) })
    .parse(release.jobs.package?.strategy?.matrix);
  expect(matrix.include.map(({ system }) => system)).toEqual(['mac', 'win', 'linux']);
  expect(commandsOf(release, 'package')).toContain('npm run package -- --${{ matrix.system }} --x64 --arm64');
});

test('everything that is released is checksummed, attested, and listed with what it is made of', () => {
  const commands = commandsOf(release, 'draft');
  const place = (pattern: RegExp) => commands.findIndex((command) => pattern.test(command));
  const billed = place(/npm sbom --sbom-format cyclonedx .*> "release\//);
  const summed = place(/sha256sum -- \* > \.\.\/SHA256SUMS/);
  const drafted = place(/gh release create .*--draft .*release\/\*/);
  expect(billed).toBeGreaterThanOrEqual(0);
  expect(summed).toBeGreaterThan(billed);
  expect(drafted).toBeGreaterThan(summed);
  const attest = release.jobs.draft?.steps.find(({ uses }) => uses?.startsWith('actions/attest-build-provenance@'));
  expect(attest?.with).toEqual({ 'subject-path': 'release/*' });
});

test('signing and notarization have their slots, each for its own system only', () => {
  const installers = release.jobs.package?.steps.find(({ run }) => run?.includes('npm run package'));
  const env = installers?.env ?? {};
  expect(Object.keys(env).sort()).toEqual([
    'APPLE_API_ISSUER',
    'APPLE_API_KEY',
    'APPLE_API_KEY_ID',
    'CSC_KEY_PASSWORD',
    'CSC_LINK',
    'WIN_CSC_KEY_PASSWORD',
    'WIN_CSC_LINK',
  ]);
  for (const [name, value] of Object.entries(env)) {
    if (value.includes('secrets.')) {
      expect(value).toContain(`matrix.system == '${name.startsWith('WIN_') ? 'win' : 'mac'}' && secrets.`);
    }
  }
});

test('no job runs for ever', () => {
  const minutes = [...Object.values(check.jobs), ...Object.values(release.jobs)].map((job) => job['timeout-minutes']);
  expect(Math.max(...minutes)).toBeLessThanOrEqual(60);
});
