import { join } from 'node:path';
import { CONTROL_TOKEN_FILE } from '../../engine/store/control-token.ts';
import { ControlClient, dataFolder } from '../control-client.ts';

/** `pointsman token rotate`: nobody who had the old token gets in any more. The new one is not shown: it is in its file. */
export async function rotateToken(options: { json?: boolean }): Promise<void> {
  await ControlClient.open().call('token.rotate', {});
  const file = join(dataFolder(), CONTROL_TOKEN_FILE);
  console.log(
    options.json === true
      ? JSON.stringify({ rotated: true, file })
      : `The control token was replaced. The new one is in ${file}; pages have to be opened anew: pointsman open`,
  );
}
