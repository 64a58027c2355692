/** Tools say it at the beginning of a line, or at the end of their output. Words inside a line may be somebody's data. */
const ERROR_LINE =
  /^\s*(?:<(?:tool_use_)?error>|(?:\w*(?:error|exception)|fatal|panic|fehler|failed)\b(?:\[\w+\])?\s*(?::|!|$)|traceback \(most recent call last\)|npm err!)/im;
const SHELL_ERROR =
  /command not found|no such file or directory|permission denied|is not recognized as an internal|old_string not found|string to replace not found/i;
const EXIT_CODE =
  /(?:exit(?:ed)?(?:[ _-]with)?[ _-]?(?:status|code)|exited with|return[ _-]?code)["']?\s*[:=]?\s*(-?\d+)/i;

const END_CHARACTERS = 300;
/** `grep` and `diff` exit with 1 to say "nothing found": only with something said is it an error. */
const NOTHING_FOUND = '1';
const LEAST_SAID = 60;

/**
 * Does a tool's result read like a failure? Goes by the tool's own word where there is one, else by its first and last
 * lines.
 */
export function looksFailed(text: string, isError: boolean | undefined): boolean {
  if (isError !== undefined) return isError;
  const head = text.slice(0, END_CHARACTERS);
  const tail = text.length > END_CHARACTERS ? text.slice(-END_CHARACTERS) : '';
  const exitCode = (EXIT_CODE.exec(tail) ?? EXIT_CODE.exec(head))?.[1];
  if (exitCode === '0') return false;
  if (exitCode !== undefined && (exitCode !== NOTHING_FOUND || text.length >= LEAST_SAID)) return true;
  return ERROR_LINE.test(head) || ERROR_LINE.test(tail) || (text.length <= END_CHARACTERS && SHELL_ERROR.test(head));
}
