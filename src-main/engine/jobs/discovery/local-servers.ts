/** Somewhere on this machine where another model server may run. */
export interface LocalSpot {
  /** Scheme, host and port; always loopback. */
  origin: string;
}

/** Usual ports of LM Studio, llama.cpp, vLLM, Jan and KoboldCpp. What answers there is told by its answer alone. */
const USUAL_PORTS = [1234, 8080, 8000, 1337, 5001] as const;

export const USUAL_SPOTS: readonly LocalSpot[] = USUAL_PORTS.map((port) => ({ origin: `http://127.0.0.1:${port}` }));
