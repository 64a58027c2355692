import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { settingsFor } from '../../support/start-gateway.ts';
import { startTestEngine } from '../../support/start-test-engine.ts';
import { answer } from '../../support/upstreams/answer-script.ts';
import { Gate } from '../../support/upstreams/gate.ts';
import { startUpstream } from '../../support/upstreams/start-upstream.ts';

test('a stream that the stop cuts off is recorded as cancelled before the database closes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-stop-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const upstream = await startUpstream({ kind: 'openai' });
  onTestFinished(() => upstream.stop());
  const never = new Gate();
  upstream.script(answer({ text: ['one ', never, 'two'] }));
  const settings = settingsFor('openai', upstream.url);
  const first = await startTestEngine({ folder, settings });
  const reply = await fetch(`${first.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello' }], stream: true }),
  });
  const reading = reply.text().catch(() => 'cut off');
  await never.reached;
  await first.stop();
  expect(await reading).toBe('cut off');
  expect(first.log.filter((line) => line.includes('"error"'))).toEqual([]);
  const second = await startTestEngine({ folder, settings });
  onTestFinished(() => second.stop());
  expect(await second.recorded()).toMatchObject([{ outcome: 'cancelled', status: 499 }]);
});
