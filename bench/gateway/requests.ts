import { MODEL } from './mock-replies.ts';

/** What a contestant is sent: bodies of about one short chat turn. */
export interface RequestForm {
  path: string;
  headers: Record<string, string>;
  plainBody: object;
  /** `pieces`: how many pieces of content the upstream shall stream. */
  streamBody: (pieces: number) => object;
}

const SYSTEM =
  'You are a careful assistant inside an editor. Answer in at most three sentences, keep code in fenced blocks, ' +
  'name the file that a change belongs to, and say so when you are not sure. Never repeat the question.';
const QUESTION =
  'The function below reads a settings file and falls back to defaults when it is missing. Under which conditions ' +
  'can it return a partly filled object, and what is the smallest change that rules this out? Explain the trade-off.';
const CLIENT_HEADERS = {
  accept: 'application/json',
  authorization: 'Bearer sk-bench-0123456789abcdef',
  'user-agent': 'bench/1.0',
};

export function openAiForm(options: { model?: string; headers?: Record<string, string> } = {}): RequestForm {
  const body = {
    model: options.model ?? MODEL,
    messages: [
      { role: 'system', content: SYSTEM },
      { role: 'user', content: QUESTION },
    ],
    temperature: 0.7,
  };
  return {
    path: '/v1/chat/completions',
    headers: { ...CLIENT_HEADERS, ...options.headers },
    plainBody: { ...body, max_tokens: 256 },
    streamBody: (pieces) => ({ ...body, max_tokens: pieces, stream: true, stream_options: { include_usage: true } }),
  };
}

export function anthropicForm(model: string): RequestForm {
  const body = { model, system: SYSTEM, messages: [{ role: 'user', content: QUESTION }], temperature: 0.7 };
  return {
    path: '/v1/messages',
    headers: { ...CLIENT_HEADERS, 'anthropic-version': '2023-06-01' },
    plainBody: { ...body, max_tokens: 256 },
    streamBody: (pieces) => ({ ...body, max_tokens: pieces, stream: true }),
  };
}

/** The whole request as it goes over the wire. */
export function toHttp(form: RequestForm, options: { port: number; body: object }): string {
  const body = JSON.stringify(options.body);
  const headers = {
    host: `127.0.0.1:${options.port}`,
    'content-type': 'application/json',
    ...form.headers,
    'content-length': String(Buffer.byteLength(body)),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${form.path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}
