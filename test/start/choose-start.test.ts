import { expect, test } from 'vitest';
import { chooseStart, type StartSituation } from '../../src-main/start/choose-start.ts';

function choose(situation: Partial<StartSituation>) {
  return chooseStart({ platform: 'linux', environment: {}, parameters: [], ...situation });
}

test('Linux with an X display opens the desktop', () => {
  expect(choose({ environment: { DISPLAY: ':0' } })).toEqual({ kind: 'desktop', parameters: [] });
});

test('Linux with a Wayland display opens the desktop', () => {
  expect(choose({ environment: { WAYLAND_DISPLAY: 'wayland-0' } }).kind).toBe('desktop');
});

test('Linux without a display serves headless and says why', () => {
  expect(choose({ environment: { DISPLAY: '' } })).toEqual({
    kind: 'headless',
    parameters: [],
    because: 'there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)',
  });
});

test('a display that is forwarded over SSH is a display', () => {
  expect(choose({ environment: { DISPLAY: 'localhost:10.0', SSH_CONNECTION: 'a b' } }).kind).toBe('desktop');
});

test.each(['darwin', 'win32'] as const)('%s opens the desktop, except over SSH', (platform) => {
  expect(choose({ platform }).kind).toBe('desktop');
  expect(choose({ platform, environment: { SSH_CONNECTION: '10.0.0.2 51000 10.0.0.1 22' } }).kind).toBe('headless');
  expect(choose({ platform, environment: { SSH_TTY: '/dev/ttys001' } }).kind).toBe('headless');
});

test('--headless wins over a display and is not passed on', () => {
  expect(choose({ environment: { DISPLAY: ':0' }, parameters: ['--headless', '--host', '::1'] })).toEqual({
    kind: 'headless',
    parameters: ['--host', '::1'],
    because: '--headless was asked for',
  });
});

test.each([['--port', '9000'], ['--port=9000'], ['--host=::1']])(
  '%s serves headless, for it means nothing to a window',
  (...parameters) => {
    expect(choose({ platform: 'darwin', parameters })).toMatchObject({ kind: 'headless', parameters });
  },
);

test('every other flag reaches the desktop application', () => {
  const parameters = ['--hidden', 'pointsman://settings'];
  expect(choose({ platform: 'darwin', parameters })).toEqual({ kind: 'desktop', parameters });
});
