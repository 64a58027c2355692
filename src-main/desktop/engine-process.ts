import { ENGINE_FLAGS } from '../../src-shared/engine-flags.ts';
import type { ElectronApi, ShellUtilityProcess } from './electron-api.ts';

/** The engine's name in task managers and in `child-process-gone`. */
export const ENGINE_NAME = 'Pointsman engine';

/** A running engine as the supervisor sees it. */
export type EngineProcess = Pick<ShellUtilityProcess, 'pid' | 'kill' | 'postMessage' | 'on'>;

export interface LaunchOptions {
  electron: Pick<ElectronApi, 'utilityProcess'>;
  /** `dist/engine-host.js`. */
  modulePath: string;
  environment: Record<string, string>;
  /** false: V8 starts as it does by itself. */
  withFlags: boolean;
}

/**
 * Starts the engine in a process of its own, so that neither side's stall stops the other. V8 is told what the headless
 * start tells it.
 */
export function launchEngine({ electron, modulePath, environment, withFlags }: LaunchOptions): EngineProcess {
  return electron.utilityProcess.fork(modulePath, [], {
    serviceName: ENGINE_NAME,
    env: environment,
    execArgv: withFlags ? [...ENGINE_FLAGS] : [],
    stdio: 'inherit',
  });
}
