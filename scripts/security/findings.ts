/** What the scanner found. `code`: the line; null: it is about the application as a whole. */
export interface Finding {
  check: string;
  file: string;
  line: number;
  code: string | null;
  description: string;
  /** Found in the build, where a file is a bundle of many. */
  built: boolean;
}

/** A finding that is as it should be, and why. `where` is a source file, or `application`. */
export interface Explanation {
  check: string;
  where: string;
  /** A piece of the line that is meant; empty: the finding has no line. */
  code: string;
  reason: string;
}

export interface Judgement {
  unexplained: Finding[];
  /** Explanations of what is not found any more: they would hide the next finding there. */
  stale: Explanation[];
}

/** Compares findings with explanations. In a bundle the line says which finding it is, in the sources the file does as well. */
export function judgeFindings(findings: readonly Finding[], explanations: readonly Explanation[]): Judgement {
  return {
    unexplained: findings.filter((finding) => !explanations.some((each) => explains(each, finding))),
    stale: explanations.filter((each) => !findings.some((finding) => explains(each, finding))),
  };
}

function explains({ check, where, code }: Explanation, finding: Finding): boolean {
  if (check !== finding.check) return false;
  if (finding.code === null) return code === '' && where === 'application';
  return code !== '' && finding.code.includes(code) && (finding.built || finding.file === where);
}

const ROW = /^\|(?<cells>.+)\|\s*$/;
const CELLS = 4;

/** Reads the table of `docs/security-findings.md`: check, where, code, why. Throws when a row is not complete. */
export function parseExplanations(markdown: string): Explanation[] {
  const rows = markdown.split('\n').flatMap((line) => ROW.exec(line)?.groups?.cells ?? []);
  return rows.slice(2).map((row) => {
    const cells = row.split('|').map((cell) => cell.trim().replaceAll('`', ''));
    const [check = '', where = '', code = '', reason = ''] = cells;
    if (cells.length !== CELLS || check === '' || where === '' || reason === '') {
      throw new Error(`An explanation is not complete: |${row}|`);
    }
    return { check, where, code, reason };
  });
}
