import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { rigForTest } from '../conformance/support/rig-for-test.ts';
import { KINDS } from '../conformance/support/start-rig.ts';
import { answer } from '../support/upstreams/answer-script.ts';
import { findBinary } from './find-binary.ts';
import { makeScratch, runAgent } from './run-agent.ts';

const PROMPTFOO = findBinary('promptfoo');

const results = z.object({
  results: z.object({
    results: z.array(
      z.object({
        provider: z.object({ id: z.string() }),
        success: z.boolean(),
        error: z.string().nullish(),
        response: z.object({ tokenUsage: z.object({ total: z.number().optional() }).optional() }),
      }),
    ),
  }),
});

describe.skipIf(PROMPTFOO === null)('36: promptfoo eval', () => {
  test.each(KINDS)('passes five of five over all three surfaces, with an upstream of the kind %s', async (kind) => {
    // promptfoo cuts Anthropic's model names at the colon: a name without one, which means `:latest` to Ollama.
    const rig = await rigForTest({ kind, models: [{ name: 'plain:latest', capabilities: ['completion'] }] });
    const model = kind === 'ollama' ? 'plain' : rig.model;
    rig.upstream.script(answer({ text: ['The ', 'answer is 42.'] }));
    const scratch = makeScratch();
    const openai = { apiBaseUrl: `${rig.url}/v1`, apiKey: 'sk-client' };
    const config = {
      prompts: ['What is {{question}}?'],
      providers: [
        { id: `openai:chat:${model}`, config: openai },
        { id: `openai:responses:${model}`, config: openai },
        { id: `anthropic:messages:${model}`, config: { apiBaseUrl: rig.url, apiKey: 'sk-client', max_tokens: 50 } },
        { id: `ollama:chat:${model}` },
        { id: `ollama:completion:${model}` },
      ],
      tests: [{ vars: { question: '6 times 7' }, assert: [{ type: 'contains', value: '42' }] }],
    };
    writeFileSync(join(scratch.project, 'promptfooconfig.json'), JSON.stringify(config));
    const output = join(scratch.project, 'results.json');
    const run = await runAgent(PROMPTFOO ?? '', ['eval', '-c', 'promptfooconfig.json', '-o', output, '--no-cache'], {
      scratch,
      environment: {
        OLLAMA_BASE_URL: rig.url,
        PROMPTFOO_DISABLE_TELEMETRY: '1',
        PROMPTFOO_DISABLE_UPDATE: '1',
        PROMPTFOO_DISABLE_SHARING: '1',
        PROMPTFOO_CONFIG_DIR: join(scratch.environment.HOME ?? '', 'promptfoo'),
      },
      timeoutMs: 150_000,
    });
    expect(`${run.stdout}${run.stderr}`).toContain('5 passed');
    expect(run.code).toBe(0);
    const rows = results.parse(JSON.parse(readFileSync(output, 'utf8'))).results.results;
    expect(rows.map(({ success, error }) => [success, error ?? null])).toEqual(rows.map(() => [true, null]));
    expect(rows).toHaveLength(5);
    expect((await rig.recorded(5)).map(({ outcome }) => outcome)).toEqual(rows.map(() => 'ok'));
  });
});
