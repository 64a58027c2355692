import { logsQuery, type LogLine } from '../../../src-shared/house.ts';
import { ControlClient } from '../control-client.ts';

interface LogsOptions {
  limit?: string;
  level?: string;
  json?: boolean;
}

/** `pointsman logs`: the last lines, the newest at the end. */
export async function showLogs(options: LogsOptions): Promise<void> {
  const { lines, file } = await ControlClient.open().call('logs.read', {
    limit: options.limit,
    level: logsQuery.shape.level.optional().parse(options.level),
  });
  if (options.json === true) {
    console.log(JSON.stringify({ lines, file }, null, 2));
    return;
  }
  for (const line of [...lines].reverse()) console.log(print(line));
  if (file !== null) console.log(`All of them are in ${file}`);
}

function print({ atMs, level, message, fields }: LogLine): string {
  const details = Object.keys(fields).length === 0 ? '' : `  ${JSON.stringify(fields)}`;
  return `${new Date(atMs).toISOString()}  ${level.padEnd(5)}  ${message}${details}`;
}
