import { ControlClient } from '../control-client.ts';
import { printTable, usd } from '../print-table.ts';

/** `pointsman status` */
export async function showStatus(options: { json?: boolean }): Promise<void> {
  const status = await ControlClient.open().call('status.read', {});
  if (options.json === true) {
    console.log(JSON.stringify(status, null, 2));
    return;
  }
  const { today } = status;
  console.log(`Pointsman ${status.version} on ${status.addresses.join(' and ')}`);
  console.log(
    `Today: ${today.requests} requests (${today.local} local, ${today.cloud} cloud, ${today.failed} failed, ${today.cancelled} cancelled), ` +
      `cost ${usd(today.costNanoUsd / 1e9)}${today.unknownCosts > 0 ? ` and ${today.unknownCosts} calls of unknown cost` : ''}`,
  );
  console.log(`Keys: ${status.secrets}`);
  for (const warning of status.warnings) console.log(`Warning: ${warning}`);
  console.log('');
  printTable(
    ['PROVIDER', 'TRACK', 'STATE', '>MODELS', 'WHAT IS KNOWN'],
    status.providers.map(({ id, track, state, modelCount, sentence }) => [
      id,
      track,
      state,
      String(modelCount),
      sentence,
    ]),
  );
}
