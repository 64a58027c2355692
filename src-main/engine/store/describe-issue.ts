import type { z } from 'zod';

/** What is wrong with settings: `gateway.port: Too big: expected number to be <=65535`. */
export function describeIssue(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${[...path, key].join('.')}: there is no such setting`).join('; ');
  }
  return `${path.join('.')}: ${problemOf(issue)}`;
}

/** Where one of several kinds of values is wanted, each of them. */
function problemOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue.message;
  return issue.errors.flatMap((issues) => issues.map(problemOf)).join(', or: ');
}
