import type { Clock, Log, Random } from '../ports.ts';
import { openControlToken, type ControlToken } from './control-token.ts';
import { prepareDataFolder } from './data-folder.ts';
import { DecisionReader } from './decision-reader.ts';
import { FeedbackReader } from './feedback-reader.ts';
import { LearnerStates } from './learner-states.ts';
import { LoggedDecisions } from './logged-decisions.ts';
import { openDatabase } from './open-database.ts';
import { RecordReader } from './record-reader.ts';
import { RecordWriter } from './record-writer.ts';
import { SpendReader } from './spend-reader.ts';
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
  /** Finishes saving states, writes what is waiting and closes the files. */
  close(): Promise<void>;
}

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
    async close() {
      // The upkeep thread first: while it holds the lock the last records could not be written.
      stopCheckpoints();
      await thread.stop();
      writer.stop();
      database.close();
    },
  };
  return { ok: true, store };
}
