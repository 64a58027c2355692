import { z } from 'zod';
import { notice, trayStatus } from './house.ts';
import { powerReading } from './machine.ts';
import { settings } from './settings.ts';

/** What the desktop shell and the engine's process say to each other over their port. Both sides parse what they get. */

/** Shell to engine. */
export const toEngine = z.discriminatedUnion('type', [
  /** The first message. Secrets are asked for with `secret_wanted`; `secrets` says how they are kept. */
  z.object({ type: z.literal('start'), secrets: z.string(), version: z.string() }),
  /** What the shell knows of power now; null fields are unknown to it. */
  z.object({ type: z.literal('power'), reading: powerReading }),
  z.object({ type: z.literal('suspend') }),
  z.object({ type: z.literal('resume') }),
  /** Answers `secret_wanted`. `problem`: why it could not be done; then nothing was changed. */
  z.object({
    type: z.literal('secret'),
    id: z.int(),
    value: z.string().nullable(),
    problem: z.string().nullable(),
  }),
  /** Does it still live? Answered with `pong` at once. */
  z.object({ type: z.literal('ping') }),
  /** Unload what was loaded by us, write everything down, exit. */
  z.object({ type: z.literal('stop') }),
]);
export type ToEngine = z.infer<typeof toEngine>;

/** Engine to shell. */
export const toShell = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), addresses: z.array(z.string()), controlToken: z.string() }),
  /** It cannot start: what happened, why, what to do. It exits after this. */
  z.object({ type: z.literal('failed'), message: z.string() }),
  z.object({ type: z.literal('tray'), status: trayStatus }),
  z.object({ type: z.literal('notice'), notice }),
  /** The settings that the shell follows: at the start and at every change. */
  z.object({ type: z.literal('settings'), desktop: settings.shape.desktop, setupDone: z.boolean() }),
  z.object({
    type: z.literal('secret_wanted'),
    id: z.int(),
    action: z.enum(['read', 'write', 'remove']),
    reference: z.string(),
    /** For `write` only. */
    value: z.string().nullable(),
  }),
  z.object({ type: z.literal('pong') }),
  /** The control token was replaced. */
  z.object({ type: z.literal('token'), controlToken: z.string() }),
]);
export type ToShell = z.infer<typeof toShell>;
