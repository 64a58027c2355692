import type { TrayIcon, TrayStatus } from '../../../src-shared/house.ts';
import type { GateView } from '../../../src-shared/machine.ts';
import { toGateSentence } from './gate-sentence.ts';

/** What the tray's line and icon are made of. */
export interface TrayParts extends Omit<TrayStatus, 'icon' | 'sentence' | 'gate'> {
  gate: GateView;
  /** The tracks that work now, or have in the last seconds. */
  worked: Readonly<Record<'local' | 'cloud', boolean>>;
}

/**
 * All that the tray says, from plain values. What stands in the way goes before what goes on, and that before a pause: a
 * paused gate stops background work only.
 */
export function toTrayStatus({ gate, worked, ...rest }: TrayParts): TrayStatus {
  const icon = iconOf({ gate, worked, problems: rest.problems });
  const gateSentence = toGateSentence(gate);
  return {
    ...rest,
    icon,
    sentence: icon === 'problem' ? (rest.problems[0] ?? '') : `${wordsOf(worked)} - ${gateSentence}`,
    gate: {
      open: gate.open,
      paused: gate.paused,
      pausedUntilMs: gate.pausedUntilMs,
      sentence: gateSentence,
    },
  };
}

function iconOf({ gate, worked, problems }: Pick<TrayParts, 'gate' | 'worked' | 'problems'>): TrayIcon {
  if (problems.length > 0) return 'problem';
  if (worked.local && worked.cloud) return 'both';
  if (worked.local) return 'local';
  if (worked.cloud) return 'cloud';
  return gate.paused ? 'paused' : 'idle';
}

function wordsOf({ local, cloud }: TrayParts['worked']): string {
  if (local && cloud) return 'Working here and in the cloud';
  if (local) return 'Working on this machine';
  return cloud ? 'Working in the cloud' : 'Idle';
}
