import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** As electron-builder calls the systems. */
export const SYSTEMS = ['linux', 'win', 'mac'] as const;
export type System = (typeof SYSTEMS)[number];

/** Where electron-builder finds the settings that are burnt into the binary (documented in @electron/fuses). */
const FUSE_SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
/** Every fuse of Electron 45 at the opposite of what we want, so that a flip that did not happen is seen. */
const UNFLIPPED = '101100110';
const FUSE_VERSION = 1;

const HELPERS = ['', ' (GPU)', ' (Plugin)', ' (Renderer)'];

/**
 * Writes what electron-builder needs of an Electron distribution into `folder`: every file that it renames, edits or
 * reads, with a binary that is nothing but fuses. It packs the application as it would with the real one.
 */
export function writePretendElectron(options: { folder: string; system: System }): void {
  for (const [name, content] of Object.entries(filesOf(options.system))) {
    const file = join(options.folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, 0o755);
  }
}

function filesOf(system: System): Record<string, string | Buffer> {
  const common = { LICENSE: 'licence', 'LICENSES.chromium.html': 'licences', version: 'none' };
  if (system === 'mac') return { ...common, ...macFiles() };
  const binary = system === 'win' ? 'electron.exe' : 'electron';
  return { ...common, [binary]: fuses(), 'locales/en-US.pak': '', 'locales/de.pak': '', 'resources/.keep': '' };
}

function macFiles(): Record<string, string | Buffer> {
  const contents = 'Electron.app/Contents';
  const files: Record<string, string | Buffer> = {
    [`${contents}/Info.plist`]: plist('Electron'),
    [`${contents}/MacOS/Electron`]: '',
    [`${contents}/Frameworks/Electron Framework.framework/Electron Framework`]: fuses(),
    [`${contents}/Frameworks/Electron Framework.framework/Versions/A/Resources/en.lproj/locale.pak`]: '',
    [`${contents}/Resources/en.lproj/locale.pak`]: '',
  };
  for (const kind of HELPERS) {
    const helper = `Electron Helper${kind}`;
    const folder = `${contents}/Frameworks/${helper}.app/Contents`;
    Object.assign(files, { [`${folder}/Info.plist`]: plist(helper), [`${folder}/MacOS/${helper}`]: '' });
  }
  return files;
}

function fuses(): Buffer {
  const head = Buffer.from([FUSE_VERSION, UNFLIPPED.length]);
  return Buffer.concat([Buffer.from(FUSE_SENTINEL), head, Buffer.from(UNFLIPPED), Buffer.alloc(64)]);
}

function plist(name: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><plist version="1.0"><dict><key>CFBundleName</key><string>${name}</string></dict></plist>`;
}
