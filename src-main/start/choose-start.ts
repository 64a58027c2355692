/** What `npm start` knows before it starts anything. */
export interface StartSituation {
  platform: NodeJS.Platform;
  environment: Readonly<Record<string, string | undefined>>;
  /** After `npm start --`. */
  parameters: readonly string[];
}

/** `parameters` are for what is started. `because` completes "no window here, because …". */
export type StartChoice =
  { kind: 'desktop'; parameters: string[] } | { kind: 'headless'; parameters: string[]; because: string };

export const HEADLESS_FLAG = '--headless';

/** They say where to serve, and mean nothing to the desktop application, which goes by its settings. */
const HEADLESS_ONLY = ['--port', '--host'];

/** Where the application could open a window: the desktop; else, and when it is asked for, without one. */
export function chooseStart(situation: StartSituation): StartChoice {
  const parameters = situation.parameters.filter((each) => each !== HEADLESS_FLAG);
  const because = whyHeadless(situation);
  return because === null ? { kind: 'desktop', parameters } : { kind: 'headless', parameters, because };
}

function whyHeadless({ platform, environment, parameters }: StartSituation): string | null {
  if (parameters.includes(HEADLESS_FLAG)) return `${HEADLESS_FLAG} was asked for`;
  const own = parameters.find((each) => HEADLESS_ONLY.some((flag) => each === flag || each.startsWith(`${flag}=`)));
  if (own !== undefined) return `${own.split('=')[0] ?? own} is for serving without one`;
  if (platform === 'darwin' || platform === 'win32') {
    return isSet(environment.SSH_CONNECTION) || isSet(environment.SSH_TTY) ? 'this is a session from afar (SSH)' : null;
  }
  // Over SSH a display is named only when it is forwarded, and then it can be used.
  if (isSet(environment.DISPLAY) || isSet(environment.WAYLAND_DISPLAY)) return null;
  return 'there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)';
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
