import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { writePretendElectron, type System } from './pretend-electron.ts';

export const ARCHS = ['x64', 'arm64'] as const;
export type Arch = (typeof ARCHS)[number];

/** What electron-builder made for one system and processor. */
export interface Packed {
  system: System;
  arch: Arch;
  /** The packed application: `app.asar`, beside it `app.asar.unpacked`. */
  asar: string;
  /** The file whose fuses were set. */
  binary: string;
}

/** Editing a Windows binary needs a real one; what goes into the application is the same without. */
const SYSTEM_ARGUMENTS: Record<System, string[]> = {
  linux: [],
  win: ['-c.win.signAndEditExecutable=false', '-c.disableAsarIntegrity=true'],
  mac: ['-c.mac.identity=null'],
};

/**
 * Packs the application as `npm run package` does, by electron-builder itself with the project's own configuration, up to
 * the folder from which installers are made; only Electron's binary is a pretended one. Throws with what electron-builder
 * printed when it fails.
 */
export async function packTree(options: { project: string; folder: string; system: System }): Promise<Packed[]> {
  const { project, folder, system } = options;
  const electronDist = join(folder, `electron-${system}`);
  const output = join(folder, `packed-${system}`);
  mkdirSync(output, { recursive: true });
  writePretendElectron({ folder: electronDist, system });
  const builder = createRequire(import.meta.url).resolve('electron-builder/cli.js');
  const parameters = [
    ...[`--${system}`, 'dir', ...ARCHS.map((arch) => `--${arch}`), '--publish', 'never'],
    ...[`-c.electronDist=${electronDist}`, `-c.directories.output=${output}`, ...SYSTEM_ARGUMENTS[system]],
  ];
  const child = spawn(process.execPath, [builder, ...parameters], { cwd: project, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (piece: Buffer) => (printed += piece.toString()));
  const code = await new Promise((resolve) => child.on('close', resolve));
  const packed = ARCHS.map((arch) => locate({ output, system, arch }));
  if (code !== 0 || packed.some(({ asar }) => !existsSync(asar)))
    throw new Error(`electron-builder failed:\n${printed}`);
  return packed;
}

function locate({ output, system, arch }: { output: string; system: System; arch: Arch }): Packed {
  const suffix = arch === 'x64' ? '' : `-${arch}`;
  if (system === 'mac') {
    const app = join(output, `mac${suffix}`, 'Pointsman.app');
    return { system, arch, asar: join(app, 'Contents/Resources/app.asar'), binary: app };
  }
  const folder = join(output, `${system}${suffix}-unpacked`);
  const binary = join(folder, system === 'win' ? 'Pointsman.exe' : 'pointsman');
  return { system, arch, asar: join(folder, 'resources/app.asar'), binary };
}
