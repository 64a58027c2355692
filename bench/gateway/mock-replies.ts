/** Marks every piece of generated text, so that the load generator sees content in any wire format. */
export const CONTENT_MARK = 'lorem';
export const MODEL = 'bench-model';
export const OLLAMA_MODEL = 'bench-llama:8b';

const TEXT = `${CONTENT_MARK} ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore.`;
const CREATED = 1_790_000_000;
const CREATED_AT = '2026-09-21T14:13:20.123456789Z';

/** A streamed answer, cut into what is written at once. All byte sequences are complete HTTP/1.1 chunk frames. */
export interface StreamReply {
  /** Response head and whatever comes before the first content. */
  head: Buffer;
  /** One piece of content; written once for each token. */
  content: Buffer;
  /** End of the answer, the usage, and the closing frame. */
  tail: Buffer;
}

const OPENAI_CHUNK = {
  id: 'chatcmpl-bench0123456789abcdef',
  object: 'chat.completion.chunk',
  created: CREATED,
  model: MODEL,
  system_fingerprint: 'fp_bench',
};
const OPENAI_USAGE = {
  prompt_tokens: 57,
  completion_tokens: 24,
  total_tokens: 81,
  prompt_tokens_details: { cached_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0 },
};
const OLLAMA_DONE = {
  done: true,
  done_reason: 'stop',
  total_duration: 120_000_000,
  load_duration: 1_000_000,
  prompt_eval_count: 57,
  prompt_eval_duration: 20_000_000,
  eval_count: 24,
  eval_duration: 99_000_000,
};
const OLLAMA_DETAILS = {
  parent_model: '',
  format: 'gguf',
  family: 'llama',
  families: ['llama'],
  parameter_size: '8.0B',
  quantization_level: 'Q4_K_M',
};
const OLLAMA_ENTRY = { name: OLLAMA_MODEL, model: OLLAMA_MODEL, size: 4_900_000_000, digest: 'bench' };

/** Whole answers by `METHOD /path`, for requests that do not stream. */
export function createPlainReplies(): ReadonlyMap<string, Buffer> {
  return new Map(Object.entries(PLAIN_BODIES).map(([route, body]) => [route, frameJson(JSON.stringify(body))]));
}

const PLAIN_BODIES = {
  'POST /v1/chat/completions': {
    ...OPENAI_CHUNK,
    object: 'chat.completion',
    service_tier: 'default',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: TEXT, refusal: null, annotations: [] },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: OPENAI_USAGE,
  },
  'POST /v1/messages': {
    id: 'msg_bench0123456789',
    type: 'message',
    role: 'assistant',
    model: MODEL,
    content: [{ type: 'text', text: TEXT }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 57, output_tokens: 24, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 },
  },
  'POST /api/chat': {
    model: OLLAMA_MODEL,
    created_at: CREATED_AT,
    message: { role: 'assistant', content: TEXT },
    ...OLLAMA_DONE,
  },
  'GET /v1/models': {
    object: 'list',
    data: [{ id: MODEL, object: 'model', created: CREATED, owned_by: 'bench' }],
  },
  'GET /api/version': { version: '0.40.0' },
  'GET /api/tags': { models: [{ ...OLLAMA_ENTRY, modified_at: CREATED_AT, details: OLLAMA_DETAILS }] },
  'GET /api/ps': {
    models: [
      {
        ...OLLAMA_ENTRY,
        details: OLLAMA_DETAILS,
        expires_at: '2099-01-01T00:00:00Z',
        size_vram: 4_900_000_000,
        context_length: 8192,
      },
    ],
  },
  'POST /api/show': {
    details: OLLAMA_DETAILS,
    model_info: { 'general.architecture': 'llama', 'llama.context_length': 131_072 },
    capabilities: ['completion', 'tools'],
    modified_at: CREATED_AT,
  },
};

/** Streamed answers by `METHOD /path`. */
export function createStreamReplies(): ReadonlyMap<string, StreamReply> {
  return new Map([
    ['POST /v1/chat/completions', openAiStream()],
    ['POST /v1/messages', anthropicStream()],
    ['POST /api/chat', ollamaStream()],
  ]);
}

function openAiStream(): StreamReply {
  const chunk = (delta: object, finish: string | null) =>
    sse({ ...OPENAI_CHUNK, choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }], usage: null });
  return {
    head: withHead('text/event-stream', [chunk({ role: 'assistant', content: '', refusal: null }, null)]),
    content: frame(chunk({ content: `${CONTENT_MARK} ` }, null)),
    tail: endWith([chunk({}, 'stop'), sse({ ...OPENAI_CHUNK, choices: [], usage: OPENAI_USAGE }), 'data: [DONE]\n\n']),
  };
}

function anthropicStream(): StreamReply {
  const { content: _content, stop_reason: _reason, ...message } = PLAIN_BODIES['POST /v1/messages'];
  const event = (data: { type: string; [field: string]: unknown }) => `event: ${data.type}\n${sse(data)}`;
  return {
    head: withHead('text/event-stream', [
      event({ type: 'message_start', message: { ...message, content: [], stop_reason: null } }),
      event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
    ]),
    content: frame(
      event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: `${CONTENT_MARK} ` } }),
    ),
    tail: endWith([
      event({ type: 'content_block_stop', index: 0 }),
      event({
        type: 'message_delta',
        delta: { stop_reason: 'end_turn', stop_sequence: null },
        usage: { output_tokens: 24 },
      }),
      event({ type: 'message_stop' }),
    ]),
  };
}

function ollamaStream(): StreamReply {
  const line = (content: string, end: object) =>
    `${JSON.stringify({ model: OLLAMA_MODEL, created_at: CREATED_AT, message: { role: 'assistant', content }, ...end })}\n`;
  return {
    head: withHead('application/x-ndjson', []),
    content: frame(line(`${CONTENT_MARK} `, { done: false })),
    tail: endWith([line('', OLLAMA_DONE)]),
  };
}

function sse(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

function frame(text: string): Buffer {
  return Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
}

function withHead(contentType: string, pieces: string[]): Buffer {
  const head = `HTTP/1.1 200 OK\r\ncontent-type: ${contentType}\r\ncache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), ...pieces.map(frame)]);
}

function endWith(pieces: string[]): Buffer {
  return Buffer.concat([...pieces.map(frame), Buffer.from('0\r\n\r\n')]);
}

function frameJson(body: string): Buffer {
  return Buffer.from(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
