import type { ToolCallTaken } from './recent-tool-calls.ts';

const PATH_NAMES = ['path', 'file_path', 'filePath', 'filepath', 'filename', 'file', 'target_file', 'notebook_path'];
const BEFORE_NAMES = ['old_string', 'oldString', 'old_str', 'oldText', 'old_text', 'search', 'old'];
const AFTER_NAMES = ['new_string', 'newString', 'new_str', 'newText', 'new_text', 'replace', 'new'];
const CONTENT_NAMES = ['content', 'contents', 'file_text', 'text'];

/** `before` is null for a file that was written as a whole. */
interface Edit {
  path: string;
  before: string | null;
  after: string;
}

/**
 * Was an edit taken back: X became Y and Y became X again at the same path, or a file was written A, B, A? A line that was
 * only added and removed again is how people and agents debug; it counts when it is added once more.
 */
export function hasUndoneEdit(calls: readonly ToolCallTaken[]): boolean {
  const edits: Edit[] = [];
  for (const call of calls) {
    const edit = call.failed ? null : toEdit(call);
    if (edit !== null) edits.push(edit);
  }
  const last = edits.at(-1);
  if (last === undefined) return false;
  const before = edits.slice(0, -1).filter(({ path }) => path === last.path);
  return last.before === null ? isWrittenBack(last, before) : isTakenBack(last, before);
}

function isWrittenBack(last: Edit, before: readonly Edit[]): boolean {
  const earlier = before.findLastIndex((each) => each.before === null && each.after === last.after);
  return earlier >= 0 && before.slice(earlier + 1).some((each) => each.before === null && each.after !== last.after);
}

function isTakenBack(last: Edit, before: readonly Edit[]): boolean {
  const undone = before.findLastIndex((each) => each.before === last.after && each.after === last.before);
  if (undone < 0) return false;
  if (!isAddition(last)) return true;
  return before.slice(0, undone).some((each) => each.before === last.before && each.after === last.after);
}

function isAddition({ before, after }: Edit): boolean {
  return before !== null && (before.includes(after) || after.includes(before));
}

function toEdit({ arguments: given }: ToolCallTaken): Edit | null {
  const path = firstString(given, PATH_NAMES);
  if (path === null) return null;
  const before = firstString(given, BEFORE_NAMES);
  const after = firstString(given, before === null ? CONTENT_NAMES : AFTER_NAMES);
  return after === null ? null : { path, before, after };
}

function firstString(given: ToolCallTaken['arguments'], names: readonly string[]): string | null {
  for (const name of names) {
    const value = given[name];
    if (typeof value === 'string') return value;
  }
  return null;
}
