import type { Clock } from '../engine/ports.ts';
import type { ComposedReply } from './compose-reply.ts';
import type { SimulatedModel } from './simulated-model.ts';
import { wait } from './wait.ts';

export interface Generation {
  reply: ComposedReply;
  model: SimulatedModel;
  clock: Clock;
  /** Aborted when the client goes away. */
  signal: AbortSignal;
  /** Added before the first token: weights are loaded, or the engine is slow. */
  delayMs: number;
}

export type Piece = { type: 'thinking' | 'text'; text: string } | { type: 'tool_call' };

/**
 * Lets the pieces of a reply out at the model's speed. Each has its due time counted from the start, so late timers
 * do not add up. Ends early, without a word, when the client is gone.
 */
export async function* generate(generation: Generation): AsyncGenerator<Piece> {
  const { reply, model, clock, signal } = generation;
  const startMs = clock.monotonicMs();
  const firstMs = generation.delayMs + model.timeToFirstTokenMs * reply.pace;
  const perTokenMs = (1000 / model.tokensPerSecond) * reply.pace;
  for (const [index, piece] of piecesOf(reply).entries()) {
    const leftMs = startMs + firstMs + index * perTokenMs - clock.monotonicMs();
    if (leftMs > 0 && !(await wait(clock, leftMs, signal))) return;
    if (signal.aborted) return;
    yield piece;
  }
}

function piecesOf(reply: ComposedReply): Piece[] {
  if (reply.toolCall !== null) return [{ type: 'tool_call' }];
  const pieces: Piece[] = [
    ...reply.thinking.map((text) => ({ type: 'thinking' as const, text })),
    ...reply.text.map((text) => ({ type: 'text' as const, text })),
  ];
  return pieces.length === 0 ? [{ type: 'text', text: '' }] : pieces;
}
