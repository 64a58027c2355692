/** Where a window is on the screens, in device-independent pixels. */
export interface Place {
  x: number;
  y: number;
  width: number;
  height: number;
}

export const SMALLEST = { width: 360, height: 480 };
const USUAL = { width: 1180, height: 780 };
/** So much of the title bar must be on a screen to get hold of it. */
const GRIP = { width: 120, height: 32 };

export type WindowPlace = { width: number; height: number; x?: number; y?: number };

/**
 * Where the window opens: where it was, as long as a screen there still shows enough of its title bar to drag it; else at
 * its size in the middle (no `x` and `y`). `workAreas` are the screens of now, without panels and docks.
 */
export function chooseWindowPlace(saved: Place | null, workAreas: readonly Place[]): WindowPlace {
  if (saved !== null) {
    for (const area of workAreas) {
      const place = { x: saved.x, y: saved.y, ...fit(saved, area) };
      if (showsGrip(place, area)) return place;
    }
  }
  return fit(saved ?? USUAL, workAreas[0]);
}

/** No larger than the screen, and large enough to be of use. */
function fit(wanted: Pick<Place, 'width' | 'height'>, area: Place | undefined): { width: number; height: number } {
  return {
    width: Math.max(SMALLEST.width, Math.min(wanted.width, area?.width ?? wanted.width)),
    height: Math.max(SMALLEST.height, Math.min(wanted.height, area?.height ?? wanted.height)),
  };
}

function showsGrip(window: Place, area: Place): boolean {
  const left = Math.max(window.x, area.x);
  const right = Math.min(window.x + window.width, area.x + area.width);
  const isTitleInside = window.y >= area.y && window.y + GRIP.height <= area.y + area.height;
  return isTitleInside && right - left >= GRIP.width;
}
