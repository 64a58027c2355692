/** The app that background work's own calls stand under in the ledger. */
export const BACKGROUND_APP = 'Pointsman (background)';
