import type { Clock, Log, Random } from '../ports.ts';
import { openControlToken, type ControlToken } from './control-token.ts';
import { prepareDataFolder } from './data-folder.ts';
import { removePutAside } from './damaged-file.ts';
import { faultOf, type StoreFault } from './database.ts';
import { DecisionReader } from './decision-reader.ts';
import { FeedbackReader } from './feedback-reader.ts';
import { LearnerStates } from './learner-states.ts';
import { LoggedDecisions } from './logged-decisions.ts';
import { openDatabase } from './open-database.ts';
import { RecordReader } from './record-reader.ts';
import { RecordWriter } from './record-writer.ts';
import { SpendReader } from './spend-reader.ts';
import { storeProblem } from './store-problem.ts';
import { startCheckpoints } from './start-checkpoints.ts';
import { UpkeepThread } from './upkeep-thread.ts';

/** Everything that the data folder holds while the engine runs. */
export interface Store {
  writer: RecordWriter;
  reader: RecordReader;
  decisions: DecisionReader;
  logged: LoggedDecisions;
  feedback: FeedbackReader;
  spend: SpendReader;
  states: LearnerStates;
  token: ControlToken;
  /** Sentences for the person about what is wrong with it now. */
  warnings(): string[];
  /** What keeps records or states from being written now, in sentences. */
  problems(): string[];
  /**
   * Forgets every request, cost, feedback, adaptation and learned state, so that nothing of it is left in the files; off
   * the event loop. What is recorded meanwhile is written afterwards.
   */
  erase(): Promise<Erased>;
  /** Finishes saving states, writes what is waiting and closes the files. */
  close(): Promise<void>;
}

/** `message`: what stands in the way; the records may still be there. */
export type Erased = { ok: true } | { ok: false; message: string };

export type OpenedStore = { ok: true; store: Store } | { ok: false; message: string };

/** Opens the data folder. `message` says what stands in the way and what to do. */
export function openStore(options: {
  folder: string;
  clock: Clock;
  random: Random;
  log: Log;
  platform: NodeJS.Platform;
}): OpenedStore {
  const { folder, clock, random, log, platform } = options;
  const prepared = prepareDataFolder(folder);
  if (!prepared.ok) return prepared;
  const opened = openDatabase({ folder, clock, log });
  if (!opened.ok) return { ok: false, message: opened.problem.message };
  const { database } = opened;
  const writer = new RecordWriter({ database, clock, log });
  const token = openControlToken({ folder, random, platform });
  const thread = new UpkeepThread({ file: database.file, log });
  const stopCheckpoints = startCheckpoints({ file: database.file, thread, clock, log });
  const states = new LearnerStates({ database, thread, clock, log });
  const store: Store = {
    writer,
    reader: new RecordReader(database),
    decisions: new DecisionReader(database),
    logged: new LoggedDecisions(database),
    feedback: new FeedbackReader({ database, isWaiting: (id) => writer.isWaiting(id) }),
    spend: new SpendReader(database),
    states,
    token,
    warnings: () =>
      [opened.warning, token.warning, writer.problem, states.problem, database.warning].filter(
        (warning) => warning !== null,
      ),
    problems: () => [writer.problem, states.problem].filter((problem) => problem !== null),
    async erase() {
      const resume = writer.holdAndForget();
      try {
        const { done, failure } = await thread.erase();
        if (failure !== null) return notErased(failure.fault, failure);
        removePutAside(database.file);
        return done ? { ok: true } : notErased('busy', failure);
      } catch (error) {
        return notErased(faultOf(error), error);
      } finally {
        resume();
      }
    },
    async close() {
      // The upkeep thread first: while it holds the lock the last records could not be written.
      stopCheckpoints();
      await thread.stop();
      writer.stop();
      database.close();
    },
  };
  const notErased = (fault: StoreFault, error: unknown): Erased => {
    const { message } = storeProblem({ fault, file: database.file, error });
    log.error({ fault, error: String(error) }, 'records could not be erased');
    return { ok: false, message: `Not everything could be erased. ${message} Try again then.` };
  };
  return { ok: true, store };
}
