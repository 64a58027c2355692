import type { FinishReason } from '../chat-event.ts';
import type { Failure } from '../failure.ts';
import type { ReplyContext, StreamProgress } from '../format.ts';
import { endedEvent, isForeignText, parseEventData } from '../event-data.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { parseOpenAiStreamError } from '../openai/errors.ts';
import type { SseEvent } from '../sse.ts';
import type { SseWatcher } from '../sse-pass-through.ts';
import { printResponse, printResponseError } from './response-object.ts';
import { parseResponseUsage } from './response-usage.ts';

/** Events about the response as a whole, errors, and the end that other OpenAI streams have. */
const NOT_PLAIN =
  /"type": ?"(?:error|response\.(?:created|queued|in_progress|completed|incomplete|failed|cancelled))"|event: ?error|data: ?\[DONE\]|"error": ?\{/;
const SEQUENCE_NUMBER = /"sequence_number": ?(\d+)/g;

/** Watches the events of a native Responses server on their way to a Responses client. */
export class ResponseWatcher implements SseWatcher {
  readonly #reply: ReplyContext;
  /** The response as the server last showed it. */
  #response: JsonObject | null = null;
  /** The newest events; only read when an error has to be numbered. */
  #lastText = '';

  constructor(reply: ReplyContext) {
    this.#reply = reply;
  }

  isPlain(text: string): boolean {
    if (NOT_PLAIN.test(text)) return false;
    this.#lastText = text;
    return true;
  }

  inspect(event: SseEvent, progress: StreamProgress): string {
    if (event.data === null && isForeignText(event.raw)) progress.failure = GARBLED;
    if (event.data === null || event.data === '[DONE]') return progress.failure === null ? event.raw : '';
    const data = parseEventData(event.data);
    if (data === null) progress.failure = GARBLED;
    else this.#note(data, typeof data.type === 'string' ? data.type : event.event, progress);
    if (progress.failure !== null) return '';
    this.#lastText = event.raw;
    return endedEvent(event.raw);
  }

  end(progress: StreamProgress): string {
    if (!progress.finished) progress.failure = TRUNCATED;
    return '';
  }

  /** Goes on with the numbers, and with the response, that the client has seen. */
  printError(failure: Failure): string {
    const sequence = this.#nextSequence();
    const fresh = printResponse(this.#reply, { status: 'failed', failure, output: [] });
    const error = printResponseError(failure);
    const response = this.#response === null ? fresh : { ...this.#response, status: 'failed', error };
    const { code, message, param } = failure;
    return (
      printEvent('error', { sequence_number: sequence, code, message, param: param ?? null }) +
      printEvent('response.failed', { sequence_number: sequence + 1, response })
    );
  }

  #nextSequence(): number {
    const last = [...this.#lastText.matchAll(SEQUENCE_NUMBER)].at(-1);
    return last === undefined ? 0 : Number(last[1]) + 1;
  }

  #note(data: JsonObject, type: string, progress: StreamProgress): void {
    if (isJsonObject(data.response)) this.#response = data.response;
    switch (type) {
      case 'error':
        progress.failure = parseOpenAiStreamError(isJsonObject(data.error) ? data : { error: data });
        return;
      case 'response.failed':
        noteEnd(data.response, progress);
        progress.failure = parseOpenAiStreamError({ error: errorOf(data.response) });
        return;
      case 'response.completed':
      case 'response.incomplete':
        noteEnd(data.response, progress);
        progress.finished = true;
        return;
      case 'response.created':
        if (typeof this.#response?.model === 'string') progress.model = this.#response.model;
        return;
      default:
        if (isJsonObject(data.error)) progress.failure = parseOpenAiStreamError(data);
        else noteContent(data, type, progress);
    }
  }
}

function printEvent(type: string, fields: JsonObject): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}

const TRUNCATED: Failure = {
  code: 'upstream_truncated',
  message: 'The provider closed the connection before its answer was complete.',
};

const GARBLED: Failure = {
  code: 'upstream_garbled',
  message: 'The provider sent something that is not a Responses stream.',
};

/** Text, thoughts, arguments: anything with a delta; and any item that is more than an empty message or reasoning. */
function noteContent(data: JsonObject, type: string, progress: StreamProgress): void {
  if (type.endsWith('.delta')) {
    progress.contentStarted = true;
    progress.contentPieces += 1;
    return;
  }
  if (type !== 'response.output_item.added' || !isJsonObject(data.item)) return;
  if (data.item.type !== 'message' && data.item.type !== 'reasoning') progress.contentStarted = true;
}

function noteEnd(response: JsonValue | undefined, progress: StreamProgress): void {
  if (!isJsonObject(response)) return;
  progress.usage = parseResponseUsage(response.usage);
  progress.finishReason = finishReasonOf(response);
}

/** null: a response that has failed, or not ended. */
export function finishReasonOf(response: JsonObject): FinishReason | null {
  if (response.status === 'incomplete') {
    const details = response.incomplete_details;
    return isJsonObject(details) && details.reason === 'content_filter' ? 'content_filter' : 'length';
  }
  if (response.status !== 'completed') return null;
  const output = Array.isArray(response.output) ? response.output : [];
  return output.some((item) => isJsonObject(item) && item.type === 'function_call') ? 'tool_calls' : 'stop';
}

function errorOf(response: JsonValue | undefined): JsonObject {
  const error = isJsonObject(response) ? response.error : undefined;
  return isJsonObject(error) ? error : { message: 'The provider reported that the response failed.' };
}
