import { z } from 'zod';
import type { GateView, ResourceSnapshot } from '../../../../src-shared/machine.ts';
import type { RouteTable } from '../router.ts';
import type { Guard } from './guarded.ts';

/** How long background work is paused; null: until the person resumes. */
const pauseBody = z.strictObject({ untilMs: z.int().min(0).nullable().default(null) });

/** What the control API can ask about the machine and the idle gate. */
export interface MachineServices {
  gate(): GateView;
  resources(): ResourceSnapshot;
  pauseGate(untilMs: number | null): GateView;
  resumeGate(): GateView;
}

export function machineRoutes(services: MachineServices, guarded: Guard): RouteTable {
  return {
    'GET /control/v1/gate': guarded(() => services.gate()),
    'POST /control/v1/gate/pause': guarded((input) => services.pauseGate(pauseBody.parse(input ?? {}).untilMs)),
    'POST /control/v1/gate/resume': guarded(() => services.resumeGate()),
    'GET /control/v1/resources': guarded(() => services.resources()),
  };
}
