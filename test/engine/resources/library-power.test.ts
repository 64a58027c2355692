import { expect, test } from 'vitest';
import { createLibraryPower } from '../../../src-main/engine/resources/library-power.ts';
import type { BatteryReport, SystemInformation } from '../../../src-main/engine/resources/load-system-information.ts';
import { UNKNOWN_POWER } from '../../../src-main/engine/resources/power-reading.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { SilentLog } from '../../support/silent-log.ts';

const LAPTOP: BatteryReport = { hasBattery: true, percent: 71, charging: false, acConnected: false };
/** What the library says when it found nothing, and also when it could not look. */
const NOTHING: BatteryReport = { hasBattery: false, percent: 0, charging: false, acConnected: true };

/** The library, answering as a test says; counts the questions. */
class FakeLibrary implements SystemInformation {
  asked = 0;
  loads = 0;
  report: () => Promise<BatteryReport> = () => Promise.resolve(LAPTOP);
  type = 'Notebook';

  battery(): Promise<BatteryReport> {
    this.asked++;
    return this.report();
  }

  chassis(): Promise<string> {
    return Promise.resolve(this.type);
  }
}

function build(believeCharger = true) {
  const clock = new ManualClock();
  const library = new FakeLibrary();
  const load = () => Promise.resolve((library.loads++, library));
  const power = createLibraryPower({ clock, log: new SilentLog(), load, everyMs: 60_000, believeCharger });
  return { clock, library, power };
}

test('a reading does not wait for the library: it is known with the next one, and announced', async () => {
  const { clock, power } = build();
  const heard: string[] = [];
  power.subscribe((event) => heard.push(event));
  expect(power.read()).toEqual(UNKNOWN_POWER);
  await clock.advance(0);
  expect(power.read()).toEqual({
    ...UNKNOWN_POWER,
    hasBattery: true,
    batteryPercent: 71,
    source: 'battery',
    charging: false,
  });
  expect(heard).toEqual(['change']);
});

test('it is asked once a minute, and loaded once', async () => {
  const { clock, library, power } = build();
  for (let second = 0; second < 180; second++) {
    void power.read();
    await clock.advance(1_000);
  }
  expect([library.asked, library.loads]).toEqual([3, 1]);
});

test('on Windows its word on the charger is not taken, for it is wrong of low batteries', async () => {
  const { clock, library, power } = build(false);
  library.report = () => Promise.resolve({ hasBattery: true, percent: 8, charging: true, acConnected: true });
  void power.read();
  await clock.advance(0);
  expect(power.read()).toEqual({ ...UNKNOWN_POWER, hasBattery: true, batteryPercent: 8 });
});

test.each([
  ['Desktop', { hasBattery: false, source: 'ac', charging: false }],
  ['Notebook', {}],
  ['Other', {}],
  ['', {}],
])('"no battery" in a chassis "%s"', async (type, expected) => {
  const { clock, library, power } = build();
  library.type = type;
  library.report = () => Promise.resolve(NOTHING);
  void power.read();
  await clock.advance(0);
  expect(power.read()).toEqual({ ...UNKNOWN_POWER, ...expected });
});

test.each([0, null, 250, Number.NaN])('a percentage of %s is unknown', async (percent) => {
  const { clock, library, power } = build();
  library.report = () => Promise.resolve({ ...LAPTOP, percent });
  void power.read();
  await clock.advance(0);
  expect(power.read()).toMatchObject({ hasBattery: true, batteryPercent: null });
});

test('an answer is believed for three rounds; then the failure is told', async () => {
  const { clock, library, power } = build();
  void power.read();
  await clock.advance(0);
  library.report = () => Promise.reject(new Error('PowerShell is not there'));
  await clock.advance(180_000);
  expect(power.read()).toMatchObject({ batteryPercent: 71 });
  await clock.advance(1);
  expect(() => power.read()).toThrow('the battery could not be asked for');
});
