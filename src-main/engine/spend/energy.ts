/** Watts that a machine draws more while a local model answers, and where the number comes from. */
export interface LocalWatts {
  watts: number;
  source: 'settings' | 'battery' | 'graphics card' | 'kind of machine';
}

export interface MachineFacts {
  platform: string;
  /** Processor architecture as Node names it. */
  arch: string;
  /** Name of a graphics card with memory of its own; null: none is known. */
  graphicsCard: string | null;
  hasBattery: boolean | null;
  /** Measured while a model answers, and while the machine idles; null: not measured. */
  dischargeWatts: number | null;
  idleDischargeWatts: number | null;
}

const JOULES_PER_KWH = 3_600_000;
const NANO_USD = 1e9;

/**
 * Draw under generation above idle, where nothing better is known. Apple's chips draw 15 to 40 W on their GPU; a laptop
 * processor is held to about 30 W; a desktop one to its 65 W class; a card that is bound by memory runs well below the
 * 200 to 350 W of its board. Orders of magnitude, good enough to tell cents from dollars.
 */
const TYPICAL_WATTS = { appleSilicon: 25, laptop: 30, desktop: 65, graphicsCard: 200 } as const;

/** The best known: the person's number, what the battery tells, the card, the kind of machine. All but the first are estimates. */
export function estimateLocalWatts(options: { localWatts: number | null; machine: MachineFacts }): LocalWatts {
  const { localWatts, machine } = options;
  if (localWatts !== null) return { watts: localWatts, source: 'settings' };
  const { dischargeWatts, idleDischargeWatts } = machine;
  if (dischargeWatts !== null && idleDischargeWatts !== null && dischargeWatts > idleDischargeWatts) {
    return { watts: dischargeWatts - idleDischargeWatts, source: 'battery' };
  }
  if (machine.graphicsCard !== null) return { watts: TYPICAL_WATTS.graphicsCard, source: 'graphics card' };
  const isAppleSilicon = machine.platform === 'darwin' && machine.arch === 'arm64';
  const kind = isAppleSilicon ? 'appleSilicon' : machine.hasBattery === true ? 'laptop' : 'desktop';
  return { watts: TYPICAL_WATTS[kind], source: 'kind of machine' };
}

/**
 * Joules of one local answer: watts x seconds busy, which are those measured, else prompt and output tokens by their
 * speeds. null as soon as a part is unknown. An estimate.
 */
export function energyOfAnswer(answer: {
  watts: number;
  /** As the engine told or we measured, without waiting for a place; null: by the tokens. */
  busyMs: number | null;
  inputTokens: number | null;
  outputTokens: number | null;
  inputTokensPerSecond: number | null;
  outputTokensPerSecond: number | null;
}): number | null {
  const { busyMs } = answer;
  const seconds =
    busyMs !== null
      ? busyMs / 1000
      : secondsFor(answer.inputTokens, answer.inputTokensPerSecond) +
        secondsFor(answer.outputTokens, answer.outputTokensPerSecond);
  const joules = answer.watts * seconds;
  return Number.isFinite(joules) && joules >= 0 ? joules : null;
}

function secondsFor(tokens: number | null, tokensPerSecond: number | null): number {
  if (tokens === 0) return 0;
  return tokens === null || tokensPerSecond === null || tokensPerSecond <= 0 ? NaN : tokens / tokensPerSecond;
}

/** What that energy costs, in integer nano-dollars. */
export function costOfEnergy(joules: number, tariffUsdPerKwh: number): number {
  return Math.round((joules / JOULES_PER_KWH) * tariffUsdPerKwh * NANO_USD);
}
