type Environment = Readonly<Record<string, string | undefined>>;

/** A repository's address, as CI tells it, is where updates are looked for; without one, nothing can be updated from. */
const REPOSITORY = /^(?<owner>[\w.-]+)\/(?<name>[\w.-]+)$/;

/**
 * What electron-builder is told beside the configuration. Nothing is published from here. A build that is not signed must
 * not have macOS' hardened runtime: with it, the system refuses libraries that no team has signed, Electron's own included.
 */
export function builderParameters(options: {
  given: readonly string[];
  environment: Environment;
  platform: NodeJS.Platform;
}): string[] {
  const { given, environment, platform } = options;
  const { owner, name } = REPOSITORY.exec(environment.GITHUB_REPOSITORY ?? '')?.groups ?? {};
  const isSigned = (environment.CSC_LINK ?? '') !== '' || (environment.CSC_NAME ?? '') !== '';
  return [
    ...['--publish', 'never'],
    ...(owner === undefined || name === undefined
      ? []
      : [
          `-c.publish.owner=${owner}`,
          `-c.publish.repo=${name}`,
          `-c.extraMetadata.homepage=https://github.com/${owner}/${name}`,
        ]),
    ...(platform === 'darwin' && !isSigned ? ['-c.mac.hardenedRuntime=false', '-c.mac.notarize=false'] : []),
    ...given,
  ];
}

/** A secret that a workflow does not have is an empty variable, which electron-builder would take for a certificate. */
export function builderEnvironment(environment: Environment): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
}
