import type { ShellView } from '../../src-shared/bridge.ts';
import { toShell, type ToEngine, type ToShell } from '../../src-shared/shell.ts';
import type { Clock, Log } from '../engine/ports.ts';
import type { EngineProcess } from './engine-process.ts';
import { planRestart } from './restart-plan.ts';

export interface SupervisorOptions {
  clock: Clock;
  log: Log;
  /** `withFlags`: with the engine's own V8 flags. Throws when the process cannot be made. */
  launch: (withFlags: boolean) => EngineProcess;
  /** The first message to each new process. */
  greeting: () => ToEngine;
  /** Checked against the schema. */
  onMessage: (message: ToShell) => void;
  onPhase: (phase: ShellView['engine'], problem: string | null) => void;
  /** Ends a process that does not end by itself. */
  killHard: (pid: number) => void;
}

/** An engine that is not ready by then hangs. A keychain that asks the person may take its time. */
const READY_WITHIN_MS = 120_000;
/** Between the polite end and the hard one. */
const KILL_GRACE_MS = 2_000;
/** A running engine is asked this often whether it lives. */
const ASK_EVERY_MS = 30_000;
/** So many questions without a word in between: it hangs. Counted, not timed: a machine that slept has asked none. */
const UNANSWERED_QUESTIONS = 3;
const HANGS = `it did not answer for ${(ASK_EVERY_MS * UNANSWERED_QUESTIONS) / 1_000} s`;

