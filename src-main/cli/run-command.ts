/** Something the person asked for cannot be done; the message says why and what to do. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  /** 1: it failed. 2: it was asked in a wrong way. 3: the gateway is not running. */
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Loads a command and runs it: what it throws becomes one sentence on standard error and an exit code that means something. */
export function runCommand<Parameters extends unknown[]>(
  load: () => Promise<(...parameters: Parameters) => Promise<void>>,
) {
  return async (...parameters: Parameters): Promise<void> => {
    try {
      const command = await load();
      await command(...parameters);
    } catch (error) {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = error instanceof CommandError ? error.exitCode : 1;
    }
  };
}
