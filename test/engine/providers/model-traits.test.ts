import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isEmbeddingName, isOtherMediumName, takesSampling } from '../../../src-main/engine/providers/model-traits.ts';

describe('takesSampling', () => {
  it.each([
    'claude-opus-4-7',
    'claude-opus-4-7-20260416',
    'claude-opus-4-8',
    'claude-opus-4-10',
    'anthropic/claude-opus-4.7',
    'us.anthropic.claude-opus-4-7-v1:0',
    'claude-opus-4-7@20260416',
    'claude-opus-5',
    'claude-sonnet-5',
    'claude-haiku-5-1',
    'anthropic/claude-fable-5',
    'claude-5-sonnet',
    'Claude-Opus-6',
  ])('is false for %s', (model) => {
    expect(takesSampling(model)).toBe(false);
  });

  it.each([
    'claude-opus-4-20250514',
    'claude-opus-4-1-20250805',
    'claude-opus-4-5',
    'claude-opus-4-6',
    'claude-sonnet-4-5-20250929',
    'claude-sonnet-4-6',
    'claude-haiku-4-5',
    'claude-3-5-sonnet-20241022',
    'claude-3-opus-20240229',
    'claude-2.1',
    'claude-instant-1.2',
    'anthropic.claude-3-haiku-20240307-v1:0',
    'claude-latest',
    'gpt-5.5',
    'llama3:8b',
    'claudette-7b',
  ])('is true for %s', (model) => {
    expect(takesSampling(model)).toBe(true);
  });

  it('does not depend on the date at the end of a name', () => {
    const date = fc.date({ min: new Date('2023-01-01'), max: new Date('2030-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(
        fc.constantFrom('opus', 'sonnet', 'haiku'),
        fc.nat(9),
        fc.nat(9),
        date,
        (family, major, minor, day) => {
          const name = `claude-${family}-${major}-${minor}`;
          const dated = `${name}-${day.toISOString().slice(0, 10).replaceAll('-', '')}`;
          expect(takesSampling(dated)).toBe(takesSampling(name));
        },
      ),
    );
  });
});

describe('isEmbeddingName', () => {
  it.each([
    'text-embedding-3-small',
    'gemini-embedding-001',
    'nomic-embed-text:latest',
    'Qwen/Qwen3-Embedding-8B',
    'embed-v4.0',
    '@cf/baai/bge-large-en-v1.5',
    'BAAI/bge-m3',
    'thenlper/gte-base',
    'intfloat/multilingual-e5-large',
    'all-minilm:22m',
    'togethercomputer/m2-bert-80M-32k-retrieval',
  ])('knows %s', (model) => {
    expect(isEmbeddingName(model)).toBe(true);
  });

  it.each(['gpt-4o', 'BAAI/bge-reranker-v2-m3', 'qwen3:8b', 'phi-4', 'gemma3'])('does not claim %s', (model) => {
    expect(isEmbeddingName(model)).toBe(false);
  });
});

describe('isOtherMediumName', () => {
  it.each([
    'whisper-1',
    'gpt-4o-transcribe',
    'tts-1-hd',
    'dall-e-3',
    'gpt-image-1',
    'omni-moderation-latest',
    'sora-2',
  ])('knows %s', (model) => {
    expect(isOtherMediumName(model)).toBe(true);
  });

  it.each(['gpt-4o', 'gpt-4o-audio-preview', 'llama-4-scout', 'command-r-plus', 'grok-4'])(
    'does not claim %s',
    (model) => {
      expect(isOtherMediumName(model)).toBe(false);
    },
  );
});
