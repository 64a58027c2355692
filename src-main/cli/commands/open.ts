import { ControlClient } from '../control-client.ts';
import { openBrowser } from '../open-browser.ts';

/** `pointsman open`: the pages in the browser, signed in by a code that holds once and for a minute. */
export async function openPages(options: { browser: boolean; json?: boolean }): Promise<void> {
  const { address, code, expiresAtMs } = await ControlClient.open().call('session.code', {});
  // Behind the #: browsers do not send it to anybody.
  const url = `${address}/#code=${code}`;
  if (options.json === true) {
    console.log(JSON.stringify({ url, expiresAtMs }, null, 2));
    return;
  }
  const isOpen = options.browser && (await openBrowser(url, { platform: process.platform, environment: process.env }));
  console.log(isOpen ? `Opened ${address} in the browser.` : `Open this in a browser within a minute:\n${url}`);
}
