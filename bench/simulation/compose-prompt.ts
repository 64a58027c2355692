import { pick, type Uniform } from './draws.ts';
import type { SimulatedTask } from './simulated-task.ts';

type Kind = SimulatedTask['kind'];

/** How people begin, by what they want. */
const OPENINGS: Readonly<Record<Kind, readonly string[]>> = {
  chat: ['What is', 'Tell me about', 'I wonder about', 'Can you explain', 'Why is there', 'How does one deal with'],
  code: [
    'Write a Python function that handles',
    'Refactor this code for',
    'Debug the stack trace about',
    'Add unit tests for',
  ],
  extract: [
    'Extract as JSON the fields of',
    'Classify the following text about',
    'Extract all names and dates from the note on',
  ],
  translate: ['Translate into German the paragraph on', 'Translate to French the message about'],
  summarise: ['Summarize in three sentences the report on', 'Give me the key points of the minutes about'],
  write: ['Draft a friendly email about', 'Write a short blog article on', 'Rephrase this letter about'],
  agent: ['Go on with the change to', 'Find and fix the failing test in', 'Implement the next step of'],
  quick: ['Commit message for', 'One-line title for', 'Short name for'],
};

/** Words that go with easy and with hard tasks. Neither is certain: people talk of hard things plainly, and the other way round. */
const EASY =
  'breakfast weekend shopping simple list basic recipe greeting birthday weather short friendly invoice reminder date email thanks holiday kitchen garden colour morning'.split(
    ' ',
  );
const HARD =
  'concurrency deadlock proof asymptotic distributed consensus invariant eigenvalue jurisdiction counterexample refactoring monotonicity covariance scheduler lifetime liability amortised transaction ordering causality'.split(
    ' ',
  );
const PLAIN =
  'project team meeting plan note question file customer change result section page value process example version part week system detail'.split(
    ' ',
  );

/** Share of the telling words that tell the truth, at the ends of the scale of difficulty. */
const TRUTHFUL = 0.85;
const TELLING_SHARE = 0.45;
const WORDS = 14;

/** A prompt whose words give a noisy hint of kind and difficulty. */
export function composePrompt(kind: Kind, difficulty: number, uniform: Uniform): string {
  const hardShare = 1 - TRUTHFUL + (2 * TRUTHFUL - 1) * Math.min(1, Math.max(0, difficulty));
  const words = Array.from({ length: WORDS }, () => {
    const isTelling = uniform() < TELLING_SHARE;
    const isHard = uniform() < hardShare;
    return pick(isTelling ? (isHard ? HARD : EASY) : PLAIN, uniform);
  });
  return `${pick(OPENINGS[kind], uniform)} the ${words.join(' ')} (${Math.floor(uniform() * 1000)})`;
}
