import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { rigForTest } from '../conformance/support/rig-for-test.ts';
import { KINDS } from '../conformance/support/start-rig.ts';
import { findBinary } from './find-binary.ts';
import { makeScratch, runAgent } from './run-agent.ts';
import { FAREWELL, PROOF, toolTurn } from './scripted-turns.ts';

const CODEX = findBinary('codex');

const TOOLS = {
  shell: (command: string) => ({ command: ['bash', '-lc', command] }),
  shell_command: (command: string) => ({ command }),
  exec_command: (command: string) => ({ cmd: command }),
};

const FLAGS = ['exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox'];

describe.skipIf(CODEX === null)('36: codex exec', () => {
  test.each(KINDS)('runs a command and reads its output, with an upstream of the kind %s', async (kind) => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(toolTurn({ tools: TOOLS }));
    const scratch = makeScratch();
    const config = [
      `model = "${rig.model}"`,
      'model_provider = "gateway"',
      '[model_providers.gateway]',
      'name = "Gateway"',
      `base_url = "${rig.url}/v1"`,
      'wire_api = "responses"',
      'env_key = "GATEWAY_KEY"',
    ];
    writeFileSync(join(scratch.environment.CODEX_HOME ?? '', 'config.toml'), `${config.join('\n')}\n`);
    const run = await runAgent(CODEX ?? '', [...FLAGS, 'Print the proof.'], {
      scratch,
      environment: { GATEWAY_KEY: 'sk-client' },
      timeoutMs: 120_000,
    });
    expect(run.stderr + run.stdout).toContain(FAREWELL);
    expect(run.code).toBe(0);
    expect(rig.upstream.calls.at(-1)?.rawBody.toString()).toContain(PROOF);
    const requests = (await rig.recorded(2)).filter(({ operation }) => operation !== 'models');
    expect(requests.map(({ outcome }) => outcome)).toEqual(requests.map(() => 'ok'));
  });
});

describe.skipIf(CODEX === null)('36: codex exec --oss', () => {
  test('takes the gateway for Ollama', async () => {
    const rig = await rigForTest({ kind: 'ollama' });
    rig.upstream.script(toolTurn({ tools: TOOLS }));
    const scratch = makeScratch();
    const flags = ['--oss', '--local-provider', 'ollama', '-m', rig.model];
    const run = await runAgent(CODEX ?? '', [...FLAGS, ...flags, 'Print the proof.'], {
      scratch,
      environment: { CODEX_OSS_BASE_URL: `${rig.url}/v1` },
      timeoutMs: 120_000,
    });
    expect(run.stderr + run.stdout).toContain(FAREWELL);
    expect(run.code).toBe(0);
    expect(rig.upstream.calls.at(-1)?.rawBody.toString()).toContain(PROOF);
  });
});
