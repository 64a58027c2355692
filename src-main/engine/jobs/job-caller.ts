import type { ChatPart, ChatRequest } from '../protocols/chat-request.ts';
import type { FinishReason, TokenUsage } from '../protocols/chat-event.ts';
import type { Endpoint } from '../routing/endpoint.ts';

/**
 * Asks models for background work. It books every call in the ledger under the app "Pointsman (background)", holds money
 * before a cloud call (the budgets', and what background work may spend), never lets a text out that must stay, does not
 * count as a request that keeps the gate closed, gives way to the person's own requests, and unloads what it loaded.
 */
export interface JobCaller {
  /** Never rejects. Ends within 500 ms of the unit's signal, with `stopped`. */
  ask(question: JobQuestion): Promise<JobAnswer>;
  /** Takes a local model out of memory, so that its loading can be measured; false: it cannot be, or is the person's. */
  unload(endpoint: Endpoint): Promise<boolean>;
}

export interface JobQuestion {
  endpoint: Endpoint;
  request: ChatRequest;
  /** False: the text must not leave this machine. Only texts of our own making and kept prompts that are not private may. */
  mayLeave: boolean;
  /** Of this call, at a cloud endpoint. */
  mostNanoUsd: number;
  timeoutMs: number;
}

export type JobAnswer =
  | {
      kind: 'answered';
      parts: readonly ChatPart[];
      finishReason: FinishReason;
      usage: TokenUsage;
      costNanoUsd: number | null;
      timing: JobTiming;
    }
  /** It was refused before anything was sent: money, privacy, a machine that may not. */
  | { kind: 'refused'; sentence: string }
  | { kind: 'failed'; sentence: string; willPass: boolean }
  | { kind: 'stopped' };

/** Milliseconds and tokens a second; as the server says where it does (Ollama), else as seen from here. null: unknown. */
export interface JobTiming {
  loadMs: number | null;
  firstTokenMs: number | null;
  durationMs: number;
  promptTokensPerSecond: number | null;
  outputTokensPerSecond: number | null;
  /** The model was in memory before the call; null: unknown. */
  wasLoaded: boolean | null;
}
