import { logistic } from './logistic.ts';

/** Full trust at the beginning, held as firmly as by this much information; older outcomes are slowly forgotten. */
const FIRST_INFORMATION = 4;
const KEPT = 0.9995;

/**
 * How far predictions are to follow the text, from 0 to 1: the slope of outcomes on what the text predicted before they
 * were known (online logistic regression in one coefficient). Where prompts say nothing about quality, thousands of weights
 * fit noise; this takes it out again. The order of prompts it leaves nearly as it is.
 */
export class TextTrust {
  value = 1;
  information = FIRST_INFORMATION;

  /** `usual` and `text` in logits: what is predicted for the arm's usual prompt, and how far this one is from it. */
  observe(outcome: { usual: number; text: number; reward: number; weight: number }): void {
    const { usual, text, reward, weight } = outcome;
    const predicted = logistic(usual + this.value * text);
    this.information = KEPT * this.information + weight * predicted * (1 - predicted) * text * text;
    const moved = this.value + (weight * (reward - predicted) * text) / this.information;
    this.value = Math.min(1, Math.max(0, moved));
  }
}
