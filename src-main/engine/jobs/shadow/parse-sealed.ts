import { z } from 'zod';
import type { Answer } from './compare/answer-of.ts';

const json: z.ZodType<Answer['toolCalls'][number]['arguments']> = z.record(z.string(), z.json());

const sealedAnswer = z.object({
  text: z.string(),
  toolCalls: z.array(z.object({ type: z.literal('tool_call'), id: z.string(), name: z.string(), arguments: json })),
  finishReason: z
    .enum([
      'stop',
      'stop_sequence',
      'length',
      'tool_calls',
      'content_filter',
      'pause',
      'context_length',
      'load',
      'unload',
    ])
    .nullable(),
  outputTokens: z.number().nullable(),
});

/** An answer that was sealed, opened again; null: it is not one. */
export function parseSealed(text: string): Answer | null {
  try {
    return sealedAnswer.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
