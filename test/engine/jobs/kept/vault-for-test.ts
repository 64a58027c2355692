import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { settings as settingsSchema, type Settings } from '../../../../src-shared/settings.ts';
import { PromptVault } from '../../../../src-main/engine/jobs/kept/prompt-vault.ts';
import type { SecretStore } from '../../../../src-main/engine/ports.ts';
import type { FinishedChat } from '../../../../src-main/engine/store/finished-chat.ts';
import { openStore, type Store } from '../../../../src-main/engine/store/open-store.ts';
import { systemRandom } from '../../../../src-main/engine/system-ports.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { MemorySecrets } from '../../../support/memory-secrets.ts';
import { SilentLog } from '../../../support/silent-log.ts';

export const DAY_MS = 24 * 3_600_000;
export const HOUR_MS = 3_600_000;

/** A vault over a real database, whose time stands still. */
export interface VaultForTest {
  vault: PromptVault;
  store: Store;
  clock: ManualClock;
  secrets: SecretStore;
  folder: string;
  file: string;
  log: SilentLog;
  /** What `onErased` told. */
  erased: (string | null)[];
  /** Changes `privacy.keepPrompts`, or all of `privacy`. */
  set(keepPrompts: Record<string, unknown>, privacy?: Record<string, unknown>): Promise<void>;
  /** Hands over a chat under the consent in force, as the exchange does. */
  take(requestId: string, chat?: Partial<FinishedChat>): void;
  /** Lets what waits be written. */
  written(): Promise<void>;
  count(): number;
  close(): Promise<void>;
}

export interface VaultOptions {
  folder?: string;
  secrets?: SecretStore;
  clock?: ManualClock;
  keepPrompts?: Record<string, unknown>;
  /** Default: true. */
  agrees?: boolean;
}

export async function vaultForTest(options: VaultOptions = {}): Promise<VaultForTest> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'pointsman-vault-'));
  const { clock = new ManualClock(), secrets = new MemorySecrets(), agrees = true } = options;
  const log = new SilentLog();
  const ports = { clock, random: systemRandom, log };
  const opened = openStore({ folder, ...ports, platform: process.platform });
  if (!opened.ok) throw new Error(opened.message);
  const { store } = opened;
  let settings = withPrivacy(settingsSchema.parse({}), { keepPrompts: { ...options.keepPrompts } });
  const vault = new PromptVault({
    ...{ ...ports, secrets, table: store.kept },
    settings: () => settings,
    onChange: () => undefined,
  });
  const erased: (string | null)[] = [];
  vault.prompts.onErased((id) => erased.push(id));
  vault.start();
  let isClosed = false;
  const here: VaultForTest = {
    ...{ vault, store, clock, secrets, folder, log, erased },
    file: join(folder, 'pointsman.db'),
    async set(keepPrompts, privacy = {}) {
      const before = settings;
      settings = withPrivacy(before, { ...privacy, keepPrompts: { ...before.privacy.keepPrompts, ...keepPrompts } });
      await vault.follow(settings, before);
    },
    take: (requestId, chat = {}) => vault.take({ ...chatFor(requestId, vault.consent ?? 0), ...chat }),
    written: () => clock.advance(200),
    count: () => store.kept.sums().count,
    async close() {
      if (isClosed) return;
      isClosed = true;
      vault.stop();
      await store.close();
    },
  };
  onTestFinished(async () => {
    await here.close();
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
  });
  if (agrees) await here.set({ enabled: true });
  return here;
}

function withPrivacy(settings: Settings, privacy: Record<string, unknown>): Settings {
  return settingsSchema.parse({ ...settings, privacy: { ...settings.privacy, ...privacy } });
}

export function chatFor(requestId: string, consent: number, text = `Question of ${requestId}`): FinishedChat {
  return {
    requestId,
    consent,
    request: {
      model: 'auto',
      mode: 'chat',
      stream: false,
      messages: [{ role: 'user', parts: [{ type: 'text', text }] }],
    },
    answer: [{ type: 'text', text: `Answer to ${requestId}` }],
    finishReason: 'stop',
    isPrivate: false,
    app: 'app',
    kind: 'chat',
    endpoint: 'one/big',
    track: 'cloud',
    costNanoUsd: 1_000,
    characters: text.length + 50,
  };
}

/** Waits for what another thread does. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1_000; tries += 1) {
    if (isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('it never came to that');
}
