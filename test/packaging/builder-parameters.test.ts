import { expect, test } from 'vitest';
import { builderEnvironment, builderParameters } from '../../scripts/package/builder-parameters.ts';
import { explainFailure } from '../../scripts/package/explain-failure.ts';

test('nothing is published, and what was given comes last so that it wins', () => {
  const parameters = builderParameters({ given: ['--linux', 'deb'], environment: {}, platform: 'linux' });
  expect(parameters).toEqual(['--publish', 'never', '--linux', 'deb']);
});

test('updates are looked for in the repository that builds', () => {
  const environment = { GITHUB_REPOSITORY: 'someone/pointsman' };
  expect(builderParameters({ given: [], environment, platform: 'win32' })).toEqual([
    '--publish',
    'never',
    '-c.publish.owner=someone',
    '-c.publish.repo=pointsman',
    '-c.extraMetadata.homepage=https://github.com/someone/pointsman',
  ]);
});

test('a repository whose name is not one is ignored', () => {
  const environment = { GITHUB_REPOSITORY: 'a b/--config=evil' };
  expect(builderParameters({ given: [], environment, platform: 'win32' })).toEqual(['--publish', 'never']);
});

test('a macOS build that is not signed has no hardened runtime, which would refuse its own libraries', () => {
  const given: string[] = [];
  expect(builderParameters({ given, environment: {}, platform: 'darwin' })).toContain('-c.mac.hardenedRuntime=false');
  const environment = { CSC_LINK: 'base64' };
  expect(builderParameters({ given, environment, platform: 'darwin' })).toEqual(['--publish', 'never']);
});

test('an empty secret is no secret', () => {
  expect(builderEnvironment({ CSC_LINK: '', PATH: '/bin' })).toEqual({ PATH: '/bin' });
});

test('a download that failed is explained with what to do', () => {
  const explanation = explainFailure('⨯ getaddrinfo ENOTFOUND github.com  failedTask=build');
  expect(explanation).toContain('ELECTRON_MIRROR');
  expect(explanation).toContain('npm run package:check');
});

test('another failure is left to electron-builder’s own words', () => {
  expect(explainFailure('⨯ Please specify project homepage')).toBe(null);
});
