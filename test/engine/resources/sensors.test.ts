import { describe, expect, test } from 'vitest';
import { durationInWords } from '../../../src-main/engine/resources/duration-in-words.ts';
import { createGpuReader, createGpuSensor } from '../../../src-main/engine/resources/gpu-sensor.ts';
import { createHeadlessSensor } from '../../../src-main/engine/resources/headless-sensor.ts';
import {
  availableMemoryOf,
  createMemorySensor,
  parseMemAvailable,
  parseVmStat,
} from '../../../src-main/engine/resources/memory-sensor.ts';
import {
  createNetworkSensor,
  hasDefaultRoute,
  networkReadersOf,
} from '../../../src-main/engine/resources/network-sensor.ts';
import { makeFiles } from '../../support/make-files.ts';

describe('memory', () => {
  test('Linux tells what is available, which is more than what is free', async () => {
    const meminfo = 'MemTotal:       16303428 kB\nMemFree:          601120 kB\nMemAvailable:    9437184 kB\n';
    expect(parseMemAvailable(meminfo)).toBe(9 * 1024 ** 3);
    expect(await availableMemoryOf('linux', makeFiles({ meminfo }).root)()).toBe(9 * 1024 ** 3);
  });

  test('macOS counts pages', () => {
    const text =
      'Mach Virtual Memory Statistics: (page size of 16384 bytes)\n' +
      'Pages free:                                1000.\nPages active:                            200000.\n' +
      'Pages inactive:                          199000.\nPages speculative:                          50.\n';
    expect(parseVmStat(text)).toBe(200_050 * 16_384);
  });

  test('elsewhere free is what is available', () => {
    expect(availableMemoryOf('win32', '/proc')()).toBeGreaterThan(0);
  });

  test.each([
    ['a text that has no such line', () => parseMemAvailable('MemFree: 1 kB')],
    ['pages without a size', () => parseVmStat('Pages free: 1000.')],
  ])('%s is unknown, and told', async (_name, availableBytes) => {
    const sensor = createMemorySensor({ everyMs: 0, totalBytes: () => 8e9, availableBytes, ownBytes: () => 1e8 });
    const value = await sensor.read();
    expect(value).toEqual({ totalBytes: 8e9, availableBytes: null, ownBytes: 1e8 });
    expect(sensor.inspect?.(value)).toBe('garbled');
  });
});

describe('graphics cards', () => {
  const AMD = {
    'class/drm/card1/device/vendor': '0x1002\n',
    'class/drm/card1/device/power/runtime_status': 'active\n',
    'class/drm/card1/device/mem_info_vram_total': '17163091968\n',
    'class/drm/card1/device/mem_info_vram_used': '524288000\n',
    'class/drm/card1/device/gpu_busy_percent': '37\n',
    'class/drm/card1-HDMI-A-1/status': 'connected\n',
  };
  const NVIDIA = {
    'class/drm/card0/device/vendor': '0x10de\n',
    'class/drm/card0/device/power/runtime_status': 'active\n',
  };
  const nvidiaSays = () => Promise.resolve('NVIDIA GeForce RTX 4070, 12, 12282, 1024\n');
  const mustNotAsk = () => Promise.reject(new Error('asked'));

  test('AMD’s cards are read from files', async () => {
    const read = createGpuReader({ platform: 'linux', sysRoot: makeFiles(AMD).root, askTool: mustNotAsk });
    expect(await read()).toEqual([
      { name: 'AMD card1', busyPercent: 37, memoryTotalBytes: 17_163_091_968, memoryUsedBytes: 524_288_000 },
    ]);
  });

  test('NVIDIA’s are asked for by its tool, and stand beside AMD’s', async () => {
    const read = createGpuReader({
      platform: 'linux',
      sysRoot: makeFiles({ ...AMD, ...NVIDIA }).root,
      askTool: nvidiaSays,
    });
    const found = await read();
    expect(found?.map(({ name }) => name)).toEqual(['AMD card1', 'NVIDIA GeForce RTX 4070']);
    expect(found?.[1]).toMatchObject({ busyPercent: 12, memoryTotalBytes: 12_282 * 2 ** 20, memoryUsedBytes: 2 ** 30 });
  });

  test('a card that sleeps is not woken', async () => {
    const asleep = { ...NVIDIA, 'class/drm/card0/device/power/runtime_status': 'suspended\n' };
    expect(
      await createGpuReader({ platform: 'linux', sysRoot: makeFiles(asleep).root, askTool: mustNotAsk })(),
    ).toBeNull();
    const amdAsleep = { ...AMD, 'class/drm/card1/device/power/runtime_status': 'suspended\n' };
    const read = createGpuReader({ platform: 'linux', sysRoot: makeFiles(amdAsleep).root, askTool: mustNotAsk });
    expect(await read()).toMatchObject([{ busyPercent: 0 }]);
  });

  test('a Linux without any card that tells is unknown', async () => {
    const read = createGpuReader({ platform: 'linux', sysRoot: '/nonexistent', askTool: mustNotAsk });
    expect(await read()).toBeNull();
    expect(createGpuSensor({ platform: 'linux', read }).inspect?.(null)).toBe('empty');
  });

  test('elsewhere the tool is asked; where there is none, not again', async () => {
    let asked = 0;
    const missing = () => Promise.reject(Object.assign(new Error('no file'), { code: 'ENOENT', asked: asked++ }));
    const read = createGpuReader({ platform: 'win32', sysRoot: '/sys', askTool: missing });
    expect([await read(), await read(), asked]).toEqual([null, null, 1]);
    expect(await createGpuReader({ platform: 'win32', sysRoot: '/sys', askTool: nvidiaSays })()).toHaveLength(1);
  });

  test('a tool that fails otherwise fails the sensor', async () => {
    const read = createGpuReader({ platform: 'win32', sysRoot: '/sys', askTool: mustNotAsk });
    await expect(read()).rejects.toThrow('asked');
  });

  test('what the tool does not know is unknown', async () => {
    const askTool = () => Promise.resolve('NVIDIA GB10, [N/A], [N/A], 300\n\n');
    expect(await createGpuReader({ platform: 'win32', sysRoot: '/sys', askTool })()).toEqual([
      { name: 'NVIDIA GB10', busyPercent: null, memoryTotalBytes: null, memoryUsedBytes: 300 * 2 ** 20 },
    ]);
  });
});

