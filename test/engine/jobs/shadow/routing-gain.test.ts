import { expect, it } from 'vitest';
import { formatGain } from '../../../../bench/simulation/shadow/format-gain.ts';
import { measureShadowGain } from '../../../../bench/simulation/shadow/measure-gain.ts';

it(
  'routing after three nights of it is better by the person’s own targets, answers no worse and costs about the same',
  { timeout: 180_000 },
  async () => {
    const gain = await measureShadowGain({ seeds: 1, promptsPerRun: 150 });
    expect(gain.judged).toBeGreaterThan(200);
    expect(gain.after.total).toBeLessThan(gain.before.total);
    expect(gain.after.costUsd).toBeLessThan(gain.before.costUsd * 1.05);
    expect(gain.after.quality).toBeGreaterThanOrEqual(gain.before.quality);
    expect(formatGain(gain)).toMatch(/^without +\d/m);
  },
);
