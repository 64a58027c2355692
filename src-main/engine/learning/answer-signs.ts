/** What an answer was like, as far as anybody looked. Nothing of what it said. null: not looked at, or not asked for. */
export interface AnswerSigns {
  /** No text, no tool call. */
  empty: boolean;
  /** Broken off by the model's own limit, not by the client's. */
  truncated: boolean;
  refusal: boolean | null;
  /** JSON was asked for: it does not parse, or does not fit the schema. */
  invalidJson: boolean | null;
  /** A tool was called that is not on offer, or with arguments that do not fit. */
  invalidToolCall: boolean | null;
}