describe('the network', () => {
  const HEAD = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n';
  const OUT = 'wlan0\t00000000\t0102A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n';
  const LAN = 'wlan0\t0002A8C0\t00000000\t0001\t0\t0\t600\t00FFFFFF\t0\t0\t0\n';
  const none = '0'.repeat(32);
  const six = (device: string, flags = '00000003') =>
    `${none} 00 ${none} 00 fe80${'0'.repeat(27)}1 00000400 00000002 00000000 ${flags} ${device}\n`;

  test.each([
    ['a default route of IPv4', HEAD + LAN + OUT, '', true],
    ['a local net alone', HEAD + LAN, '', false],
    ['a default route that is down', HEAD + OUT.replace('0003', '0002'), '', false],
    ['a default route of IPv6', HEAD, six('wlan0'), true],
    ['the kernel’s own unreachable route of IPv6', HEAD, six('lo', '00200200'), false],
    ['a table of IPv6 that leads to loopback', HEAD, six('lo'), false],
    ['nothing', '', '', false],
  ])('%s', (_name, four, ipv6, expected) => {
    expect(hasDefaultRoute({ four, six: ipv6 })).toBe(expected);
  });

  test.each([
    ['a way out', ['wlan0'], true, true],
    ['a way out and nothing that has an address', [], true, false],
    ['a container bridge alone', ['docker0'], false, false],
    ['hardware in a local net that leads nowhere: a proxy may be in it', ['wlan0', 'docker0'], false, null],
    ['no interface', [], false, false],
    ['a system that tells no routes', ['wlan0'], null, true],
    ['a system that tells no routes, without a network', [], null, false],
  ])('%s', async (_name, addressed, routed, expected) => {
    const sensor = createNetworkSensor({
      interfaces: () => ({ addressed }),
      hasDefaultRoute: () => Promise.resolve(routed),
      isHardware: (name) => Promise.resolve(!name.startsWith('docker')),
    });
    const value = await sensor.read();
    expect(value).toBe(expected);
    expect(sensor.inspect?.(value)).toBe(expected === null ? 'empty' : 'ok');
  });

  test('on Linux routes and hardware are read from files', async () => {
    const { root } = makeFiles({ 'net/route': HEAD + OUT, 'class/net/wlan0/device/vendor': '' });
    const readers = networkReadersOf({ platform: 'linux', procFolder: root, sysRoot: root });
    expect(await readers.hasDefaultRoute()).toBe(true);
    expect([await readers.isHardware('wlan0'), await readers.isHardware('docker0')]).toEqual([true, false]);
    const blind = networkReadersOf({ platform: 'linux', procFolder: '/nonexistent', sysRoot: '/nonexistent' });
    expect(await blind.hasDefaultRoute()).toBeNull();
  });

  test('elsewhere every interface counts, and no route is known', async () => {
    const readers = networkReadersOf({ platform: 'darwin', procFolder: '/proc', sysRoot: '/sys' });
    expect([await readers.hasDefaultRoute(), await readers.isHardware('en0')]).toEqual([null, true]);
    expect(readers.interfaces().addressed).not.toContain('lo');
  });
});

describe('does somebody sit here?', () => {
  const TTY = { 'sessions/4': 'UID=1000\nTYPE=tty\nREMOTE=1\n', 'sessions/4.ref': '' };
  const read = (options: {
    platform?: string;
    environment?: Record<string, string>;
    files?: Record<string, string>;
  }) => {
    const { root } = makeFiles(options.files ?? {});
    const { platform = 'linux', environment = {} } = options;
    const folders = { sessionsFolder: `${root}/sessions`, displaysFolder: `${root}/displays` };
    return createHeadlessSensor({ platform, environment, ...folders }).read();
  };

  test.each([
    ['a Linux without sessions or displays', {}, true],
    ['a server with people on the line', { files: TTY }, true],
    ['a session under Wayland', { files: { ...TTY, 'sessions/2': 'TYPE=wayland\nCLASS=user\n' } }, false],
    ['a display of its own', { environment: { DISPLAY: ':0' } }, false],
    ['a Wayland display of its own', { environment: { WAYLAND_DISPLAY: 'wayland-0' } }, false],
    ['an X server', { files: { 'displays/X0': '' } }, false],
    ['macOS', { platform: 'darwin' }, false],
    ['Windows', { platform: 'win32' }, false],
  ])('%s', async (_name, options, expected) => {
    expect(await read(options)).toBe(expected);
  });

  test('sessions that cannot be read leave it unknown', async () => {
    await expect(read({ files: { 'sessions/2/odd': '' } })).rejects.toThrow('EISDIR');
  });
});

test.each([
  [0, '0 s'],
  [999, '0 s'],
  [45_900, '45 s'],
  [600_000, '10 min'],
  [190_000, '3 min 10 s'],
  [7_500_000, '2 h 5 min'],
  [7_259_000, '2 h'],
  [90_000_000, '1 d 1 h'],
])('%i ms is "%s"', (durationMs, words) => {
  expect(durationInWords(durationMs)).toBe(words);
});