/** Keeps one engine process running: starts it, starts it again with growing pauses, and ends it for good. */
export class EngineSupervisor {
  readonly #options: SupervisorOptions;
  #process: EngineProcess | null = null;
  #phase: ShellView['engine'] = 'starting';
  #endedAtMs: number[] = [];
  #refusal: string | null = null;
  /** Questions since it last said something. */
  #unanswered = 0;
  #hangs = false;
  /** The person wants another engine in place of this one. */
  #isReplaced = false;
  /** Some engine of this supervisor has said something: V8 took the flags that it was started with. */
  #hasSpoken = false;
  /** A first engine that ends without a word may not know one of the flags: the next ones go without, slower but there. */
  #withFlags = true;
  #timer: (() => void) | null = null;
  #whenEnded: (() => void) | null = null;

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Starts it, also after it has failed. Does nothing while it runs or stops. */
  start(): void {
    if (this.#process !== null || this.#phase === 'stopping') return;
    this.#endedAtMs = [];
    this.#setPhase('starting', null);
    this.#launch();
  }

  /** Ends the engine in order, within `graceMs` or by force, and starts another. */
  restart(graceMs: number): void {
    const running = this.#process;
    if (running === null) {
      this.#cancelTimer();
      this.start();
      return;
    }
    if (this.#phase === 'stopping' || this.#isReplaced) return;
    this.#isReplaced = true;
    this.#setPhase('starting', null);
    this.#after(graceMs, () => this.#kill(running));
    running.postMessage({ type: 'stop' } satisfies ToEngine);
  }

  /** Messages to an engine that does not run are dropped: a new one is told everything anew. */
  send(message: ToEngine): void {
    this.#process?.postMessage(message);
  }

  /** Electron could not even make the process; then no `exit` comes. */
  launchFailed(): void {
    if (this.#process !== null) this.#ended(this.#process, 'it could not be launched');
  }

  /**
   * Resolves when no process is left: it is asked to stop, ended after `graceMs`, and killed soon after that. A second
   * call does not wait for the grace.
   */
  async stop(graceMs: number): Promise<void> {
    const running = this.#process;
    this.#cancelTimer();
    this.#setPhase('stopping', null);
    if (running === null) return;
    const before = this.#whenEnded;
    const ended = new Promise<void>((resolve) => {
      this.#whenEnded = () => {
        before?.();
        resolve();
      };
    });
    this.#after(graceMs, () => this.#kill(running));
    if (graceMs > 0) running.postMessage({ type: 'stop' } satisfies ToEngine);
    await ended;
  }

  #launch(): void {
    this.#timer = null;
    this.#refusal = null;
    this.#isReplaced = false;
    this.#unanswered = 0;
    this.#hangs = false;
    let started: EngineProcess;
    try {
      started = this.#options.launch(this.#withFlags);
    } catch (error) {
      this.#restartOrFail(error instanceof Error ? error.message : String(error));
      return;
    }
    this.#process = started;
    started.on('message', (message) => this.#hear(started, message));
    started.on('exit', (code) => this.#ended(started, `exit code ${code}`));
    started.postMessage(this.#options.greeting());
    this.#after(READY_WITHIN_MS, () => this.#kill(started));
  }

  #hear(from: EngineProcess, content: unknown): void {
    if (from !== this.#process) return;
    const message = toShell.safeParse(content);
    if (!message.success) {
      this.#options.log.warn({ issues: message.error.issues.length }, 'the engine said something unknown');
      return;
    }
    this.#unanswered = 0;
    this.#hasSpoken = true;
    if (message.data.type === 'failed') this.#refusal = message.data.message;
    if (message.data.type === 'ready' && this.#phase !== 'stopping' && !this.#isReplaced) {
      this.#setPhase('running', null);
      this.#after(ASK_EVERY_MS, () => this.#ask(from));
    }
    this.#options.onMessage(message.data);
  }

  #ended(which: EngineProcess, how: string): void {
    if (which !== this.#process) return;
    this.#process = null;
    this.#cancelTimer();
    this.#options.log.info({ how, phase: this.#phase }, 'the engine has ended');
    if (this.#phase === 'stopping') {
      this.#whenEnded?.();
      return;
    }
    if (this.#isReplaced) {
      this.#endedAtMs = [];
      this.#launch();
      return;
    }
    if (!this.#hasSpoken && this.#withFlags) {
      this.#withFlags = false;
      this.#options.log.warn({ how }, 'the engine ended without a word and is started without its V8 flags');
    }
    // It said why it cannot start: another try would find the same, until the person does something.
    if (this.#refusal === null) this.#restartOrFail(this.#hangs ? HANGS : how);
    else this.#setPhase('failed', this.#refusal);
  }

  #restartOrFail(how: string): void {
    const nowMs = this.#options.clock.monotonicMs();
    this.#endedAtMs.push(nowMs);
    const delayMs = planRestart(this.#endedAtMs, nowMs);
    if (delayMs === null) {
      const times = this.#endedAtMs.length;
      this.#setPhase('failed', `The engine ended ${times} times in a row (${how}). The logs say more.`);
      return;
    }
    this.#setPhase('restarting', `The engine ended unexpectedly (${how}) and is being started again.`);
    this.#after(delayMs, () => this.#launch());
  }

  #ask(which: EngineProcess): void {
    if (this.#unanswered === UNANSWERED_QUESTIONS) {
      this.#hangs = true;
      this.#kill(which);
      return;
    }
    this.#unanswered += 1;
    which.postMessage({ type: 'ping' } satisfies ToEngine);
    this.#after(ASK_EVERY_MS, () => this.#ask(which));
  }

  #kill(which: EngineProcess): void {
    if (which !== this.#process) return;
    this.#options.log.warn({ pid: which.pid }, 'the engine does not answer and is ended');
    which.kill();
    this.#after(KILL_GRACE_MS, () => {
      if (which === this.#process && which.pid !== undefined) this.#options.killHard(which.pid);
    });
  }

  #setPhase(phase: ShellView['engine'], problem: string | null): void {
    this.#phase = phase;
    this.#options.onPhase(phase, problem);
  }

  #after(delayMs: number, run: () => void): void {
    this.#cancelTimer();
    this.#timer = this.#options.clock.after(delayMs, run);
  }

  #cancelTimer(): void {
    this.#timer?.();
    this.#timer = null;
  }
}
