import type { Stage } from '../show/stage.ts';

/** One part of the show. */
export interface Scene {
  /** As it is asked for on the command line. */
  name: string;
  title: string;
  /** What there is to be seen, in a sentence. */
  watch: string;
  /** Names of scenes whose lessons it is built on: alone it would show little. */
  builtOn?: readonly string[];
  play(stage: Stage): Promise<void>;
}
