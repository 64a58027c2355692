import { parse } from 'acorn';

/** Compiling more would hold up everybody else. */
const LONGEST_CODE = 20_000;

type Checker = (code: string) => string | null;

/** By language. What is not listed is not checked: TypeScript, Rust, shells and the rest would each need a parser of their own. */
const CHECKERS: Readonly<Record<string, Checker>> = {
  json: whyNotJson,
  ...Object.fromEntries(['js', 'javascript', 'mjs', 'cjs', 'node'].map((name) => [name, whyNotJavaScript])),
  ...Object.fromEntries(['py', 'python', 'python3'].map((name) => [name, whyNotPython])),
};

/** Why a piece of code cannot be right, in words; null: nothing certain speaks against it, or nobody here can tell. */
export function whyNotCode({ language, code }: { language: string; code: string }): string | null {
  if (code.length > LONGEST_CODE || !Object.hasOwn(CHECKERS, language)) return null;
  return CHECKERS[language]?.(code) ?? null;
}

function whyNotJson(code: string): string | null {
  try {
    JSON.parse(code);
    return null;
  } catch {
    // Comments and an ellipsis are how JSON is shown to people.
    return /\/\/|\/\*|\.\.\.|…/u.test(code) ? null : 'its JSON does not parse';
  }
}

type SourceType = 'script' | 'module';

/**
 * Read by a parser, never compiled. JSX and gaps are for other readers: with them nothing is said. `return`, `await` and a
 * method alone may stand where an excerpt has them.
 */
function whyNotJavaScript(code: string): string | null {
  if (/<\/?[A-Za-z][^>\n]*>|\.\.\.\s*$|…/mu.test(code)) return null;
  const readings: [string, SourceType][] = [
    [code, 'script'],
    [code, 'module'],
    [`async function* wrapped() {\n${code}\n}`, 'script'],
    [`class Wrapped {\n${code}\n}`, 'script'],
    [`(${code})`, 'script'],
  ];
  return readings.some(([text, sourceType]) => parses(text, sourceType)) ? null : 'its JavaScript does not parse';
}

function parses(code: string, sourceType: SourceType): boolean {
  try {
    parse(code, {
      ecmaVersion: 'latest',
      sourceType,
      allowReturnOutsideFunction: true,
      allowAwaitOutsideFunction: true,
      allowImportExportEverywhere: sourceType === 'module',
      allowHashBang: true,
    });
    return true;
  } catch {
    return false;
  }
}

const CLOSES: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
const PYTHON_TOKEN = /("""|''')[\s\S]*?(?:\1|$(?![\s\S]))|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|#[^\n]*|[()[\]{}]/gu;

/** Brackets outside of texts and comments: one that is never closed, or closes another, is wrong in every version of Python. */
function whyNotPython(code: string): string | null {
  const open: string[] = [];
  for (const [token] of code.matchAll(PYTHON_TOKEN)) {
    if (token.length > 1) continue;
    const opening = CLOSES[token];
    if (opening === undefined) open.push(token);
    else if (open.pop() !== opening) return 'the brackets of its Python do not match';
  }
  return open.length === 0 ? null : 'its Python leaves a bracket open';
}
