/** The code of SQLite or the system, such as SQLITE_FULL or EACCES; '' when the error has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
