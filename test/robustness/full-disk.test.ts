import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Status } from '../../src-shared/control.ts';
import { fillDisk, smallDisk } from '../support/small-disk.ts';
import { startGateway } from '../support/start-gateway.ts';
import { postJson, PROTOCOLS } from './surfaces.ts';

it('a full disk: requests are served, the person is told, and all is written when there is room again', async (context) => {
  const folder = smallDisk(context, 2);
  const gateway = await startGateway({ folder });
  onTestFinished(() => gateway.stop());
  const warnings = async () => ((await (await gateway.control('/control/v1/status')).json()) as Status).warnings;
  const filler = join(folder, 'filler');
  const ask = async () => {
    const reply = await postJson(gateway.url + PROTOCOLS.openai.path, PROTOCOLS.openai.body('gpt-4o'));
    await reply.text();
    return reply.status;
  };
  expect(await ask()).toBe(200);
  await gateway.recorded(1);
  expect(await warnings()).toEqual([]);

  fillDisk(filler);
  let asked = 1;
  const full = async () => {
    expect(await ask()).toBe(200);
    asked += 1;
    return (await warnings()).join();
  };
  await expect.poll(full, { timeout: 15_000 }).toMatch(/is full\. Make room on it\..*requests wait to be written/);

  rmSync(filler);
  await expect.poll(warnings, { timeout: 20_000 }).toEqual([]);
  const records = await gateway.recorded(asked);
  expect(records).toHaveLength(asked);
  expect(records.every(({ outcome, costNanoUsd }) => outcome === 'ok' && (costNanoUsd ?? 0) > 0)).toBe(true);
});

it('a disk that is full from the start is told in a sentence, and nothing is left running', async (context) => {
  const folder = smallDisk(context, 2);
  fillDisk(join(folder, 'filler'));
  const failure = await startGateway({ folder }).then(
    async (gateway) => {
      await gateway.stop();
      return 'started';
    },
    (error: unknown) => error,
  );
  expect(failure).toMatchObject({ name: 'StartError' });
  expect(String(failure)).toMatch(/full/);
});
