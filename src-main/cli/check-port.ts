import { CommandError } from './run-command.ts';

/** The port, when it can be one; 0 is any free one. Throws what to tell the person. */
export function checkPort(port: number): number {
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new CommandError('The port must be a whole number from 0 to 65535.', 2);
}
