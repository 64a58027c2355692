import { z } from 'zod';
import { requestView, status } from './control.ts';
import { logLine, notice, trayStatus } from './house.ts';
import { jobsView } from './jobs.ts';
import { gateView, resourceSnapshot } from './machine.ts';

/**
 * `GET /control/v1/events?topics=request,gate`: server-sent events, each `id: RUN-NUMBER`, `event: TOPIC`, `data: JSON`.
 * A reader that comes back with `last-event-id` gets what it missed; when that is no longer there, or the engine is
 * another one since, it gets `reset` and reads everything anew.
 */
export const eventTopics = {
  /** A request is over and recorded. */
  request: requestView,
  /** Requests under way, told at most four times a second. */
  activity: z.object({ local: z.int().min(0), cloud: z.int().min(0), waiting: z.int().min(0) }),
  /** Each sample; the machine is looked at oftener while somebody reads this topic. */
  resources: resourceSnapshot,
  /** Opened, closed, held by another condition, or a measured value is another one: at most once a sample. */
  gate: gateView,
  /** Background work: begun, gone on, stopped, ended; at most twice a second. */
  jobs: jobsView,
  /** Providers, warnings or totals changed; at most once a second. */
  status,
  /** At most once a second, and only when it differs. */
  tray: trayStatus,
  /** Settings, strategy, providers, apps or models changed: read again what is on show. */
  changed: z.object({
    what: z.enum([
      'settings',
      'optimizer',
      'providers',
      'apps',
      'models',
      'spend',
      'runs',
      'findings',
      'proposals',
      'shadow',
      'kept',
      'benchmarks',
      'ranking',
      'backups',
    ]),
  }),
  notice,
  log: logLine,
  /** What was missed is gone: read everything anew. */
  reset: z.object({}),
} as const;

export type EventTopic = keyof typeof eventTopics;
export const EVENT_TOPICS = Object.keys(eventTopics) as EventTopic[];
export type EventData<Topic extends EventTopic> = z.output<(typeof eventTopics)[Topic]>;
export type EngineEvent = { [Topic in EventTopic]: { topic: Topic; data: EventData<Topic> } }[EventTopic];
