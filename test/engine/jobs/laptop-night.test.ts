import { beforeAll, expect, test } from 'vitest';
import { timeOf, wallMs } from '../../../bench/jobs/night/night-script.ts';
import { NIGHT_JOBS, playNight, type PlayedNight } from '../../../bench/jobs/night/play-night.ts';

/*
 * Worked out by hand, from the script of the night (bench/jobs/night/night-script.ts), the settings' defaults and the pace
 * of sampling. Jobs take units of 60 s (10, upkeep), 120 s (20, benchmark), 70 s (140, shadow; 20, training).
 *
 * Ticks. While the gate is closed and nobody looks, the machine is sampled every 5 s, from the power event at 23:00:00 on:
 * so at whole multiples of 5 s. While it is open, and for 15 s afterwards, every second. What a power source announces
 * (mains, heat, sleep) is sampled at that moment.
 *
 * Each opening is the first tick at or after its last hindrance and that hindrance's hold; each closing falls in the very
 * tick that sees its reason.
 *
 *   opens   last hindrance                      + hold                            = tick
 *   23:10   23:00:00 plugged in, last touched   + 600 s untouched                 = 23:10:00
 *   02:24   02:14:32 the last key               + 600 s untouched = 02:24:32,       next tick of 5 s: 02:24:35
 *   03:00   03:00:00 on mains (announced)       + none; untouched for 45 min 28 s = 03:00:00
 *   04:20   04:20:00 cool again (announced)     + none                            = 04:20:00
 *   06:10   06:00:00 awake                      + 120 s after waking, and 600 s of quiet CPU, which is measured anew from
 *                                                 the first sample after waking   = 06:10:00
 *
 * Jobs in that time:
 *   01:00:00 upkeep is due: 10 × 60 s                     = 01:10:00. The benchmark, due at 01:05:00, waits for it.
 *   01:10:00 benchmark: 20 × 120 s                        = 01:50:00.
 *   02:00:00 shadow is due. Until 02:10:00  600 s =  8 × 70 s + 40 s thrown away.   8
 *   02:24:35 until 02:30:00                 325 s =  4 × 70 s + 45 s.              12
 *   03:00:00 until 04:00:00               3 600 s = 51 × 70 s + 30 s.              63
 *   04:10:00 training is due while the gate is closed: it is begun in the books then, and waits behind shadow.
 *   04:20:00 until 05:00:00               2 400 s = 34 × 70 s + 20 s.              97
 *   06:10:00 the last 43 × 70 s = 3 010 s                 = 07:00:10.             140
 *   07:00:10 training, until 07:12:00       710 s = 10 × 70 s + 10 s.              10 of 20
 */
const BY_HAND = `
23:10:00 gate opens
01:00:00 database-upkeep begins
01:10:00 database-upkeep is done after 10 of 10
01:10:00 model-benchmark begins
01:50:00 model-benchmark is done after 20 of 20
02:00:00 shadow-evaluation begins
02:10:00 gate closes: user_away
02:10:00 shadow-evaluation stops after 8 of 140
02:24:35 gate opens
02:24:35 shadow-evaluation goes on with unit 9
02:30:00 gate closes: power
02:30:00 shadow-evaluation stops after 12 of 140
03:00:00 gate opens
03:00:00 shadow-evaluation goes on with unit 13
04:00:00 gate closes: heat
04:00:00 shadow-evaluation stops after 63 of 140
04:20:00 gate opens
04:20:00 shadow-evaluation goes on with unit 64
05:00:00 gate closes: awake
05:00:00 shadow-evaluation stops after 97 of 140
06:10:00 gate opens
06:10:00 shadow-evaluation goes on with unit 98
07:00:10 shadow-evaluation is done after 140 of 140
07:00:10 offline-training begins
07:12:00 gate closes: user_away
07:12:00 offline-training stops after 10 of 20
`;

let night: PlayedNight;

beforeAll(async () => {
  night = await playNight();
});

test('a laptop’s night goes as it was worked out by hand, to the tick', () => {
  const told = night.timeline.map(({ atMs, what }) => `${timeOf(atMs)} ${what}`);
  expect(told).toEqual(BY_HAND.trim().split('\n'));
});

test('every unit of the night counts once, however often the gate closed on it', () => {
  const { units, runs } = night;
  const done = NIGHT_JOBS.flatMap(({ name, units: all }) =>
    Array.from({ length: name === 'offline-training' ? 10 : all }, (_, unit) => `${name}/${unit}`),
  );
  expect(units.toSorted()).toEqual(done.toSorted());
  expect(runs.map(({ job, state, unitsDone, preemptions }) => [job, state, unitsDone, preemptions])).toEqual([
    ['shadow-evaluation', 'done', 140, 4],
    ['model-benchmark', 'done', 20, 0],
    ['database-upkeep', 'done', 10, 0],
    ['offline-training', 'waiting', 10, 1],
  ]);
});

test('what is due while the gate is closed is begun in the books in that very minute, and works when its turn comes', () => {
  const training = night.runs.find(({ job }) => job === 'offline-training');
  expect(training?.createdAtMs).toBe(wallMs('04:10:00'));
  expect(training?.startedAtMs).toBe(wallMs('07:00:10'));
});

test('whoever is back in the morning is told of the time since they last left', () => {
  const { summary, backs } = night;
  // At ten past two and at twelve past seven.
  expect(backs).toBe(2);
  expect([timeOf(summary.fromMs), timeOf(summary.toMs)]).toEqual(['02:24:35', '07:12:00']);
  // 5 min 25 s, 1 h, 40 min, 1 h 2 min.
  expect(summary.openMs).toBe((325 + 3_600 + 2_400 + 3_720) * 1_000);
});

test('while the gate is closed a timer of the jobs rings once an hour, and when something is due', () => {
  // An hour after the start, and for training. The hour after going to sleep at five was not over at ten past six.
  expect(night.ringsWhileClosed.map(timeOf)).toEqual(['23:00:00', '04:10:00']);
});
