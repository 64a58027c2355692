import type { JobName, Proposal } from '../../src-shared/jobs.ts';
import type { TrayStatus } from '../../src-shared/house.ts';
import { ControlProblem } from './gateway/control/control-problem.ts';
import type { OperationHandlers } from './gateway/control/operation-handlers.ts';
import type { Notices } from './house/notices.ts';
import { IdSource } from './ids.ts';
import type { JobCallers } from './jobs/job-callers.ts';
import type { JobKind } from './jobs/job-kind.ts';
import { acceptProposal, stillFits } from './jobs/queue/accept-proposal.ts';
import { hasNews } from './jobs/queue/away-summary.ts';
import { BackgroundJobs } from './jobs/queue/background-jobs.ts';
import { describeWork } from './jobs/queue/describe-jobs.ts';
import { mayPropose } from './jobs/queue/may-propose.ts';
import type { JobsChange } from './jobs/queue/run-book.ts';
import { midnightOf } from './jobs/queue/time-in-words.ts';
import type { LiveSettings } from './live-settings.ts';
import { createUniformDraws } from './optimizer/uniform-draws.ts';
import type { Clock, Log, Random } from './ports.ts';
import type { IdleGate } from './resources/idle-gate.ts';
import { faultOf } from './store/database.ts';
import type { Store } from './store/open-store.ts';
import { storeProblem } from './store/store-problem.ts';

type Queue =
  | 'jobs.read'
  | 'jobs.runs'
  | 'jobs.summary'
  | 'jobs.pause'
  | 'jobs.resume'
  | 'jobs.run'
  | 'jobs.cancel'
  | 'jobs.pauseOne'
  | 'jobs.resumeOne';
type Found = 'findings.list' | 'findings.dismiss' | 'proposals.list' | 'proposals.accept' | 'proposals.dismiss';

/** Background work and what people say to it. */
export interface Jobs {
  queue: BackgroundJobs;
  handlers: Pick<OperationHandlers, Queue | Found>;
  /** For the tray: the job at work; null: none. */
  background(): TrayStatus['background'];
}

export interface JobsParts {
  clock: Clock;
  random: Random;
  log: Log;
  settings: LiveSettings;
  store: Pick<Store, 'jobs'>;
  gate: IdleGate;
  kinds: readonly JobKind[];
  isReady: () => boolean;
  callers: JobCallers;
  /** Booked today by background work, and what it may spend a day. */
  money: () => { todayNanoUsd: number; dayLimitNanoUsd: number };
  notices: () => Pick<Notices, 'tell' | 'settle'>;
  onChange: (what: JobsChange) => void;
}

const MICROSECONDS_PER_MS = 1_000;
const SUMMARY_MATTER = 'while you were away';

export function composeJobs(parts: JobsParts): Jobs {
  const { clock, random, log, settings, store, gate, kinds, isReady, callers, money, onChange } = parts;
  const ids = new IdSource({ clock, random });
  const queue: BackgroundJobs = new BackgroundJobs({
    ...{ clock, log, kinds, gate, isReady, callers, money, mayPropose, onChange },
    random: createUniformDraws(random),
    newId: () => ids.next(),
    reader: store.jobs.reader,
    saver: store.jobs.saver,
    settings: () => settings.current.background,
    cpuMs() {
      const { user, system } = process.cpuUsage();
      return (user + system) / MICROSECONDS_PER_MS;
    },
    onBack: () => tellOfAbsence(queue, parts),
  });
  settings.follow(() => {
    queue.followSettings();
    outdateProposals(parts);
  });
  return {
    queue,
    handlers: { ...queueHandlers(queue), ...foundHandlers(parts) },
    background() {
      if (queue.working === null) return null;
      const { running, jobs } = queue.view();
      const working = jobs.find(({ name }) => name === running);
      return working === undefined ? null : { job: working.name, sentence: describeWork(working) };
    },
  };
}

function queueHandlers(queue: BackgroundJobs): Pick<OperationHandlers, Queue> {
  const known = (name: JobName): JobName => {
    if (queue.has(name)) return name;
    throw new ControlProblem(404, 'not_found', `There is no job "${name}" here.`);
  };
  return {
    'jobs.read': () => queue.view(),
    'jobs.runs': (query) => queue.runs(query),
    'jobs.summary': ({ sinceMs }) => queue.summary(sinceMs ?? null),
    'jobs.pause'({ untilMs }) {
      queue.pauseAll(untilMs);
      return queue.view();
    },
    'jobs.resume'() {
      queue.resumeAll();
      return queue.view();
    },
    'jobs.run'({ name }) {
      const obstacle = queue.runNow(known(name));
      if (obstacle !== null) throw new ControlProblem(409, 'switched_off', obstacle);
      return queue.view();
    },
    async 'jobs.cancel'({ name }) {
      if (!(await queue.cancel(known(name)))) {
        throw new ControlProblem(409, 'no_run', 'This job has no run that could be ended.');
      }
      return queue.view();
    },
    'jobs.pauseOne'({ name, untilMs }) {
      queue.pause(known(name), untilMs);
      return queue.view();
    },
    'jobs.resumeOne'({ name }) {
      queue.resume(known(name));
      return queue.view();
    },
  };
}

