import type { TrayIcon } from '../../src-shared/house.ts';

/** Sizes in pixels that exist of each coloured glyph; `scripts/make-icons.ts` draws them. */
export const COLOURED_SIZES = [16, 22, 24, 32, 48] as const;

/** What Linux panels show at scale 1: KDE and GNOME's AppIndicator ask for 22 pixels, Xfce for a little less. */
const PANEL_SIZE = 22;

/**
 * The tray picture of a state, relative to the resources folder, with forward slashes. macOS gets a template that the
 * system colours (its `@2x` neighbour is found by Electron), Windows an .ico with every size. A Linux panel gets one
 * bitmap and scales it: the smallest one that is large enough for `scale`. `dark`: the panel or taskbar is dark.
 */
export function iconFile(options: {
  icon: TrayIcon;
  platform: NodeJS.Platform;
  dark: boolean;
  scale?: number;
}): string {
  const { icon, platform, dark } = options;
  if (platform === 'darwin') return `icons/tray/mac/${icon}Template.png`;
  const folder = `icons/tray/${dark ? 'on-dark' : 'on-light'}`;
  if (platform === 'win32') return `${folder}/${icon}.ico`;
  const wanted = PANEL_SIZE * (options.scale ?? 1);
  const size = COLOURED_SIZES.find((each) => each >= wanted) ?? COLOURED_SIZES[COLOURED_SIZES.length - 1];
  return `${folder}/${icon}-${size}.png`;
}
