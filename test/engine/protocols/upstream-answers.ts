import type { JsonObject } from '../../../src-main/engine/protocols/json.ts';

/** One answer, as each kind of upstream streams it: 40 tokens of prompt, 30 of them cached, 12 generated. */
export const TEXT = 'hé 你好🌍';
export const TOKENS = { input: 40, cached: 30, output: 12 };
export const CALLS = [
  { id: 'call_a', name: 'weather', arguments: { city: 'Zürich' } },
  { id: 'call_b', name: 'weather', arguments: { city: 'Rome' } },
];
export function ollamaStream(calls: typeof CALLS): string {
  const chunk = (message: JsonObject, others: JsonObject = { done: false }) =>
    `${JSON.stringify({ model: 'm', created_at: '2026-10-02T10:00:00.5Z', message: { role: 'assistant', content: '', ...message }, ...others })}\n`;
  const counts = { prompt_eval_count: 40, prompt_eval_cached_count: 30, eval_count: 12 };
  return [
    chunk({ thinking: 'hm' }),
    chunk({ content: 'hé ' }),
    chunk({ content: '你好🌍' }),
    ...calls.map(({ name, arguments: given }) =>
      chunk({ tool_calls: [{ function: { index: 0, name, arguments: given } }] }),
    ),
    chunk({}, { done: true, done_reason: 'stop', total_duration: 9, eval_duration: 4, ...counts }),
  ].join('');
}

export function openaiStream(calls: typeof CALLS): string {
  const data = (fields: JsonObject) =>
    `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm', ...fields })}\n\n`;
  const delta = (fields: JsonObject, finish_reason: string | null = null) =>
    data({ choices: [{ index: 0, delta: fields, finish_reason }] });
  const usage = {
    prompt_tokens: 40,
    completion_tokens: 12,
    total_tokens: 52,
    prompt_tokens_details: { cached_tokens: 30 },
  };
  return [
    delta({ role: 'assistant', content: '' }),
    delta({ reasoning_content: 'hm' }),
    delta({ content: 'hé ' }),
    delta({ content: '你好🌍' }),
    ...calls.map(({ id, name }, index) =>
      delta({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] }),
    ),
    ...calls.map((call, index) =>
      delta({ tool_calls: [{ index, function: { arguments: JSON.stringify(call.arguments) } }] }),
    ),
    delta({}, calls.length > 0 ? 'tool_calls' : 'stop'),
    data({ choices: [], usage }),
    'data: [DONE]\n\n',
  ].join('');
}

export function anthropicStream(calls: typeof CALLS): string {
  const event = (type: string, fields: JsonObject = {}) =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
  const block = (index: number, content_block: JsonObject, ...deltas: JsonObject[]) =>
    event('content_block_start', { index, content_block }) +
    deltas.map((delta) => event('content_block_delta', { index, delta })).join('') +
    event('content_block_stop', { index });
  const usage = { input_tokens: 10, cache_read_input_tokens: 30, cache_creation_input_tokens: 0, output_tokens: 1 };
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [], usage };
  const stop_reason = calls.length > 0 ? 'tool_use' : 'end_turn';
  const signed = [
    { type: 'thinking_delta', thinking: 'hm' },
    { type: 'signature_delta', signature: 'c2ln' },
  ];
  return [
    event('message_start', { message: { ...message, stop_reason: null, stop_sequence: null } }),
    event('ping'),
    block(0, { type: 'thinking', thinking: '', signature: '' }, ...signed),
    block(1, { type: 'text', text: '' }, { type: 'text_delta', text: 'hé ' }, { type: 'text_delta', text: '你好🌍' }),
    ...calls.map(({ id, name, arguments: given }, index) =>
      block(
        index + 2,
        { type: 'tool_use', id, name, input: {} },
        { type: 'input_json_delta', partial_json: JSON.stringify(given) },
      ),
    ),
    event('message_delta', { delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: 12 } }),
    event('message_stop'),
  ].join('');
}
