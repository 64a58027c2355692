import type { JsonObject } from '../../src-main/engine/protocols/json.ts';
import { answer } from '../support/upstreams/answer-script.ts';
import { Gate } from '../support/upstreams/gate.ts';
import { serveOllama } from '../support/upstreams/ollama-routes.ts';
import { problem } from '../support/upstreams/problem.ts';
import type { Script } from '../support/upstreams/script.ts';
import { startUpstream, type Upstream } from '../support/upstreams/start-upstream.ts';
import { textOf } from '../support/upstreams/text-of.ts';
import { EMBEDDING_MODEL, type RunningOllama } from './start-behind-gateway.ts';

/** What it says, one word a token, over and over. */
const WORDS = 'alpha bravo charlie delta echo foxtrot golf hotel india juliet '.match(/\S+ /gu) ?? [];
/** More than this is never finished: the stream stands still after its first words, for those who hang up. */
const PATIENCE_TOKENS = 500;
const TEMPLATE_TOKENS = 4;

/** A scripted Ollama that keeps to limits, stop texts, formats and unloading as a real one does. */
export async function startPretendOllama(): Promise<RunningOllama> {
  const upstream = await startUpstream({ kind: 'ollama', models: [] });
  upstream.script(generate(upstream));
  upstream.scriptPath('/api/create', (asked) => {
    const reply = serveOllama(asked, upstream.state);
    const made = upstream.state.models.at(-1);
    if (made?.name === EMBEDDING_MODEL) made.capabilities = ['embedding'];
    return reply;
  });
  upstream.scriptPath('/api/pull', problem({ status: 500, message: 'pull model manifest: connection refused' }));
  return upstream;
}

function generate(upstream: Upstream): Script {
  return (asked) => {
    const { body } = asked.request;
    const model = upstream.state.models.find(
      ({ name }) => name === body.model || name === `${textOf(body.model)}:latest`,
    );
    if (model === undefined) return problem({ status: 404, message: `model '${textOf(body.model)}' not found` })(asked);
    const prompt = promptOf(body);
    model.isLoaded = body.keep_alive !== 0;
    if (prompt === '') return answer({ usage: null, finish: model.isLoaded ? 'load' : 'unload' })(asked);
    const input = prompt.split(/\s+/u).length + (body.raw === true ? 0 : TEMPLATE_TOKENS);
    return answer({ ...say(body), usage: { input, output: limitOf(body) } })(asked);
  };
}

function say(body: JsonObject): Parameters<typeof answer>[0] {
  if (body.format !== undefined) return { text: ['{"answer":', ' "yes"}'], finish: 'stop' };
  const limit = limitOf(body);
  const words = Array.from(
    { length: Math.min(limit, PATIENCE_TOKENS) },
    (_, index) => WORDS[index % WORDS.length] ?? '',
  );
  if (limit > PATIENCE_TOKENS) return { text: [...words.slice(0, 3), new Gate()] };
  const whole = words.join('');
  const ends = stopsOf(body)
    .map((stop) => whole.indexOf(stop))
    .filter((at) => at >= 0);
  return ends.length === 0 ? { text: words, finish: 'length' } : { text: [whole.slice(0, Math.min(...ends))] };
}

function promptOf({ prompt, messages }: JsonObject): string {
  return textOf(prompt ?? (Array.isArray(messages) && messages.length > 0 ? messages : undefined));
}

function optionsOf({ options }: JsonObject): JsonObject {
  return typeof options === 'object' && options !== null && !Array.isArray(options) ? options : {};
}

function limitOf(body: JsonObject): number {
  const limit = optionsOf(body).num_predict;
  return typeof limit === 'number' ? limit : WORDS.length;
}

function stopsOf(body: JsonObject): string[] {
  const { stop } = optionsOf(body);
  return Array.isArray(stop) ? stop.map(textOf) : [];
}
