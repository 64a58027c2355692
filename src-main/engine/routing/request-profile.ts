export const TASK_KINDS = [
  'chat',
  'code',
  'math',
  'extract',
  'tools',
  'vision',
  'translate',
  'summarise',
  'write',
] as const;
export type TaskKind = (typeof TASK_KINDS)[number];

/** What the decision knows of a request. Made once, in microseconds; never stored as it is. */
export interface RequestProfile {
  kind: TaskKind;
  /** Estimate. */
  promptTokens: number;
  /** What money is held for; absent: a quarter more than expected. */
  mostPromptTokens?: number;
  /** The client's own limit; null: none. */
  maxOutputTokens: number | null;
  /** User messages. */
  turns: number;
  /** Tool results since the last message that a person wrote. */
  toolTurns: number;
  /** Tools on offer. */
  toolCount: number;
  hasImages: boolean;
  /** An answer by JSON schema, or any JSON, is asked for. */
  wantsJson: boolean;
  /** Two letters where a guess is possible (script and stop words), else null. */
  language: string | null;
  /** Shares of the last user message's characters, 0 to 1. */
  codeShare: number;
  digitShare: number;
  isQuestion: boolean;
  /** Beginning and end of the last user message, at most 4,000 characters: what the learner reads. */
  text: string;
}
