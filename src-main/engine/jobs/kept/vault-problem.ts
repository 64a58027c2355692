/** What is known of a vault. */
export interface VaultState {
  enabled: boolean;
  hasKey: boolean;
  keyIn: string;
  /** Why the key could not be made or destroyed; null: it could. */
  keyProblem: string | null;
  count: number;
  writing: string | null;
  erasing: string | null;
  /** Some were sealed with another key. */
  ofOtherKeys: boolean;
  /** Prompts that did not open with their key. */
  changed: number;
  /** Prompts that were not kept for want of room in memory, or because the database refused them. */
  dropped: number;
}

/** Why prompts are not kept, not readable or not erased as they should be, in sentences; null: nothing is in the way. */
export function tellProblem(state: VaultState): string | null {
  const { enabled, keyIn, keyProblem, count, erasing, changed, dropped } = state;
  const parts: (string | null)[] = [keyProblem, erasing];
  if (enabled && !state.hasKey && keyProblem === null) {
    const lost = count === 0 ? '' : ` and the ${count} kept before cannot be read`;
    parts.push(
      `Nothing is kept${lost}: the key is not there (${keyIn}). If a keychain holds it, unlock that. Otherwise agree once more on this machine: that makes a new key and erases what only the old one could read.`,
    );
  }
  if (enabled) parts.push(state.writing);
  if (state.ofOtherKeys) {
    parts.push('Some cannot be read: another key sealed them. They are erased when their time is up, or by hand.');
  }
  if (changed > 0) parts.push(`${changed} of the kept prompts do not open: their data was changed or damaged.`);
  if (dropped > 0) parts.push(`${dropped} were not kept since the start: more came at once than could be written.`);
  const told = parts.filter((part) => part !== null);
  return told.length === 0 ? null : told.join(' ');
}
