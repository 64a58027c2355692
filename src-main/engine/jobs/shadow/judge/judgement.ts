import { z } from 'zod';

/** What a judge made of one pair of answers, asked in both orders. Nothing of what they said. */
export const judgement = z.object({
  /** Of the answer that is not the accepted one: as good (1), worse (0), or judged one way and then the other (0.5). */
  value: z.union([z.literal(0), z.literal(0.5), z.literal(1)]),
  /** The same verdict in both orders. */
  agreed: z.boolean(),
  /** How often it preferred the one that was shown first, and second; of two. */
  firsts: z.int(),
  seconds: z.int(),
  /** How often it said nothing that can be understood. */
  unread: z.int(),
  /** Its length over that of the accepted answer. */
  otherLength: z.number(),
});
export type Judgement = z.infer<typeof judgement>;

/** Made with a known truth. */
export const CONTROL_KINDS = ['introduced', 'polite', 'cut', 'shuffled', 'unrelated', 'checked'] as const;
export type ControlKind = (typeof CONTROL_KINDS)[number];

export const controlRecord = judgement.extend({
  judge: z.string(),
  kind: z.enum(CONTROL_KINDS),
  /** Whether the other answer is as good. */
  truth: z.boolean(),
});
export type ControlRecord = z.infer<typeof controlRecord>;
