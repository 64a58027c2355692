import { z } from 'zod';
import { exportedSettings, type ExportedSettings } from '../../../src-shared/house.ts';
import { t } from '../../strings/t.ts';

export type ReadExport = { ok: true; exported: ExportedSettings } | { ok: false; problem: string };

/** What a file with exported settings holds, or why it is none. */
export function parseExport(text: string): ReadExport {
  const words = t.settings.move;
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return { ok: false, problem: words.noJson };
  }
  const parsed = exportedSettings.safeParse(content);
  if (parsed.success) return { ok: true, exported: parsed.data };
  return { ok: false, problem: words.noExport(z.prettifyError(parsed.error).replaceAll('\n', ' ')) };
}

const KEPT_MS = 60_000;

/** Hands the file to the browser as a download. Gives its name. */
export function download(exported: ExportedSettings): string {
  const name = t.settings.move.fileName(new Date(exported.exportedAtMs).toISOString().slice(0, 10));
  const content = `${JSON.stringify(exported, null, 2)}\n`;
  const url = URL.createObjectURL(new Blob([content], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Some browsers fetch it only a moment after the click.
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
  return name;
}
