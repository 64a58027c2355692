/** A routing result: share of calls sent to the strong arm, mean quality. */
export interface CurvePoint {
  share: number;
  quality: number;
}

/** Mean quality of the two static policies: always weak, always strong. */
export interface StaticQuality {
  weak: number;
  strong: number;
}

export interface CurveFigures {
  /** Area under the share of the performance gap recovered, over the share of strong calls: 0.5 for random routing. */
  apgr: number;
  /** Smallest share of strong calls at which 50 and 80 % of the gap are recovered, in [0, 1]. */
  cpt50: number;
  cpt80: number;
}

/** Figures of RouteLLM (arXiv 2406.18665, §3) over the measured points and the two static policies, linear between them. */
export function toCurveFigures(points: readonly CurvePoint[], fixed: StaticQuality): CurveFigures {
  const gap = fixed.strong - fixed.weak;
  const curve = [{ share: 0, quality: fixed.weak }, ...points, { share: 1, quality: fixed.strong }]
    .map(({ share, quality }) => ({ share, recovered: (quality - fixed.weak) / gap }))
    .sort((one, other) => one.share - other.share);
  let apgr = 0;
  forEachSegment(curve, (from, to) => {
    apgr += ((to.share - from.share) * (from.recovered + to.recovered)) / 2;
    return false;
  });
  return { apgr, cpt50: shareAt(curve, 0.5), cpt80: shareAt(curve, 0.8) };
}

interface Recovered {
  share: number;
  recovered: number;
}

function shareAt(curve: readonly Recovered[], level: number): number {
  let found = 1;
  forEachSegment(curve, (from, to) => {
    if (to.recovered < level) return false;
    const part = from.recovered >= level ? 0 : (level - from.recovered) / (to.recovered - from.recovered);
    found = from.share + part * (to.share - from.share);
    return true;
  });
  return found;
}

/** Until `visit` returns true. */
function forEachSegment(curve: readonly Recovered[], visit: (from: Recovered, to: Recovered) => boolean): void {
  curve.some((to, at) => {
    const from = curve[at - 1];
    return from !== undefined && visit(from, to);
  });
}
