import type { ProviderTest } from '../../../src-shared/control.ts';
import type { Clock } from '../ports.ts';
import { describeBadReply, type Complaint } from './describe-reply.ts';
import { fetchModels, getFrom, type FetchOptions } from './fetch-models.ts';
import { counted, howToGiveKey } from './model-list.ts';
import type { Provider } from './provider.ts';
import { requestJson } from './request-json.ts';

export interface TestOptions {
  provider: Provider;
  /** null when there is none. */
  secret: string | null;
  /** A cheap GET below the base URL that needs the key; null when none is known. */
  keyCheckPath: string | null;
  clock: Clock;
  signal?: AbortSignal;
}

const TIMEOUT_MS = 10_000;

type Examination = FetchOptions & Pick<TestOptions, 'keyCheckPath'>;

interface Finding extends Omit<ProviderTest, 'durationMs'> {
  /** The answer shows that the key is the right one; where everybody is let in, it cannot. */
  provesKey: boolean;
}

/**
 * Tries a provider: does the address answer, does it speak the protocol, is the key good? Costs nothing: only lists are
 * read, and where there is none an empty request is sent. Where everybody may read the list, the key is tried by another
 * call; where there is no such call, the sentence says that the key is not proven.
 */
export async function testProvider(options: TestOptions): Promise<ProviderTest> {
  return (await testKey(options)).test;
}

/** As `testProvider`; `proven` says whether it was shown that the key is the right one. */
export async function testKey(options: TestOptions): Promise<{ test: ProviderTest; proven: boolean }> {
  const startedMs = options.clock.monotonicMs();
  const { provesKey, ...finding } = await examine({ ...options, timeoutMs: TIMEOUT_MS });
  const test = { ...finding, durationMs: options.clock.monotonicMs() - startedMs };
  return { test, proven: provesKey };
}

async function examine(options: Examination): Promise<Finding> {
  const { provider, secret } = options;
  const fetched = await fetchModels(options);
  if (fetched === null) return examineWithoutList(options);
  if (fetched.kind === 'bad') {
    return failed(describeBadReply(fetched.reply, { provider, path: fetched.path, hasKey: secret !== null }));
  }
  const models = fetched.models.map((model) => model.name);
  const found = counted(models.length);
  if (provider.settings.auth === 'none') return good(`${provider.name} works: it has ${found}.`, models);
  if (secret === null) {
    const sentence = `${provider.name} answers and lists ${found}, but requests need a key: ${howToGiveKey(provider)}.`;
    return { ...failed({ problem: 'key', sentence }), models };
  }
  const proof = await proveKey(options);
  if (proof === 'proven') return proven(`${provider.name} works: address and key are right, ${found}.`, models);
  if (proof !== 'unproven') return { ...failed(proof), models };
  const sentence = `${provider.name} answers, but lists its ${found} to everybody: the key could not be proven, the first request will show.`;
  return good(sentence, models);
}

/** By the catalogue's own call, else by asking for the list without the key: refused then, the key was what opened it. */
async function proveKey(options: Examination): Promise<'proven' | 'unproven' | Complaint> {
  const { provider, keyCheckPath: path } = options;
  if (path !== null) {
    const reply = await getFrom(path, options);
    if (reply.kind === 'ok') return 'proven';
    const complaint = describeBadReply(reply, { provider, path, hasKey: true });
    return complaint.problem === 'key' || complaint.problem === 'account' ? complaint : 'unproven';
  }
  const open = await fetchModels({ ...options, secret: null });
  if (open?.kind !== 'bad') return 'unproven';
  return describeBadReply(open.reply, { provider, path: open.path, hasKey: false }).problem === 'key'
    ? 'proven'
    : 'unproven';
}

async function examineWithoutList(options: Examination): Promise<Finding> {
  const { provider, secret, keyCheckPath: path } = options;
  const { models } = provider.settings;
  const hint = models.length > 0 ? counted(models.length) : 'name its models in the settings';
  if (path !== null) {
    const reply = await getFrom(path, options);
    if (reply.kind !== 'ok') return failed(describeBadReply(reply, { provider, path, hasKey: secret !== null }));
    return proven(`${provider.name} works: address and key are right; it has no model list, ${hint}.`, models);
  }
  const complaint = await sendEmptyRequest(options);
  if (complaint !== null) return failed(complaint);
  return proven(`${provider.name} answers and did not refuse the key; it has no model list, ${hint}.`, models);
}

/** An empty request is refused as invalid by a server that accepts the key, and as unauthorized by one that does not. */
async function sendEmptyRequest(options: FetchOptions): Promise<Complaint | null> {
  const { clock, provider, secret, timeoutMs } = options;
  const path = provider.kind === 'anthropic' ? '/messages' : '/chat/completions';
  const reply = await requestJson({
    clock,
    origin: provider.origin,
    path: provider.pathFor(path),
    method: 'POST',
    body: {},
    headers: provider.headers(secret),
    timeoutMs,
  });
  if (reply.kind === 'ok') return null;
  const complaint = describeBadReply(reply, { provider, path, hasKey: secret !== null });
  const isInvalid = reply.kind === 'status' && (reply.status === 400 || reply.status === 422) && reply.body !== null;
  return isInvalid && complaint.problem === 'protocol' ? null : complaint;
}

function good(sentence: string, models: readonly string[]): Finding {
  return { ok: true, problem: 'none', sentence, models: [...models], provesKey: false };
}

function proven(sentence: string, models: readonly string[]): Finding {
  return { ...good(sentence, models), provesKey: true };
}

function failed(complaint: Complaint): Finding {
  return { ok: false, problem: complaint.problem, sentence: complaint.sentence, models: [], provesKey: false };
}
