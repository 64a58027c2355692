import { expect, it } from 'vitest';
import { KeptFeatures } from '../../../../src-main/engine/jobs/training/prompt-memory.ts';
import { readPrompt } from '../../../../src-main/engine/learning/prompt-features.ts';
import { runJob } from '../../../support/run-job.ts';
import { chatFor, vaultForTest } from '../kept/vault-for-test.ts';
import { ASKS_NOBODY, openTraining, plant } from './training-bench.ts';

const SECRET = 'the quick brown fox of the treasury';

async function keep(ids: readonly string[]) {
  const bench = await vaultForTest();
  for (const [place, id] of ids.entries()) {
    bench.take(id, chatFor(id, bench.vault.consent ?? 0, `${SECRET} ${id}`));
    if (place % 100 === 99) await bench.written();
  }
  await bench.written();
  return bench;
}

it('sees of a kept prompt what the learner sees', async () => {
  const { vault } = await keep(['one', 'two']);
  const memory = new KeptFeatures(vault.prompts);
  expect(memory.has('one')).toBe(true);
  expect(memory.read('one')).toEqual(readPrompt(`${SECRET} one`));
  expect(memory.has('three')).toBe(false);
  expect(memory.read('three')).toBeNull();
});

it('forgets at once what is erased, and everything when consent ends', async () => {
  const { vault } = await keep(['one', 'two', 'three']);
  const memory = new KeptFeatures(vault.prompts);
  for (const id of ['one', 'two', 'three']) expect(memory.read(id)).not.toBeNull();
  memory.erase('one');
  expect(memory.has('one')).toBe(false);
  expect(memory.read('one')).toBeNull();
  expect(memory.read('two')).not.toBeNull();
});

it('sees nothing any more once nothing is kept', async () => {
  const bench = await keep(['one']);
  const memory = new KeptFeatures(bench.vault.prompts);
  expect(memory.read('one')).not.toBeNull();
  await bench.set({ enabled: false });
  memory.erase(null);
  expect(memory.has('one')).toBe(false);
  expect(memory.read('one')).toBeNull();
});

it('tries how words are learned only where prompts are kept, and writes none of them down', async () => {
  const world = plant('nothing changes', { requests: 600 });
  const { vault } = await keep(world.log.map(({ requestId }) => requestId));
  for (const [kept, tries] of [
    [true, true],
    [false, false],
  ] as const) {
    const { clock, results, createKind } = openTraining(world, kept ? { kept: vault.prompts } : {});
    const written: string[] = [];
    const options = { clock, results, models: ASKS_NOBODY };
    const run = await runJob(createKind(), {
      ...options,
      beforeCommit: (outcome) => void written.push(JSON.stringify(outcome)),
    });
    expect(run.state).toBe('done');
    expect(written.some((each) => /"wordPace":(0\.333|3)\b/.test(each))).toBe(tries);
    expect(written.join()).not.toContain('treasury');
  }
});