function foundHandlers(parts: JobsParts): Pick<OperationHandlers, Found> {
  const { reader } = parts.store.jobs;
  const decide = (proposal: Proposal, state: Proposal['state']): Proposal => {
    const decidedAtMs = Math.round(parts.clock.nowMs());
    written(parts, () => parts.store.jobs.store.setProposal(proposal.id, { state, decidedAtMs }));
    parts.onChange('proposals');
    return { ...proposal, state, decidedAtMs };
  };
  const openProposal = (id: string): Proposal => {
    const proposal = reader.proposal(id);
    if (proposal === null) throw new ControlProblem(404, 'not_found', 'There is no proposal with this id.');
    if (proposal.state === 'open') return proposal;
    throw new ControlProblem(409, 'decided', `This proposal is ${proposal.state} already. Nothing was changed.`);
  };
  return {
    'findings.list': () => ({ findings: reader.findings() }),
    'findings.dismiss'({ id }) {
      const finding = reader.finding(id);
      if (finding === null) throw new ControlProblem(404, 'not_found', 'There is no finding with this id.');
      written(parts, () => parts.store.jobs.store.setFinding(id, 'dismissed'));
      parts.onChange('findings');
      return { ...finding, state: 'dismissed' };
    },
    'proposals.list': () => ({ proposals: reader.proposals() }),
    async 'proposals.accept'({ id }) {
      const proposal = openProposal(id);
      const accepted = acceptProposal(proposal, parts.settings.current);
      if (accepted.kind === 'refused') throw new ControlProblem(409, 'refused', accepted.sentence);
      if (accepted.kind === 'outdated') return decide(proposal, 'outdated');
      // Decided first: the settings' followers must not find it outdated by its own change.
      const decided = decide(proposal, 'accepted');
      try {
        await parts.settings.adopt(accepted.settings);
      } catch (error) {
        written(parts, () => parts.store.jobs.store.setProposal(id, { state: 'open', decidedAtMs: null }));
        throw error;
      }
      parts.log.info({ job: proposal.job, paths: proposal.changes.map(({ path }) => path) }, 'a proposal was accepted');
      return decided;
    },
    'proposals.dismiss': ({ id }) => decide(openProposal(id), 'dismissed'),
  };
}

/** What the person decides is written down at once, or they are told why it is not. */
function written({ store, log }: JobsParts, write: () => void): void {
  try {
    write();
  } catch (error) {
    log.warn({ error: String(error) }, 'a decision could not be written down');
    const { message } = storeProblem({ fault: faultOf(error), file: store.jobs.store.file, error });
    throw new ControlProblem(409, 'not_saved', message);
  }
}

/** Proposals that were made for other settings are not for accepting any more. */
function outdateProposals(parts: JobsParts): void {
  const { store, settings, clock, log, onChange } = parts;
  const outdated = store.jobs.reader
    .proposals()
    .filter((proposal) => proposal.state === 'open' && !stillFits(proposal, settings.current));
  try {
    const decidedAtMs = Math.round(clock.nowMs());
    for (const { id } of outdated) store.jobs.store.setProposal(id, { state: 'outdated', decidedAtMs });
  } catch (error) {
    // Whoever accepts one is told then.
    log.warn({ error: String(error) }, 'outdated proposals could not be marked');
  }
  if (outdated.length > 0) onChange('proposals');
}

/** At most one notice a day, and none where nothing was done. */
function tellOfAbsence(queue: BackgroundJobs, { clock, settings, notices }: JobsParts): void {
  if (!settings.current.background.dailySummary) return;
  const toldAtMs = queue.lastToldAtMs();
  if (toldAtMs !== null && midnightOf(toldAtMs) === midnightOf(clock.nowMs())) return;
  const summary = queue.summary(null);
  if (!hasNews(summary)) return;
  notices().settle(SUMMARY_MATTER);
  const told = notices().tell({
    matter: SUMMARY_MATTER,
    level: 'info',
    title: 'While you were away',
    text: summary.sentence,
    view: 'background',
  });
  if (told) queue.told();
}
