import { parentPort, workerData } from 'node:worker_threads';
import { isJsonObject } from '../protocols/json.ts';
import { checkpoint } from './checkpoint.ts';
import { faultOf, openUpkeepConnection } from './database.ts';
import { codeOf } from './error-code.ts';
import { eraseKept } from './erase-kept.ts';
import { eraseTables } from './erase-tables.ts';
import { runUpkeepStep } from './run-upkeep-step.ts';
import type { UpkeepAnswer, UpkeepQuestion } from './upkeep-thread.ts';
import { writeLearnerState } from './write-learner-state.ts';

/**
 * The upkeep thread: copies the write-ahead log, writes large states and does the database's upkeep when told to, and answers how it went, so that
 * neither that nor waiting for the disk ever holds up a request. Kept free of zod: it is a thread's memory.
 */
const data: unknown = workerData;
if (!isJsonObject(data) || typeof data.file !== 'string') throw new Error('the upkeep thread was given no database');
const { file } = data;

parentPort?.on('message', (question: UpkeepQuestion) => {
  if (question.kind === 'stop') {
    parentPort?.close();
    return;
  }
  parentPort?.postMessage(answer(question));
});

function answer(question: Exclude<UpkeepQuestion, { kind: 'stop' }>): UpkeepAnswer {
  const { id } = question;
  try {
    if (question.kind === 'checkpoint') return { id, done: checkpoint({ file, nowMs: Date.now() }), failure: null };
    if (question.kind === 'erase kept') return { id, done: eraseKept(file, question.what), failure: null };
    if (question.kind === 'step') return { id, done: true, failure: null, result: runUpkeepStep(file, question.step) };
    if (question.kind === 'erase') return { id, done: eraseTables(file), failure: null };
    saveState(question);
    return { id, done: true, failure: null };
  } catch (error) {
    return { id, done: false, failure: { fault: faultOf(error), code: codeOf(error), message: String(error) } };
  }
}

/** On the file that is in use now, like a checkpoint. */
function saveState({ state }: Extract<UpkeepQuestion, { kind: 'save state' }>): void {
  const connection = openUpkeepConnection(file);
  try {
    writeLearnerState(connection, state);
  } finally {
    connection.close();
  }
}
