import { expect, test } from 'vitest';
import { loadSystemInformation } from '../../../src-main/engine/resources/load-system-information.ts';

test('the real library answers in the form that is read from it', async () => {
  const library = await loadSystemInformation();
  const { hasBattery, charging, acConnected, percent } = await library.battery();
  expect([typeof hasBattery, typeof charging, typeof acConnected]).toEqual(['boolean', 'boolean', 'boolean']);
  expect(percent === null || Number.isFinite(percent)).toBe(true);
  expect(typeof (await library.chassis())).toBe('string');
});
