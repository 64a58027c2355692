import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Packed } from './pack-tree.ts';

/** What macOS must read in the application's Info.plist: a key and the value right behind it. */
const FACTS: readonly (readonly [claim: string, pattern: RegExp])[] = [
  ['it lives in the menu bar', /<key>LSUIElement<\/key>\s*<true\/>/],
  ['it needs macOS 13', /<key>LSMinimumSystemVersion<\/key>\s*<string>13\.0<\/string>/],
  [
    'links of the application go to it',
    /<key>CFBundleURLSchemes<\/key>\s*<array>\s*<string>pointsman<\/string>\s*<\/array>/,
  ],
  ['its archive is held against a hash', /<key>ElectronAsarIntegrity<\/key>[\s\S]{0,200}<string>SHA256<\/string>/],
  ['it has an icon', /<key>CFBundleIconFile<\/key>\s*<string>icon\.icns<\/string>/],
];

/** What a packed application for macOS does not tell the system although it should; nothing for other systems. */
export function checkMacFacts({ system, arch, binary }: Packed): string[] {
  if (system !== 'mac') return [];
  const plist = readFileSync(join(binary, 'Contents/Info.plist'), 'utf8');
  return FACTS.filter(([, pattern]) => !pattern.test(plist)).map(
    ([claim]) => `mac-${arch}: Info.plist does not say that ${claim}`,
  );
}
