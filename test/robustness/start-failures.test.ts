import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { StartError } from '../../src-main/engine/engine.ts';
import { spawnEngine, SpawnError } from '../support/spawn-engine.ts';
import { startTestEngine } from '../support/start-test-engine.ts';

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-start-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function holdPort(port = 0): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => socket.end('still here'));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { server, port: (server.address() as AddressInfo).port };
}

async function startError(start: Promise<unknown>): Promise<StartError> {
  const error: unknown = await start.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StartError);
  return error as StartError;
}

async function spawnFailure(options: Parameters<typeof spawnEngine>[0]): Promise<SpawnError> {
  const error: unknown = await spawnEngine(options).then(
    (engine) => engine.stop(),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SpawnError);
  return error as SpawnError;
}

describe('a port that is busy', () => {
  it('is named, with what to do, and its holder is left alone', async () => {
    const { port, server } = await holdPort();
    const error = await startError(startTestEngine({ folder: makeFolder(), settings: { gateway: { port } } }));
    expect(error.message).toContain(`Port ${port} on 127.0.0.1 is in use`);
    expect(error.message).toMatch(/--port or gateway\.port/);
    expect(server.listening).toBe(true);
  });

  it('leaves nothing behind: no address to be found, no file held open', async () => {
    const folder = makeFolder();
    const { port } = await holdPort();
    await startError(startTestEngine({ folder, settings: { gateway: { port } } }));
    expect(existsSync(join(folder, 'gateway.json'))).toBe(false);
    expect(readdirSync(folder).filter((name) => /-wal$|-shm$/.test(name))).toEqual([]);
    const engine = await startTestEngine({ folder });
    expect((await fetch(`${engine.url}/health`)).status).toBe(200);
    await engine.stop();
  });

  it("at Ollama's place gives the gateway's own port back as well", async () => {
    const free = await holdPort();
    await new Promise<void>((resolve) => free.server.close(() => resolve()));
    const busy = await holdPort();
    const gateway = { port: free.port, ollamaPlace: { enabled: true, port: busy.port } };
    const error = await startError(startTestEngine({ folder: makeFolder(), settings: { gateway } }));
    expect(error.message).toContain(`Port ${busy.port} `);
    await holdPort(free.port);
  });

  it('ends the program with code 1 and the sentence, without a stack', async () => {
    const { port } = await holdPort();
    const failure = await spawnFailure({ port });
    expect(failure.code).toBe(1);
    expect(failure.message).toContain(`Port ${port} on 127.0.0.1 is in use`);
    expect(failure.message).not.toMatch(/\n\s+at /);
  });
});

describe('an address that cannot be listened on', () => {
  it('is named when this machine does not have it', async () => {
    const gateway = { host: '203.0.113.7' };
    const error = await startError(startTestEngine({ folder: makeFolder(), settings: { gateway } }));
    expect(error.message).toContain('This machine has no address 203.0.113.7');
  });

  it('is named when the port is reserved by the system', (context) => {
    const reservedBelow = readReservedPorts();
    if (process.getuid?.() !== 0 || reservedBelow <= 1) {
      skipLoudly('ports below 1024 are free for everybody here, or this user cannot become another one');
      context.skip();
    }
    const folder = makeFolder();
    chmodSync(folder, 0o777);
    const main = join(import.meta.dirname, '../../src-main/cli/main.ts');
    const { status, stderr } = spawnSync(process.execPath, [main, 'serve', '--port', '1'], {
      uid: 65534,
      gid: 65534,
      env: { PATH: process.env.PATH, POINTSMAN_HOME: join(folder, 'home') },
      encoding: 'utf8',
    });
    expect(stderr).toContain('Port 1 on 127.0.0.1 is reserved by the system');
    expect(status).toBe(1);
  });
});

describe('a data folder that cannot be written', () => {
  it('is named, with what to do: a file stands in its place', async () => {
    const folder = join(makeFolder(), 'file');
    writeFileSync(folder, '');
    const failure = await spawnFailure({ folder, settings: null });
    expect(failure.code).toBe(1);
    expect(failure.message).toContain(`The data folder ${folder} cannot be written`);
    expect(failure.message).toContain('POINTSMAN_HOME');
    expect(failure.message).not.toMatch(/\n\s+at /);
  });

  it('is named, with what to do: it is read-only', async (context) => {
    const folder = join(makeFolder(), 'data');
    mkdirSync(folder);
    if (!makeReadOnly(folder)) {
      skipLoudly('as root no folder is read-only, and chattr +i is not there');
      context.skip();
    }
    const failure = await spawnFailure({ folder, settings: null });
    expect(failure.code).toBe(1);
    expect(failure.message).toContain(`The data folder ${folder} cannot be written`);
    expect(readdirSync(folder)).toEqual([]);
  });
});

/** For others by its mode; for root, whom modes do not bind, by the attribute "immutable". */
function makeReadOnly(folder: string): boolean {
  if (process.getuid?.() !== 0) {
    chmodSync(folder, 0o500);
    return true;
  }
  const { status } = spawnSync('chattr', ['+i', folder]);
  onTestFinished(() => void spawnSync('chattr', ['-i', folder]));
  return status === 0;
}

function readReservedPorts(): number {
  if (process.platform !== 'linux') return 1024;
  return Number(execFileSync('cat', ['/proc/sys/net/ipv4/ip_unprivileged_port_start'], { encoding: 'utf8' }));
}

function skipLoudly(why: string): void {
  console.warn(`SKIPPED: ${why}.`);
}
