import { describe, expect, it } from 'vitest';
import { GarbledReply, InvalidRequest } from '../../../../src-main/engine/protocols/failure.ts';
import {
  parseOllamaEmbedResult,
  printOllamaEmbeddingsResult,
  printOllamaEmbedResult,
} from '../../../../src-main/engine/protocols/ollama/embed-result.ts';
import {
  parseOllamaEmbeddingsRequest,
  parseOllamaEmbedRequest,
} from '../../../../src-main/engine/protocols/ollama/parse-embed-request.ts';
import { printOllamaEmbedRequest } from '../../../../src-main/engine/protocols/ollama/print-embed-request.ts';
import { expectSchema } from '../../../support/wire-schemas.ts';

describe('a request for embeddings', () => {
  it('takes one text or several', () => {
    expect(parseOllamaEmbedRequest({ model: 'm', input: 'a' }).inputs).toEqual(['a']);
    expect(parseOllamaEmbedRequest({ model: 'm', input: ['a', 'b'] }).inputs).toEqual(['a', 'b']);
  });

  it.each([{}, { input: '' }, { input: [] }])('without input only loads the model: %j', (fields) => {
    expect(parseOllamaEmbedRequest({ model: 'm', ...fields }).inputs).toEqual([]);
  });

  it('takes the prompt of the older endpoint', () => {
    const options = { num_ctx: 512 };
    expect(parseOllamaEmbeddingsRequest({ model: 'm', prompt: 'a', options, keep_alive: 0 })).toEqual({
      model: 'm',
      inputs: ['a'],
      encoding: 'float',
      keepAlive: 0,
      extra: { protocol: 'ollama', fields: { options } },
    });
    expect(parseOllamaEmbeddingsRequest({ model: 'm' }).inputs).toEqual([]);
  });

  it('is the same after printing and parsing', () => {
    const body = { model: 'm', input: ['a'], dimensions: 64, truncate: false, keep_alive: '5m', options: { seed: 1 } };
    const request = parseOllamaEmbedRequest(body);
    const printed = printOllamaEmbedRequest(request, { model: 'm' });
    expect(printed).toEqual({ path: '/api/embed', body, adjusted: [] });
    expect(parseOllamaEmbedRequest(printed.body)).toEqual(request);
  });

  it('says which fields of another protocol it leaves out', () => {
    const extra = { protocol: 'openai' as const, fields: { user_tier: 1 } };
    const printed = printOllamaEmbedRequest({ model: 'm', inputs: ['a'], encoding: 'base64', extra }, { model: 'n' });
    expect(printed.body).toEqual({ model: 'n', input: ['a'] });
    expect(printed.adjusted).toEqual(['openai fields left out: user_tier']);
  });

  it('cannot hold tokens', () => {
    const print = () => printOllamaEmbedRequest({ model: 'm', inputs: [[1, 2]], encoding: 'float' }, { model: 'm' });
    expect(print).toThrow(InvalidRequest);
  });

  it.each([{ model: 'm', input: 7 }, { input: 'a' }, { model: 'm', input: 'a', truncate: 'no' }])(
    'is refused when a field has the wrong type: %j',
    (body) => {
      expect(() => parseOllamaEmbedRequest(body)).toThrow(InvalidRequest);
    },
  );
});

describe('embeddings', () => {
  const result = {
    vectors: [
      [0.1, 0.2],
      [0.3, 0.4],
    ],
    inputTokens: 7,
    model: 'm',
  };

  it('are the same after printing and parsing', () => {
    const printed = printOllamaEmbedResult(result, { model: 'm', totalNs: 5 });
    expectSchema('ollama', 'EmbedResponse', printed);
    expect(printed.total_duration).toBe(5);
    expect(parseOllamaEmbedResult(printed)).toEqual(result);
  });

  it('have no count when nobody told one', () => {
    const printed = printOllamaEmbedResult({ vectors: [], inputTokens: null }, { model: 'm' });
    expect(printed).not.toHaveProperty('prompt_eval_count');
    expect(parseOllamaEmbedResult({ embeddings: [] })).toEqual({ vectors: [], inputTokens: null });
  });

  it('are one vector at the older endpoint, empty when nothing was embedded', () => {
    const printed = printOllamaEmbeddingsResult(result);
    expectSchema('ollama', 'EmbeddingsResponse', printed);
    expect(printed).toEqual({ embedding: [0.1, 0.2] });
    expect(printOllamaEmbeddingsResult({ vectors: [], inputTokens: 0 })).toEqual({ embedding: [] });
  });

  it.each([{}, { embeddings: ['x'] }, { embeddings: [['x']] }])('are refused when they are none: %j', (body) => {
    expect(() => parseOllamaEmbedResult(body)).toThrow(GarbledReply);
  });
});
