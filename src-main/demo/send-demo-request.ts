import { isJsonObject, type JsonObject } from '../engine/protocols/json.ts';
import { LineSplitter } from '../engine/protocols/ndjson.ts';
import { SseSplitter } from '../engine/protocols/sse.ts';
import type { DemoRequest } from './demo-request.ts';
import { readError, SURFACES, type Said, type Surface } from './demo-surfaces.ts';

/** What came of one request, as its client sees it. */
export interface DemoAnswer {
  status: number;
  text: string;
  /** `name(arguments)` of the tool that is called; null when none is. */
  toolCall: string | null;
  error: string | null;
  /** null: nothing was said. */
  firstContentMs: number | null;
  totalMs: number;
  inputTokens: number | null;
  outputTokens: number | null;
  /** The gateway's `x-pointsman-*` headers, without that prefix. */
  headers: Record<string, string>;
}

/** Sends one request to the gateway as an app would, and reads its answer; `onHeaders` is told as soon as it begins. Rejects when the gateway is not there. */
export async function sendDemoRequest(
  request: DemoRequest,
  to: { gatewayUrl: string; signal: AbortSignal; onHeaders?: (headers: Record<string, string>) => void },
): Promise<DemoAnswer> {
  const surface = SURFACES[request.surface];
  const startMs = performance.now();
  const response = await fetch(new URL(surface.path, to.gatewayUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'pointsman-demo', ...request.headers },
    body: JSON.stringify(surface.toBody(request)),
    signal: to.signal,
  });
  const headers = readHeaders(response);
  to.onHeaders?.(headers);
  const listener = new Listener(startMs);
  if (response.ok && request.stream) await readStream(response, surface, listener);
  else readWhole(toObject(await response.text()), surface, listener);
  return { status: response.status, ...listener.heard(), headers };
}

function readHeaders(response: Response): Record<string, string> {
  const ours = [...response.headers].filter(([name]) => name.startsWith(PREFIX));
  return Object.fromEntries(ours.map(([name, value]) => [name.slice(PREFIX.length), value]));
}

const PREFIX = 'x-pointsman-';

/** Puts together what an answer says piece by piece. */
class Listener {
  readonly #startMs: number;
  #firstContentMs: number | null = null;
  #said: Required<Said> = { text: '', tool: '', toolArguments: '', inputTokens: NaN, outputTokens: NaN, error: '' };

  constructor(startMs: number) {
    this.#startMs = startMs;
  }

  hear(said: Said): void {
    const all = this.#said;
    if (said.text || said.tool) this.#firstContentMs ??= performance.now() - this.#startMs;
    this.#said = {
      text: all.text + (said.text ?? ''),
      tool: said.tool ?? all.tool,
      toolArguments: all.toolArguments + (said.toolArguments ?? ''),
      inputTokens: said.inputTokens ?? all.inputTokens,
      outputTokens: said.outputTokens ?? all.outputTokens,
      error: said.error ?? all.error,
    };
  }

  heard(): Omit<DemoAnswer, 'status' | 'headers'> {
    const { text, tool, toolArguments, inputTokens, outputTokens, error } = this.#said;
    return {
      text,
      toolCall: tool === '' ? null : `${tool}(${toolArguments})`,
      error: error === '' ? null : error,
      firstContentMs: this.#firstContentMs,
      totalMs: performance.now() - this.#startMs,
      inputTokens: Number.isNaN(inputTokens) ? null : inputTokens,
      outputTokens: Number.isNaN(outputTokens) ? null : outputTokens,
    };
  }
}

function readWhole(body: JsonObject, surface: Surface, listener: Listener): void {
  const error = readError(body);
  if (error !== null) listener.hear({ error });
  else for (const said of surface.readWhole(body)) listener.hear(said);
}

async function readStream(response: Response, surface: Surface, listener: Listener): Promise<void> {
  const isSse = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
  const sse = new SseSplitter();
  const lines = new LineSplitter();
  const cut = (bytes: Uint8Array): string[] =>
    isSse ? sse.push(bytes).flatMap((event) => event.data ?? []) : lines.push(bytes);
  const body: AsyncIterable<unknown> | null = response.body;
  for await (const bytes of body ?? []) {
    if (!(bytes instanceof Uint8Array)) continue;
    for (const text of cut(bytes).filter((each) => each !== '[DONE]')) {
      const event = toObject(text);
      const error = readError(event);
      for (const said of error === null ? surface.readEvent(event) : [{ error }]) listener.hear(said);
    }
  }
}

function toObject(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : { error: 'the answer is no JSON object' };
  } catch {
    return { error: 'the answer is no JSON' };
  }
}
