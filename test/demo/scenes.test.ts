import { describe, expect, test } from 'vitest';
import { actOf, notesOf, stageScene } from './stage-scenes.ts';

describe('the show', () => {
  test('strategies send the same prompts to different models, and each says why', async () => {
    const seen = await stageScene('strategies');
    const modelsUnder = (label: string): string[] => Object.keys(actOf(seen, label).models);
    expect(modelsUnder('quality_focused')).toEqual(['sim-cloud-large']);
    expect(modelsUnder('latency_focused')).toEqual(['sim-cloud-mini']);
    expect(modelsUnder('cost_focused, model loaded')).toEqual(['sim-qwen:8b']);
    for (const act of seen.acts) {
      expect(act).toMatchObject({ requests: 3, failed: 0 });
      expect(Object.values(act.reasons).join()).toMatch(/^(?:local|cloud): .+/u);
    }
  });

  test('a cold model is bridged: the cloud answers while it is loaded, then it answers itself', async () => {
    const seen = await stageScene('strategies');
    expect(actOf(seen, 'cost_focused').reasons.cloud).toMatch(/would need .* to load; warming it/u);
    expect(actOf(seen, 'cost_focused').cloud).toBe(3);
    expect(actOf(seen, 'cost_focused, model loaded')).toMatchObject({ local: 3, cloud: 0 });
  });

  test('the learner brings to the local model what it does well, and leaves the rest in the cloud', async () => {
    const seen = await stageScene('learner');
    const { capitals = [], products = [] } = seen.state.stayedLocal;
    const shareOf = (outcomes: readonly boolean[]): number => outcomes.filter(Boolean).length / outcomes.length;
    // It begins in the cloud, and ends where each kind is answered well.
    expect(shareOf(capitals.slice(0, 3))).toBeLessThan(0.5);
    expect(shareOf(capitals.slice(-7))).toBeGreaterThan(0.7);
    expect(shareOf(products.slice(-7))).toBeLessThan(0.5);
  });

  test('private requests stay local from the first to the last', async () => {
    const { requests } = await stageScene('learner');
    const kept = requests.filter(({ isPrivate }) => isPrivate);
    expect(kept.length).toBeGreaterThan(10);
    expect(new Set(kept.map(({ track }) => track))).toEqual(new Set(['local']));
  });

  test('a draining battery takes work off the machine, ends races, rules the heavy model out and closes the gate', async () => {
    const seen = await stageScene('battery');
    const charged = actOf(seen, 'on mains');
    const empty = actOf(seen, 'on battery, 15 %');
    expect(notesOf(charged)).toContain('Idle gate open');
    expect(notesOf(actOf(seen, 'on battery, 60 %'))).toContain('Power: on battery (needed: on mains)');
    expect(notesOf(empty)).toContain('Battery: 15 % (needed: above 20 %)');
    expect(notesOf(empty)).toMatch(/sim-qwen:8b: battery at 15 %; too heavy/u);
    for (const act of seen.acts.slice(1)) {
      expect(act.races).toBe(0);
      expect(act.models).not.toHaveProperty('sim-qwen:8b');
      expect(act.failed).toBe(0);
    }
    expect(charged.local).toBeGreaterThan(empty.local);
  });

  test('a failing provider is left, its circuit opens, everybody is served, and it comes back', async () => {
    const seen = await stageScene('outage');
    expect(seen.acts.map(({ failed }) => failed)).toEqual([0, 0, 0, 0]);
    expect(actOf(seen, 'all is well').cloud).toBe(3);
    const during = actOf(seen, 'the cloud fails');
    expect(during).toMatchObject({ local: 8, cloud: 0 });
    expect(notesOf(during)).toContain('sim-cloud-large failed (500)');
    expect(notesOf(during)).toContain('sim-cloud-large: it failed repeatedly; the next try is in');
    const after = actOf(seen, 'it is well again');
    expect(after.notes).toEqual([
      'Circuit of sim-cloud-large: open.',
      'Circuit of sim-cloud-large: closed; it answers again.',
    ]);
    expect(actOf(seen, 'closed again').cloud).toBeGreaterThan(0);
  });

  test('an empty budget leads from the cloud to local models and says so', async () => {
    const seen = await stageScene('budget');
    expect(actOf(seen, 'money is there').models).toEqual({ 'sim-cloud-large': 6 });
    const gone = actOf(seen, 'money is gone');
    expect(gone).toMatchObject({ local: 6, cloud: 0, failed: 0 });
    expect(notesOf(gone)).toMatch(/sim-cloud-large: The call could cost .* only .* is left/u);
    expect(notesOf(gone)).toMatch(/of the budget of \$0\.002 a day for the app Newsletter is spent/u);
  });

  test('an answer that cannot be read is thrown away, and another model answers', async () => {
    const seen = await stageScene('race');
    const act = actOf(seen, 'answers are checked');
    expect(notesOf(act)).toMatch(/answer checked and thrown away; \S+ answered instead/u);
    expect(act).toMatchObject({ requests: 5, failed: 0 });
    // Whatever else there is to be seen of races, nobody waits for the slow one in vain.
    expect(actOf(seen, 'too close to call').failed).toBe(0);
  });
});
