type Numbers = readonly [major: number, minor: number, patch: number];

interface Version {
  numbers: Numbers;
  /** 0.17.1-rc1 came before 0.17.1. */
  isCandidate: boolean;
}

/** A published hole of Ollama, and the first version without it. */
export interface OllamaHole {
  cve: string;
  fixedIn: string;
  /** What somebody who reaches the server can do with it, as the end of "it lets whoever reaches it". */
  lets: string;
}

/**
 * As of 2026-11-21, oldest first. Only holes whose first safe version a source names; beside each entry that source. Left
 * out: CVE-2024-39719 (sources differ on the version), CVE-2025-51471 and CVE-2026-7020 (no version named as safe).
 */
export const OLLAMA_HOLES: readonly OllamaHole[] = [
  // nvd.nist.gov/vuln/detail/CVE-2024-28224: "Ollama before 0.1.29 has a DNS rebinding vulnerability"
  { cve: 'CVE-2024-28224', fixedIn: '0.1.29', lets: 'use it from a web page that you visit' },
  // pkg.go.dev/vuln/GO-2024-2901: fixed 0.1.34
  { cve: 'CVE-2024-37032', fixedIn: '0.1.34', lets: 'write files and run programs of their own' },
  // oligo.security/blog/more-models-more-probllms
  { cve: 'CVE-2024-39721', fixedIn: '0.1.34', lets: 'keep it busy until it answers nobody' },
  // pkg.go.dev/vuln/GO-2024-3245: fixed 0.1.46
  { cve: 'CVE-2024-39720', fixedIn: '0.1.46', lets: 'make it crash' },
  // nvd.nist.gov/vuln/detail/CVE-2024-39722; oligo.security/blog/more-models-more-probllms
  { cve: 'CVE-2024-39722', fixedIn: '0.1.46', lets: 'see which files this machine has' },
  // pkg.go.dev/vuln/GO-2024-3104: fixed 0.1.47
  { cve: 'CVE-2024-45436', fixedIn: '0.1.47', lets: 'write files outside of its folder' },
  // github.com/advisories/GHSA-x8qc-fggm-mpqg: "before 0.17.1", fixed by ollama/ollama pull 14406
  { cve: 'CVE-2026-7482', fixedIn: '0.17.1', lets: 'read keys and prompts out of its memory' },
];

/**
 * The known holes of a version, newest first; empty for versions that cannot be read, and for builds from source, which
 * call themselves 0.0.0 however new they are: a warning must be true.
 */
export function holesOf(version: string): OllamaHole[] {
  const found = parseVersion(version);
  if (found === null || found.numbers.every((number) => number === 0)) return [];
  return OLLAMA_HOLES.filter(({ fixedIn }) => isBefore(found, parseVersion(fixedIn))).reverse();
}

/** True for versions with a known hole. */
export function isUnsafeOllama(version: string): boolean {
  return holesOf(version).length > 0;
}

function parseVersion(text: string): Version | null {
  const [all, major, minor, patch] = /^v?(\d+)\.(\d+)\.(\d+)/.exec(text) ?? [];
  if (all === undefined) return null;
  return { numbers: [Number(major), Number(minor), Number(patch)], isCandidate: text.includes('-rc') };
}

function isBefore(one: Version, other: Version | null): boolean {
  if (other === null) return false;
  for (const [place, number] of one.numbers.entries()) {
    const limit = other.numbers[place] ?? 0;
    if (number !== limit) return number < limit;
  }
  return one.isCandidate;
}
