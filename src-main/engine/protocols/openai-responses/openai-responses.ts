import type { SurfaceFormat } from '../format.ts';
import { SsePassThrough } from '../sse-pass-through.ts';
import { inspectResponseResult } from './inspect-result.ts';
import { parseResponsesRequest } from './parse-request.ts';
import { printResponseResult } from './print-result.ts';
import { ResponseEncoder } from './response-encoder.ts';
import { ResponseWatcher } from './response-watcher.ts';

/** OpenAI's `POST /v1/responses`, as apps speak it to us. */
export const openaiResponses: SurfaceFormat = {
  name: 'openai-responses',
  protocol: 'openai',
  streamType: 'text/event-stream',
  parseRequest: parseResponsesRequest,
  createEncoder: (reply) => new ResponseEncoder(reply),
  printResult: printResponseResult,
  createPassThrough: (reply) => new SsePassThrough(new ResponseWatcher(reply)),
  inspectResult: inspectResponseResult,
};
