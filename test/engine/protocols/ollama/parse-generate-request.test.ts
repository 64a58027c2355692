import { expect, it } from 'vitest';
import { ollamaChat } from '../../../../src-main/engine/protocols/ollama/ollama-chat.ts';
import { ollamaGenerate } from '../../../../src-main/engine/protocols/ollama/ollama-generate.ts';

it('reads prompt, system, suffix and images of /api/generate', () => {
  const body = { model: 'm', prompt: 'def f(', system: 'Code.', suffix: 'return x', images: ['AAAA'] };
  expect(ollamaGenerate.parseRequest(body)).toEqual({
    model: 'm',
    mode: 'completion',
    stream: true,
    suffix: 'return x',
    messages: [
      { role: 'system', parts: [{ type: 'text', text: 'Code.' }] },
      {
        role: 'user',
        parts: [
          { type: 'text', text: 'def f(' },
          { type: 'image', source: { kind: 'base64', data: 'AAAA' } },
        ],
      },
    ],
  });
});

it('keeps raw, template and context as parts that only Ollama understands', () => {
  const request = ollamaGenerate.parseRequest({ model: 'm', prompt: 'x', raw: true, template: 'T', context: [1, 2] });
  expect(request.messages[0]?.parts.slice(1)).toEqual([
    { type: 'opaque', protocol: 'ollama', kind: 'raw', value: { raw: true } },
    { type: 'opaque', protocol: 'ollama', kind: 'template', value: { template: 'T' } },
    { type: 'opaque', protocol: 'ollama', kind: 'context', value: { context: [1, 2] } },
  ]);
  expect(ollamaGenerate.unsupported(request)).toEqual([]);
  expect(ollamaChat.unsupported(request)).toHaveLength(3);
});

it('leaves raw: false, an empty template and an empty context out', () => {
  const request = ollamaGenerate.parseRequest({ model: 'm', prompt: 'x', raw: false, template: '', context: [] });
  expect(request.messages[0]?.parts).toEqual([{ type: 'text', text: 'x' }]);
});

it('takes an empty prompt for a request to load the model', () => {
  const request = ollamaGenerate.parseRequest({ model: 'm', prompt: '', keep_alive: 0 });
  expect(request.messages[0]?.parts).toEqual([{ type: 'opaque', protocol: 'ollama', kind: 'unload', value: {} }]);
});
