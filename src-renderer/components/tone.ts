/** What a colour says: one of the two tracks, or how well something is. */
export type Tone = 'plain' | 'local' | 'cloud' | 'good' | 'warn' | 'bad';
