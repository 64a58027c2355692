/** What is remembered of a conversation when its next request comes. */
export interface ConversationState {
  /** The endpoint that answered last. */
  endpointId: string;
  /** Prompt tokens of the last request: what a warm prompt cache there saves. */
  cachedTokens: number;
  /** Requests so far. */
  requests: number;
  /** Thinking in the turn that is still open was signed by that endpoint's provider: only it can go on. */
  signedByProviderId: string | null;
  /** Signs of being stuck, in words; the strong track takes over. null: none. */
  stuck: string | null;
  /** Was escalated before and stays there. */
  escalated: boolean;
  /** The endpoint that it was stuck with before it was escalated. Absent or null: none, or nobody remembers. */
  stuckWith?: string | null;
}
