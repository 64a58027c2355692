import { describe, expect, it, onTestFinished } from 'vitest';
import type { JsonObject } from '../../src-main/engine/protocols/json.ts';
import { RawConnection, requestHead } from '../support/raw-connection.ts';
import { spawnEngine } from '../support/spawn-engine.ts';
import { settingsFor, startGateway } from '../support/start-gateway.ts';
import { answer } from '../support/upstreams/answer-script.ts';
import { Gate } from '../support/upstreams/gate.ts';
import { raw, type Script } from '../support/upstreams/script.ts';
import { startUpstream } from '../support/upstreams/start-upstream.ts';
import { sse } from '../support/upstreams/wire-format.ts';
import { postJson } from './surfaces.ts';

const MB = 1024 * 1024;

describe('200 streams at the same time', () => {
  it('are each complete and unmixed, over every pair of protocols', async () => {
    const open = new Gate();
    const local = await startUpstream({ kind: 'ollama' });
    onTestFinished(() => local.stop());
    const gateway = await startGateway({
      settings: {
        ollama: { enabled: true, baseUrl: local.url },
        limits: { localConcurrency: 200, cloudConcurrency: 200 },
      },
    });
    onTestFinished(() => gateway.stop());
    // Every stream stands half-way until all of them do, so that they really are under way together.
    for (const upstream of [gateway.upstream, local]) upstream.script(echoing(open));
    const reading = Array.from({ length: 200 }, (_, index) => readStream(gateway.url, index));
    await Promise.all([gateway.upstream.call(100), local.call(100)]);
    await expect.poll(async () => activeIn(await gateway.control('/control/v1/status'))).toBe(200);
    open.open();
    const texts = await Promise.all(reading);
    expect(texts).toEqual(texts.map((_, index) => expectedText(index)));
    const records = await gateway.recorded(200);
    expect(records.filter(({ outcome }) => outcome === 'ok')).toHaveLength(200);
    expect(await activeIn(await gateway.control('/control/v1/status'))).toBe(0);
  });
});

describe('a reader that takes nothing of a 100 MB stream', () => {
  it('does not grow the gateway, holds the upstream back, and gets every byte when it reads on', async () => {
    const upstream = await startUpstream({ kind: 'openai' });
    onTestFinished(() => upstream.stop());
    const engine = await spawnEngine({ settings: settingsFor('openai', upstream.url) });
    onTestFinished(() => engine.stop());
    upstream.script(flood(100));
    const before = await engine.residentBytes();
    const reader = new RawConnection(engine.url, { reads: false });
    onTestFinished(() => reader.end());
    const body = JSON.stringify({ model: 'gpt-4o', stream: true, messages: [{ role: 'user', content: 'x' }] });
    reader.write(requestHead(engine.url, '/v1/chat/completions', { 'content-length': String(body.length) }) + body);
    const call = await upstream.call(1);
    await standsStill(() => call.sentBytes);
    const heldBack = call.sentBytes;
    const grown = (await engine.residentBytes()) - before;
    expect(heldBack).toBeGreaterThan(0);
    // What the kernel's and the streams' buffers take; the rest waits at the upstream.
    expect(heldBack).toBeLessThan(30 * MB);
    expect(grown).toBeLessThan(60 * MB);

    reader.drain();
    await expect.poll(() => reader.text.endsWith('\r\n0\r\n\r\n'), { timeout: 20_000 }).toBe(true);
    expect(reader.receivedBytes).toBeGreaterThan(100 * MB);
    expect(reader.text).toContain('data: [DONE]');
    expect((await engine.residentBytes()) - before).toBeLessThan(100 * MB);
    await expect.poll(async () => (await engine.requests())[0]?.outcome).toBe('ok');
  });

  it('is cut off when it reads nothing for the time in the settings, and its upstream call with it', async () => {
    const gateway = await startGateway({ settings: { gateway: { stalledReaderTimeoutMs: 300 } } });
    onTestFinished(() => gateway.stop());
    gateway.upstream.script(flood(100));
    const reader = new RawConnection(gateway.url, { reads: false });
    onTestFinished(() => reader.end());
    const body = JSON.stringify({ model: 'gpt-4o', stream: true, messages: [{ role: 'user', content: 'x' }] });
    reader.write(requestHead(gateway.url, '/v1/chat/completions', { 'content-length': String(body.length) }) + body);
    await (
      await gateway.upstream.call(1)
    ).aborted;
    const [record] = await gateway.recorded();
    expect(record).toMatchObject({ outcome: 'cancelled', status: 499 });
  });
});

/** Says the last message back in pieces, with the gate in the middle. */
function echoing(gate: Gate): Script {
  return (asked) => {
    const { messages } = asked.request.body as { messages: { content: string }[] };
    const text = messages.at(-1)?.content ?? '';
    return answer({ text: [`<${text}>`, ' one', gate, ' two', ` </${text}>`] })(asked);
  };
}

function expectedText(index: number): string {
  return `<${nameOf(index)}> one two </${nameOf(index)}>`;
}

function nameOf(index: number): string {
  return `request ${index} ${'é🌍'.repeat(index % 7)}`;
}

/** One stream read to its end: surfaces and upstreams take turns. */
async function readStream(url: string, index: number): Promise<string> {
  const model = index % 2 === 0 ? 'gpt-4o' : 'llama3.2:3b';
  const messages = [{ role: 'user', content: nameOf(index) }];
  const path = PATHS[index % PATHS.length] ?? '';
  const reply = await postJson(url + path, { model, messages, stream: true, max_tokens: 100 });
  const lines = (await reply.text()).split('\n').map((line) => line.replace(/^data: /, ''));
  const events = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as StreamEvent);
  return events
    .map(({ choices, delta, message }) => choices?.[0]?.delta?.content ?? delta?.text ?? message?.content ?? '')
    .filter((text) => typeof text === 'string')
    .join('');
}

const PATHS = ['/v1/chat/completions', '/api/chat', '/v1/messages'];

interface StreamEvent {
  choices?: { delta?: { content?: string } }[];
  delta?: { text?: string };
  message?: { content?: unknown };
}

async function activeIn(reply: Response): Promise<number> {
  return ((await reply.json()) as { activeRequests: number }).activeRequests;
}

/** A stream of about so many megabytes in pieces of 64 kB, made as it is taken. */
function flood(megabytes: number): Script {
  const chunk = { id: 'x', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o' };
  const choice = (delta: JsonObject, finish: string | null) => ({ index: 0, delta, finish_reason: finish });
  const piece = sse({ ...chunk, choices: [choice({ content: 'a'.repeat(65_536) }, null)] });
  return raw({
    headers: { 'content-type': 'text/event-stream' },
    chunks: (function* () {
      for (let sent = 0; sent < megabytes * 16; sent += 1) yield piece;
      yield sse({ ...chunk, choices: [choice({}, 'stop')] });
      yield sse('[DONE]');
    })(),
  });
}

/** Waits until a number has stayed the same for ten looks. */
async function standsStill(read: () => number): Promise<void> {
  let same = 0;
  let last = -1;
  await expect
    .poll(
      () => {
        same = read() === last && last > 0 ? same + 1 : 0;
        last = read();
        return same;
      },
      { timeout: 20_000, interval: 50 },
    )
    .toBeGreaterThan(10);
}
