import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { rigForTest } from '../conformance/support/rig-for-test.ts';
import { KINDS } from '../conformance/support/start-rig.ts';
import { findBinary } from './find-binary.ts';
import { makeScratch, runAgent } from './run-agent.ts';
import { FAREWELL, PROOF, toolTurn } from './scripted-turns.ts';

const OPENCODE = findBinary('opencode');

const TOOLS = { bash: (command: string) => ({ command, description: 'Prints the proof' }) };

describe.skipIf(OPENCODE === null)('36: opencode run', () => {
  test.each(KINDS)('runs a command and reads its output, with an upstream of the kind %s', async (kind) => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(toolTurn({ tools: TOOLS }));
    const scratch = makeScratch();
    const config = {
      provider: {
        gateway: {
          npm: '@ai-sdk/openai-compatible',
          name: 'Gateway',
          options: { baseURL: `${rig.url}/v1`, apiKey: 'sk-client' },
          models: { [rig.model]: { name: 'Scripted', tool_call: true } },
        },
      },
      permission: { bash: 'allow' },
      autoupdate: false,
      share: 'disabled',
    };
    writeFileSync(join(scratch.project, 'opencode.json'), JSON.stringify(config));
    const run = await runAgent(OPENCODE ?? '', ['run', '-m', `gateway/${rig.model}`, 'Print the proof.'], {
      scratch,
      environment: { OPENCODE_DISABLE_MODELS_FETCH: '1', OPENCODE_DISABLE_AUTOUPDATE: '1', CI: '1' },
      timeoutMs: 120_000,
    });
    expect(run.stderr + run.stdout).toContain(FAREWELL);
    expect(run.code).toBe(0);
    expect(rig.upstream.calls.some((call) => call.rawBody.toString().includes(PROOF))).toBe(true);
    const requests = await rig.recorded(2);
    expect(requests.map(({ outcome }) => outcome)).toEqual(requests.map(() => 'ok'));
  });
});
