import { createHash } from 'node:crypto';
import { startTestEngine, type TestEngine } from '../support/start-test-engine.ts';
import { makeTinyModel } from './make-tiny-model.ts';
import { startRelay, type Relay } from './start-relay.ts';

/** The model that the suite talks to, as Ollama lists it. */
export const MODEL = 'tiny:latest';

/** One that turns texts into vectors and says nothing. */
export const EMBEDDING_MODEL = 'tiny-embed:latest';

/** Some Ollama, real or not. */
export interface RunningOllama {
  url: string;
  stop(): Promise<void>;
}

/** An Ollama with nothing but the tiny models, behind the gateway. */
export interface OllamaBehindGateway {
  /** Base URL of the gateway. */
  url: string;
  /** Base URL of Ollama itself, to compare with. */
  ollamaUrl: string;
  engine: TestEngine;
  relay: Relay;
  stop(): Promise<void>;
}

/** Starts all, and puts the models into Ollama through the gateway. */
export async function startBehindGateway(ollama: RunningOllama): Promise<OllamaBehindGateway> {
  const relay = await startRelay(ollama.url);
  const engine = await startTestEngine({ settings: { ollama: { enabled: true, baseUrl: relay.url } } });
  const stop = async () => {
    await engine.stop();
    await relay.stop();
    await ollama.stop();
  };
  try {
    await putModel(engine.url, MODEL, makeTinyModel());
    await putModel(engine.url, EMBEDDING_MODEL, makeTinyModel({ embeds: true }));
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: engine.url, ollamaUrl: ollama.url, engine, relay, stop };
}

async function putModel(url: string, name: string, file: Buffer): Promise<void> {
  const digest = `sha256:${createHash('sha256').update(file).digest('hex')}`;
  await post(`${url}/api/blobs/${digest}`, 'application/octet-stream', new Uint8Array(file));
  const template = '{{ if .System }}{{ .System }} {{ end }}user: {{ .Prompt }} assistant: ';
  const create = { model: name, files: { 'tiny.gguf': digest }, template, stream: false };
  await post(`${url}/api/create`, 'application/json', JSON.stringify(create));
}

async function post(url: string, type: string, body: string | Uint8Array<ArrayBuffer>): Promise<void> {
  const reply = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`${url} answered ${reply.status}: ${text}`);
}
