import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';
import { controlError } from '../../src-shared/control.ts';
import { operationSchemas, toOperationCall, type OperationCall } from '../../src-shared/operation-call.ts';
import type { OperationInput, OperationName, OperationOutput } from '../../src-shared/operations.ts';
import { CONTROL_TOKEN_FILE } from '../engine/store/control-token.ts';
import { defaultDataFolder } from '../engine/store/data-folder.ts';
import { readDiscovery } from '../engine/store/discovery-file.ts';
import { CommandError } from './run-command.ts';

/** The data folder of this person on this machine. */
export function dataFolder(): string {
  return defaultDataFolder({ platform: process.platform, homeFolder: homedir(), environment: process.env });
}

/** Calls the control API of the running gateway, found by its discovery file. */
export class ControlClient {
  readonly #address: string;
  readonly #token: string;

  private constructor(address: string, token: string) {
    this.#address = address;
    this.#token = token;
  }

  /** Throws when no gateway runs on this data folder. */
  static open(folder = dataFolder()): ControlClient {
    const found = readDiscovery(folder);
    const address = found?.addresses[0];
    if (address === undefined) throw notRunning();
    try {
      return new ControlClient(address, readFileSync(join(folder, CONTROL_TOKEN_FILE), 'utf8').trim());
    } catch (error) {
      throw new CommandError(`The control token in ${folder} cannot be read: ${String(error)}`);
    }
  }

  /** What the gateway answers; throws what it objects to, in its own words. */
  async call<Name extends OperationName>(name: Name, input: OperationInput<Name>): Promise<OperationOutput<Name>> {
    const reply = await this.#fetch(toOperationCall(name, input));
    const value: unknown = await reply.json().catch(() => null);
    const schema: z.ZodType<OperationOutput<Name>> = operationSchemas[name].output;
    const parsed = reply.ok ? schema.safeParse(value) : undefined;
    if (parsed?.success === true) return parsed.data;
    const problem = controlError.safeParse(value);
    if (problem.success) throw new CommandError(problem.data.error.message);
    throw new CommandError(
      `What answers at ${this.#address} (${reply.status}) is not this version of Pointsman: stop it, then run: pointsman serve`,
    );
  }

  async #fetch({ method, path, body }: OperationCall): Promise<Response> {
    try {
      return await fetch(`${this.#address}${path}`, {
        method,
        headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
        body,
      });
    } catch {
      throw notRunning();
    }
  }
}

function notRunning(): CommandError {
  return new CommandError('The gateway is not running. Start it with: pointsman serve', 3);
}
