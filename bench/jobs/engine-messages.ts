import { z } from 'zod';

/** What the engine's process tells whoever started it. Times in Unix milliseconds, with fractions. */
export const fromEngine = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), url: z.string(), token: z.string() }),
  z.object({ type: z.literal('closed'), atMs: z.number() }),
  z.object({ type: z.literal('log'), text: z.string() }),
]);
export type FromEngine = z.infer<typeof fromEngine>;
