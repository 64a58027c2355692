import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChatPart, ChatRequest } from '../../../../src-main/engine/protocols/chat-request.ts';
import { anthropicMessages } from '../../../../src-main/engine/protocols/anthropic/anthropic-messages.ts';
import { arbitraryChatRequest, extraFields, requestFields } from '../../../support/arbitrary-chat-request.ts';

/** Schemas as Anthropic wants them: with their type. */
const schema = fc
  .dictionary(fc.stringMatching(/^[a-z]{1,6}$/), fc.oneof(fc.string(), fc.integer(), fc.boolean()), { maxKeys: 3 })
  .map((properties) => ({ type: 'object', properties }));

const opaque = fc
  .record({ type: fc.constant('document'), title: fc.string() })
  .map((value): Extract<ChatPart, { type: 'opaque' }> => ({
    type: 'opaque',
    protocol: 'anthropic',
    kind: 'document',
    value,
  }));

/** Everything that is independent of whether the model thinks. */
const fields = {
  tools: fc.uniqueArray(
    fc.record(
      { name: fc.stringMatching(/^[a-z]{1,8}$/), parameters: schema, description: fc.string(), strict: fc.boolean() },
      { requiredKeys: ['name', 'parameters'] },
    ),
    { minLength: 1, maxLength: 3, selector: (tool) => tool.name },
  ),
  toolChoice: requestFields.toolChoice,
  parallelToolCalls: requestFields.parallelToolCalls,
  stop: requestFields.stop,
  output: schema.map((each) => ({ type: 'json_schema' as const, schema: each })),
  user: requestFields.user,
  extra: extraFields('anthropic'),
};

const talk = {
  mode: 'chat' as const,
  system: 'first' as const,
  images: ['typed', 'url'] as const,
  maxTexts: 3,
  thinking: 'signed_or_redacted' as const,
  tools: { results: 'together' as const, errors: true, images: ['typed', 'url'] as const, maxTexts: 2 },
  opaque,
};

/** Tool choices need tools, forbidden tools have no number, and max_tokens is always there. */
function asExpressible(request: ChatRequest): ChatRequest {
  const { toolChoice, parallelToolCalls, ...rest } = { maxOutputTokens: 50_000, ...request };
  if (rest.tools === undefined) return rest;
  if (toolChoice === undefined) return rest;
  if (toolChoice.type === 'none' || parallelToolCalls === undefined) return { ...rest, toolChoice };
  return { ...rest, toolChoice, parallelToolCalls };
}

function roundTrip(request: ChatRequest, takesSampling: boolean): ChatRequest {
  const target = { model: request.model, defaultMaxOutputTokens: 1000, takesSampling };
  const { body, adjusted } = anthropicMessages.printRequest(request, target);
  expect(adjusted).toEqual([]);
  return anthropicMessages.parseRequest(JSON.parse(JSON.stringify(body)) as typeof body);
}

describe('parsing what was printed gives the same request', () => {
  test('for models with sampling', () => {
    const { temperature, topK, maxOutputTokens } = requestFields;
    const arbitrary = arbitraryChatRequest({ ...talk, fields: { ...fields, temperature, topK, maxOutputTokens } });
    fc.assert(
      fc.property(arbitrary.map(asExpressible), (request) => {
        expect(roundTrip(request, true)).toEqual(request);
      }),
    );
  });

  test('with top_p instead of temperature', () => {
    const arbitrary = arbitraryChatRequest({ mode: 'chat', system: 'first', fields: { topP: requestFields.topP } });
    fc.assert(
      fc.property(arbitrary.map(asExpressible), (request) => {
        expect(roundTrip(request, true)).toEqual(request);
      }),
    );
  });

  test('for models that think adaptively', () => {
    const { toolChoice: _forced, ...others } = fields;
    const effort = fc.constantFrom('low', 'medium', 'high', 'xhigh', 'max');
    const on = fc.record({ enabled: fc.constant(true), effort }, { requiredKeys: ['enabled'] });
    const reasoning = fc.oneof(on, fc.constant({ enabled: false }));
    const arbitrary = arbitraryChatRequest({ ...talk, fields: { ...others, reasoning } });
    fc.assert(
      fc.property(arbitrary.map(asExpressible), (request) => {
        expect(roundTrip(request, false)).toEqual(request);
      }),
    );
  });

  test('for models with a thinking budget', () => {
    const budget = fc.integer({ min: 1024, max: 49_999 });
    const reasoning = budget.map((budgetTokens) => ({ enabled: true, budgetTokens }));
    const arbitrary = arbitraryChatRequest({ mode: 'chat', system: 'first', fields: { reasoning } });
    fc.assert(
      fc.property(arbitrary.map(asExpressible), (request) => {
        expect(roundTrip(request, true)).toEqual(request);
      }),
    );
  });
});
