import { ControlClient } from '../control-client.ts';

/** `pointsman unload [MODEL]`: takes local models out of memory. Exit code 1 when one stays. */
export async function unloadModels(id: string | undefined, options: { json?: boolean }): Promise<void> {
  const result = await ControlClient.open().call('models.unload', id === undefined ? {} : { id });
  if (options.json === true) console.log(JSON.stringify(result, null, 2));
  else {
    for (const name of result.unloaded) console.log(`${name} is out of memory.`);
    for (const failed of result.failed) console.log(`${failed.id} is still there: ${failed.why}`);
    if (result.unloaded.length + result.failed.length === 0) console.log('No model was in memory.');
  }
  if (result.failed.length > 0) process.exitCode = 1;
}
