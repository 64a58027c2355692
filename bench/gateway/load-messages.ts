import { z } from 'zod';

/** One piece of work for the load generator: send one request over and over on some keep-alive connections. */
export const loadJob = z.object({
  port: z.int(),
  /** The whole HTTP/1.1 request, head and body. */
  request: z.string(),
  connections: z.int().min(1),
  /** No request is started after this time or beyond this count; those under way are finished. */
  forMs: z.number().positive(),
  maxRequests: z.int().min(1),
  /** Count the pieces of generated text and time the first one. */
  watchContent: z.boolean(),
});
export type LoadJob = z.infer<typeof loadJob>;

const quantiles = z.object({ p50: z.number(), p99: z.number() });
export type Quantiles = z.infer<typeof quantiles>;

export const loadResult = z.object({
  requests: z.int(),
  /** Replies that were not a 200, broken replies and broken connections; the first is described. */
  failures: z.int(),
  firstFailure: z.string().nullable(),
  wallMs: z.number(),
  /** From the request's last byte written to the reply's last byte read, in microseconds. */
  latencyUs: quantiles,
  /** From the request's last byte written to the first generated text read; 0 when not watched. */
  firstContentUs: quantiles,
  /** Pieces of generated text; 0 when not watched. */
  contentPieces: z.int(),
});
export type LoadResult = z.infer<typeof loadResult>;
