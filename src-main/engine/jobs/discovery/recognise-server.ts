import { z } from 'zod';
import type { Clock } from '../../ports.ts';
import type { JsonReply, JsonRequest } from '../../providers/request-json.ts';

/** A server that speaks OpenAI's protocol. `catalogue`: the entry that it is; null: it did not say what it is. */
export interface FoundServer {
  origin: string;
  catalogue: 'lm-studio' | 'llama-cpp' | 'vllm' | 'koboldcpp' | 'ollama' | null;
  models: string[];
}

export interface ServerAsker {
  clock: Clock;
  ask: (request: JsonRequest) => Promise<JsonReply>;
  signal: AbortSignal;
}

/** On loopback an answer takes milliseconds. */
const TIMEOUT_MS = 700;
const MOST_BYTES = 1024 * 1024;

const modelList = z.object({
  object: z.literal('list'),
  data: z.array(z.object({ id: z.string().min(1), object: z.literal('model'), owned_by: z.string().optional() })),
});
type Listed = z.infer<typeof modelList>['data'];

/** Whose models a list holds, by the word that each server puts there. */
const OWNERS: Readonly<Record<string, FoundServer['catalogue']>> = {
  llamacpp: 'llama-cpp',
  vllm: 'vllm',
  koboldcpp: 'koboldcpp',
  organization_owner: 'lm-studio',
};

/** Answers that only one kind of server gives. */
const TELLS: readonly {
  path: string;
  answer: z.ZodType;
  is: NonNullable<FoundServer['catalogue']>;
}[] = [
  { path: '/api/extra/version', answer: z.object({ result: z.literal('KoboldCpp') }), is: 'koboldcpp' },
  { path: '/api/tags', answer: z.object({ models: z.array(z.object({ digest: z.string() })) }), is: 'ollama' },
  {
    path: '/api/v0/models',
    answer: z.object({ data: z.array(z.object({ publisher: z.string(), state: z.string() })).min(1) }),
    is: 'lm-studio',
  },
];

/**
 * Asks what runs at an origin on this machine; the model list has to be one. null: nothing, something else, a server that
 * wants a key first (it cannot be known what it is), or another Pointsman. Sends no prompt. Never rejects.
 */
export async function recogniseServer(origin: string, asker: ServerAsker): Promise<FoundServer | null> {
  const list = modelList.safeParse(await get(origin, '/v1/models', asker));
  if (!list.success) return null;
  const { data } = list.data;
  if (data.some(({ owned_by: owner }) => owner === 'pointsman')) return null;
  const catalogue = byOwner(data) ?? (await byOtherAnswers(origin, asker));
  return { origin, catalogue, models: data.map(({ id }) => id) };
}

function byOwner(data: Listed): FoundServer['catalogue'] {
  const owners = new Set(data.map(({ owned_by: owner }) => OWNERS[owner ?? ''] ?? null));
  const [only] = owners;
  return owners.size === 1 ? (only ?? null) : null;
}

async function byOtherAnswers(origin: string, asker: ServerAsker): Promise<FoundServer['catalogue']> {
  for (const { path, answer, is } of TELLS) {
    if (answer.safeParse(await get(origin, path, asker)).success) return is;
  }
  return null;
}

/** undefined: no answer that is JSON. */
async function get(origin: string, path: string, { clock, ask, signal }: ServerAsker): Promise<unknown> {
  const reply = await ask({ clock, origin, path, timeoutMs: TIMEOUT_MS, maxBytes: MOST_BYTES, signal });
  return reply.kind === 'ok' ? reply.body : undefined;
}
