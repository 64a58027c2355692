import { z } from 'zod';

/** The person's preference, picked in the tray; what each means is data in `routing/strategies.ts`. */
export const STRATEGIES = [
  'balanced',
  'latency_focused',
  'resource_efficient',
  'quality_focused',
  'cost_focused',
  'adaptive',
] as const;
export const strategy = z.enum(STRATEGIES);
export type Strategy = z.infer<typeof strategy>;

/** What adaptation moves, in small bounded steps. */
export const preferences = z.strictObject({
  /** 0: as if the tracks were alike; 1: the local track is worth a good deal more than it scores. */
  localBias: z.number().min(0).max(1).default(0.5),
  /** How alike two tracks' scores must be (0 to 1) before both are raced. */
  parallelThreshold: z.number().min(0).max(1).default(0.7),
  /** Factor on the time limits that an endpoint's own distribution gives. */
  timeoutMultiplier: z.number().min(0.5).max(4).default(1),
  /** Quality below which better models are wanted. */
  qualityThreshold: z.number().min(0).max(1).default(0.8),
});
export type Preferences = z.infer<typeof preferences>;
