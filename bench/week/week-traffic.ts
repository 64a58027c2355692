import { createSeededRandom } from '../../src-main/demo/seeded-random.ts';
import { composeTask } from '../simulation/compose-task.ts';
import { drawWait, type Uniform } from '../simulation/draws.ts';
import type { SimulatedTask } from '../simulation/simulated-task.ts';
import type { Simulation } from '../simulation/simulation.ts';
import { AgentSession } from './agent-session.ts';
import { ChatThread } from './chat-thread.ts';
import { at, DAYS, WORK_DAYS, type Day } from './week-script.ts';

type Kind = SimulatedTask['kind'];

/** Something that a person does again and again on some days between two hours. */
interface Pastime {
  name: string;
  kind: Kind;
  shape: 'thread' | 'agent' | 'single';
  days: readonly Day[];
  fromHour: number;
  toHour: number;
  /** On average. */
  perDay: number;
}

const WEEKEND: readonly Day[] = ['Sat', 'Sun'];

const PASTIMES: readonly Pastime[] = [
  { name: 'work-chat', kind: 'chat', shape: 'thread', days: WORK_DAYS, fromHour: 8, toHour: 18.5, perDay: 34 },
  { name: 'work-code', kind: 'code', shape: 'thread', days: WORK_DAYS, fromHour: 8.5, toHour: 18, perDay: 14 },
  { name: 'agent', kind: 'agent', shape: 'agent', days: WORK_DAYS, fromHour: 9, toHour: 17.5, perDay: 9 },
  { name: 'quick', kind: 'quick', shape: 'single', days: WORK_DAYS, fromHour: 8.5, toHour: 18, perDay: 50 },
  { name: 'summary', kind: 'summarise', shape: 'single', days: WORK_DAYS, fromHour: 8, toHour: 18, perDay: 10 },
  { name: 'translation', kind: 'translate', shape: 'single', days: WORK_DAYS, fromHour: 8, toHour: 18, perDay: 10 },
  { name: 'letter', kind: 'write', shape: 'thread', days: WORK_DAYS, fromHour: 8.5, toHour: 18, perDay: 8 },
  { name: 'evening-chat', kind: 'chat', shape: 'thread', days: DAYS, fromHour: 19, toHour: 22.5, perDay: 16 },
  { name: 'evening-letter', kind: 'write', shape: 'thread', days: DAYS, fromHour: 19, toHour: 22, perDay: 4 },
  { name: 'weekend-chat', kind: 'chat', shape: 'thread', days: WEEKEND, fromHour: 9, toHour: 18, perDay: 26 },
  { name: 'weekend-code', kind: 'code', shape: 'thread', days: WEEKEND, fromHour: 10, toHour: 17, perDay: 6 },
];

/** Documents to be read by a script, one after the other, whether or not the last answer is there. */
const BATCH_HOURS = [10.25, 13.5, 16.25];
const BATCH_SIZE = 90;
const BATCH_EVERY_MS = 3_000;

/** A commit message is wanted before the person has gone on. */
const QUICK_DEADLINE_MS = 3_000;

/** Puts the week's traffic on the simulation's clock. With the same seed it is the same for every router. */
export function scheduleWeek(simulation: Simulation): void {
  for (const pastime of PASTIMES) {
    for (const day of pastime.days) schedulePastime(simulation, pastime, day);
  }
  for (const day of WORK_DAYS) for (const hour of BATCH_HOURS) scheduleBatch(simulation, day, hour);
}

function schedulePastime(simulation: Simulation, pastime: Pastime, day: Day): void {
  const { clock, seed } = simulation.site;
  const { name, fromHour, toHour, perDay } = pastime;
  const uniform = createSeededRandom('pastime', seed, name, day);
  const endMs = at(day, toHour);
  const everyMs = (endMs - at(day, fromHour)) / perDay;
  let count = 0;
  for (let ms = at(day, fromHour) + drawWait(everyMs, uniform); ms < endMs; ms += drawWait(everyMs, uniform)) {
    const id = `${name}-${day}-${count++}`;
    clock.at(ms, () => begin(simulation, pastime, id));
  }
}

function begin(simulation: Simulation, { kind, shape, name }: Pastime, id: string): void {
  if (shape === 'agent') new AgentSession(simulation, id).ask();
  else if (shape === 'thread') new ChatThread(simulation, { id, kind, app: name }).ask();
  else simulation.submit(composeSingle(kind, { id, app: name, seed: simulation.site.seed }));
}

function composeSingle(kind: Kind, of: { id: string; app: string; seed: number }): SimulatedTask {
  const uniform: Uniform = createSeededRandom('single', of.seed, of.id);
  const task = composeTask({ id: of.id, kind, app: of.app, uniform });
  return kind === 'quick' ? { ...task, pins: { deadlineMs: QUICK_DEADLINE_MS } } : task;
}

function scheduleBatch(simulation: Simulation, day: Day, hour: number): void {
  const { clock, seed } = simulation.site;
  for (let place = 0; place < BATCH_SIZE; place++) {
    const id = `batch-${day}-${hour}-${place}`;
    clock.at(at(day, hour) + place * BATCH_EVERY_MS, () => {
      const task = composeSingle('extract', { id, app: 'batch', seed });
      simulation.submit(task);
    });
  }
}
