import type { Decision } from '../../src-main/engine/routing/decision.ts';
import type { Ending, ServingPlan } from './simulated-exchange.ts';
import type { SimulatedTask } from './simulated-task.ts';

/** What a router foresaw of the answer that it put first. */
export interface Foreseen {
  endpointId: string;
  firstTokenMs: number;
  costNanoUsd: number | null;
  quality: number;
}

/** Whoever decides where requests go. */
export interface Router {
  /** `foreseen`, `decision`: null where nothing is predicted. */
  plan(task: SimulatedTask): { serving: ServingPlan; foreseen: Foreseen | null; decision: Decision | null };
  ended(task: SimulatedTask, ending: Ending): void;
  /** What a person said of an answer, 0 to 1. */
  rated(taskId: string, quality: number): void;
  stop(): void;
}
