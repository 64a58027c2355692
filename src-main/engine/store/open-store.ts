import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, Log, Random } from '../ports.ts';
import { BACKUP_FOLDER } from './backup-format.ts';
import { openControlToken, type ControlToken } from './control-token.ts';
import { prepareDataFolder } from './data-folder.ts';
import { removePutAside } from './damaged-file.ts';
import { faultOf, type StoreFault } from './database.ts';
import { DecisionReader } from './decision-reader.ts';
import { FeedbackReader } from './feedback-reader.ts';
import { JobReader } from './job-reader.ts';
import { JobSaver } from './job-saver.ts';
import { JobStore } from './job-store.ts';
import { KeptPromptTable } from './kept-prompt-table.ts';
import { LearnerStates } from './learner-states.ts';
import { LoggedDecisions } from './logged-decisions.ts';
import { openDatabase } from './open-database.ts';
import { ProviderCalls } from './provider-calls.ts';
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
  calls: ProviderCalls;
  states: LearnerStates;
  kept: KeptPromptTable;
  /** Background work: what was written, what is decided on by people, and what runs write as they go. */
  jobs: { reader: JobReader; store: JobStore; saver: JobSaver };
  token: ControlToken;
  /** Does a step of the database's upkeep, off the event loop. */
  upkeep: Pick<UpkeepThread, 'step'>;
  /** Puts what the start wrote where it belongs, waiting for the disk: an engine that records nothing needs no thread for it. */
  settle(): void;
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
  const thread = new UpkeepThread({ file: database.file, clock, log });
  const writer = new RecordWriter({ database, clock, log, expectsLock: () => thread.rebuilding });
  const token = openControlToken({ folder, random, platform });
  const checkpoints = startCheckpoints({ database, thread, clock, log });
  const states = new LearnerStates({ database, thread, clock, log });
  const jobStore = new JobStore({ database, random });
  const jobs = {
    reader: new JobReader(database),
    store: jobStore,
    saver: new JobSaver({ store: jobStore, clock, log }),
  };
  const store: Store = {
    writer,
    reader: new RecordReader(database),
    decisions: new DecisionReader(database),
    logged: new LoggedDecisions(database),
    feedback: new FeedbackReader({ database, isWaiting: (id) => writer.isWaiting(id) }),
    spend: new SpendReader(database),
    calls: new ProviderCalls(database),
    states,
    kept: new KeptPromptTable({ database, thread, log }),
    jobs,
    token,
    upkeep: thread,
    settle: () => checkpoints.settle(),
    warnings: () =>
      [opened.warning, token.warning, ...store.problems(), database.warning].filter((warning) => warning !== null),
    problems: () => [writer.problem, states.problem, jobs.saver.problem].filter((problem) => problem !== null),
    async erase() {
      const resume = writer.holdAndForget();
      const resumeJobs = jobs.saver.holdAndForget();
      try {
        const { done, failure } = await thread.erase();
        if (failure !== null) return notErased(failure.fault, failure);
        removePutAside(database.file);
        // They hold what was learned, too.
        rmSync(join(folder, BACKUP_FOLDER), { recursive: true, force: true });
        return done ? { ok: true } : notErased('busy', failure);
      } catch (error) {
        return notErased(faultOf(error), error);
      } finally {
        resume();
        resumeJobs();
      }
    },
    async close() {
      // The upkeep thread first: while it holds the lock the last records could not be written.
      checkpoints.stop();
      await thread.stop();
      writer.stop();
      jobs.saver.stop();
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
