import { describe, expect, it } from 'vitest';
import { GarbledReply } from '../../../../src-main/engine/protocols/failure.ts';
import { isCloudName } from '../../../../src-main/engine/protocols/ollama/is-cloud-name.ts';
import {
  parseOllamaPs,
  parseOllamaShow,
  parseOllamaTags,
} from '../../../../src-main/engine/protocols/ollama/parse-models.ts';
import { printOllamaShow, printOllamaTags } from '../../../../src-main/engine/protocols/ollama/print-models.ts';
import { expectModelList, expectShow } from './expect-ollama-schema.ts';

describe('the name of a model', () => {
  it.each(['m:cloud', 'm:CLOUD', 'gpt-oss:120b-cloud', 'a/b:x-Cloud', 'host:11434/m:cloud'])(
    '%s means the cloud',
    (name) => {
      expect(isCloudName(name)).toBe(true);
    },
  );

  it.each(['m', 'cloud', 'm-cloud', 'm:clouds', 'm:mycloud', 'm:local', 'm:120b-cloud:local', 'm:cloud/x'])(
    '%s does not',
    (name) => {
      expect(isCloudName(name)).toBe(false);
    },
  );
});

describe("Ollama's models", () => {
  it('are read with what is known of them', () => {
    const details = { family: 'qwen3', context_length: 40_960 };
    const remote = { name: 'b:cloud', remote_host: 'https://ollama.com:443', size: 384, digest: 'd2' };
    const models = [
      { name: 'a', size: 5, digest: 'd', details, capabilities: ['completion', 'tools'] },
      remote,
      {},
      { model: 'c' },
    ];
    expect(parseOllamaTags({ models })).toEqual([
      {
        name: 'a',
        sizeBytes: 5,
        digest: 'd',
        contextTokens: 40_960,
        remoteHost: null,
        capabilities: ['completion', 'tools'],
      },
      {
        name: 'b:cloud',
        sizeBytes: 384,
        digest: 'd2',
        contextTokens: null,
        remoteHost: 'https://ollama.com:443',
        capabilities: null,
      },
      { name: 'c', sizeBytes: null, digest: null, contextTokens: null, remoteHost: null, capabilities: null },
    ]);
  });

  it('may be none', () => {
    expect(parseOllamaTags({ models: null })).toEqual([]);
    expect(parseOllamaPs({ models: [] })).toEqual([]);
  });

  it('have the context length of their architecture', () => {
    const model_info = { 'clip.context_length': 77, 'general.architecture': 'llama', 'llama.context_length': 8192 };
    expect(parseOllamaShow({ model_info, capabilities: ['vision'] })).toEqual({
      contextTokens: 8192,
      remoteHost: null,
      capabilities: ['vision'],
    });
    expect(parseOllamaShow({ model_info: { 'x.context_length': 5 } }).contextTokens).toBe(5);
    expect(parseOllamaShow({ details: { context_length: 6 } }).contextTokens).toBe(6);
    expect(parseOllamaShow({}).contextTokens).toBeNull();
  });

  it('in memory have their video memory, their end and their window', () => {
    const model = {
      name: 'a',
      size: 12,
      size_vram: 9,
      expires_at: '2026-10-02T10:00:00.123456789+02:00',
      context_length: 4096,
    };
    expect(parseOllamaPs({ models: [model, { name: 'b', expires_at: 'soon' }] })).toEqual([
      { name: 'a', sizeBytes: 12, vramBytes: 9, expiresAtMs: Date.UTC(2026, 9, 2, 8, 0, 0, 123), contextTokens: 4096 },
      { name: 'b', sizeBytes: null, vramBytes: null, expiresAtMs: null, contextTokens: null },
    ]);
  });

  it.each([undefined, [], {}, { models: 'none' }])('are not read from %j', (body) => {
    expect(() => parseOllamaTags(body)).toThrow(GarbledReply);
  });

  it('are not described by something that is no object', () => {
    expect(() => parseOllamaShow('x')).toThrow(GarbledReply);
  });
});

describe('models elsewhere, shown to apps that only know Ollama', () => {
  const model = {
    name: 'openai/gpt-5',
    remoteModel: 'gpt-5',
    remoteHost: 'https://api.openai.com',
    contextTokens: 400_000,
    capabilities: ['completion', 'tools'],
    modifiedAtMs: Date.UTC(2026, 9, 2),
  };
  const unknown = { ...model, name: 'x/y', remoteModel: 'y', contextTokens: null };

  it('are listed with complete details and say where they run', () => {
    const list = printOllamaTags([model, unknown]);
    expectModelList(list);
    expect(list.models[0]).toMatchObject({
      model: 'openai/gpt-5',
      remote_model: 'gpt-5',
      details: { context_length: 400_000 },
    });
    expect(parseOllamaTags(list)[0]).toMatchObject({ contextTokens: 400_000, remoteHost: 'https://api.openai.com' });
    expect(parseOllamaTags(list)[1]).toMatchObject({ contextTokens: null });
  });

  it('have distinct digests long enough to be cut', () => {
    const digests = printOllamaTags([model, unknown]).models.map((each) => each.digest);
    expect(digests[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(digests[0]).not.toBe(digests[1]);
    expect(printOllamaTags([model]).models[0]?.digest).toBe(digests[0]);
  });

  it('are described the same way', () => {
    for (const each of [model, unknown]) {
      const shown = printOllamaShow(each);
      expectShow(shown);
      const { contextTokens, remoteHost, capabilities } = each;
      expect(parseOllamaShow(shown)).toEqual({ contextTokens, remoteHost, capabilities });
    }
  });
});
