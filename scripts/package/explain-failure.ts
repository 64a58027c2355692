const NETWORK =
  /getaddrinfo|ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|fetch failed|HTTPError|status code (?:4|5)\d\d/;

/** What to do when electron-builder could not download something; null: it failed for another reason, which it has told. */
export function explainFailure(printed: string): string | null {
  if (!NETWORK.test(printed)) return null;
  return [
    'Something that installers are made of could not be downloaded: Electron itself, or a tool of electron-builder.',
    '  With another place to get it from:   ELECTRON_MIRROR and ELECTRON_BUILDER_BINARIES_MIRROR (addresses that end in /)',
    '  With a copy of Electron on disk:     npm run package -- -c.electronDist=FOLDER',
    '  Without any of it, proving what would go into the installers:   npm run package:check',
  ].join('\n');
}
