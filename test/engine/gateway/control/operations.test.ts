import { expect, test } from 'vitest';
import { operationSchemas } from '../../../../src-shared/operation-call.ts';
import { operations, type OperationName, type OperationOutput } from '../../../../src-shared/operations.ts';
import { callOperation } from '../../../support/call-operation.ts';
import { operationSamples } from '../../../support/operation-samples.ts';
import { startTwoTracks, type TwoTracks } from '../../../support/start-two-tracks.ts';

const NAMES = Object.keys(operations) as OperationName[];

async function callSample<Name extends OperationName>(bench: TwoTracks, name: Name): Promise<OperationOutput<Name>> {
  return callOperation(bench, name, await operationSamples[name](bench));
}

test('there is a sample of every operation', () => {
  expect(Object.keys(operationSamples).sort()).toEqual([...NAMES].sort());
});

test.each(NAMES)('%s answers what its schema says', async (name) => {
  const answer = await callSample(await startTwoTracks(), name);
  expect(operationSchemas[name].output.safeParse(answer).success).toBe(true);
});

test.each(NAMES)('%s says in words what is wrong with a field that nobody knows', async (name) => {
  const bench = await startTwoTracks();
  const input = await operationSamples[name](bench);
  Object.assign(input, { surprise: 1 });
  const call = callOperation(bench, name, input);
  await expect(call).rejects.toMatchObject({ status: 400, code: 'invalid_request' });
  await expect(call).rejects.toThrow(/surprise/);
});
