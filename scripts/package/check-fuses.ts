import { readFileSync } from 'node:fs';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Packed } from './pack-tree.ts';

const FUSES = {
  runAsNode: FuseV1Options.RunAsNode,
  enableCookieEncryption: FuseV1Options.EnableCookieEncryption,
  enableNodeOptionsEnvironmentVariable: FuseV1Options.EnableNodeOptionsEnvironmentVariable,
  enableNodeCliInspectArguments: FuseV1Options.EnableNodeCliInspectArguments,
  enableEmbeddedAsarIntegrityValidation: FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
  onlyLoadAppFromAsar: FuseV1Options.OnlyLoadAppFromAsar,
  loadBrowserProcessSpecificV8Snapshot: FuseV1Options.LoadBrowserProcessSpecificV8Snapshot,
  grantFileProtocolExtraPrivileges: FuseV1Options.GrantFileProtocolExtraPrivileges,
} as const;

const CONFIGURATION = new URL('../../electron-builder.yml', import.meta.url);
const configured = z.object({
  electronFuses: z.record(z.enum(Object.keys(FUSES) as [keyof typeof FUSES]), z.boolean()),
});

/** Reads the fuses of a packed binary back and compares them with the configuration; the differences. */
export async function checkFuses(packed: Packed): Promise<string[]> {
  const { electronFuses } = configured.parse(parse(readFileSync(CONFIGURATION, 'utf8')));
  const wire = await getCurrentFuseWire(packed.binary);
  return Object.entries(FUSES)
    .filter(
      ([name, index]) =>
        wire[index] !== (electronFuses[name as keyof typeof FUSES] ? FuseState.ENABLE : FuseState.DISABLE),
    )
    .map(
      ([name]) =>
        `${packed.system}-${packed.arch}: ${name} is not ${String(electronFuses[name as keyof typeof FUSES])}`,
    );
}
