import type { Finding, Proposal } from '../../../src-shared/jobs.ts';
import { ControlClient } from '../control-client.ts';
import { CommandError } from '../run-command.ts';

interface ListOptions {
  all?: boolean;
  json?: boolean;
}

/** Findings of these are worth an exit code. */
const SERIOUS: readonly Finding['severity'][] = ['high', 'critical'];

/** `pointsman jobs findings` */
export async function listFindings(options: ListOptions): Promise<void> {
  const { findings } = await ControlClient.open().call('findings.list', {});
  const shown = findings.filter(({ state }) => options.all === true || state === 'open');
  if (options.json === true) console.log(JSON.stringify(shown, null, 2));
  else if (shown.length === 0) console.log('Nothing is to be looked at.');
  else for (const each of shown) printFinding(each);
  if (findings.some(({ state, severity }) => state === 'open' && SERIOUS.includes(severity))) process.exitCode = 1;
}

/** `pointsman jobs proposals` */
export async function listProposals(options: ListOptions): Promise<void> {
  const { proposals } = await ControlClient.open().call('proposals.list', {});
  const shown = proposals.filter(({ state }) => options.all === true || state === 'open');
  if (options.json === true) console.log(JSON.stringify(shown, null, 2));
  else if (shown.length === 0) console.log('Nothing is proposed.');
  else for (const each of shown) printProposal(each);
}

/** `pointsman jobs accept` */
export async function acceptProposal(id: string, options: { json?: boolean }): Promise<void> {
  const proposal = await ControlClient.open().call('proposals.accept', { id });
  if (options.json === true) console.log(JSON.stringify(proposal, null, 2));
  if (proposal.state === 'outdated') {
    throw new CommandError('The settings have changed since this was proposed. Nothing was changed.');
  }
  if (options.json !== true) console.log(`${proposal.title}: done. ${changesOf(proposal)}`.trimEnd());
}

/** `pointsman jobs dismiss`: of a proposal or of a finding, whichever has the id. */
export async function dismiss(id: string, options: { json?: boolean }): Promise<void> {
  const client = ControlClient.open();
  const { findings } = await client.call('findings.list', {});
  const isFinding = findings.some((finding) => finding.id === id);
  const dismissed = await client.call(isFinding ? 'findings.dismiss' : 'proposals.dismiss', { id });
  if (options.json === true) console.log(JSON.stringify(dismissed, null, 2));
  else console.log(isFinding ? 'It is not told again unless it becomes worse.' : 'Everything stays as it is.');
}

function printFinding({ id, severity, state, sentence, action }: Finding): void {
  console.log(`${severity}${state === 'open' ? '' : ` (${state})`}: ${sentence}`);
  if (action !== null) console.log(`  What to do: ${action.label}`);
  console.log(`  ${id}\n`);
}

function printProposal(proposal: Proposal): void {
  const { id, title, state, sentence, evidence } = proposal;
  console.log(`${title}${state === 'open' ? '' : ` (${state})`}. ${sentence}`);
  for (const { label, value } of evidence) console.log(`  ${label}: ${value}`);
  const changes = changesOf(proposal);
  if (changes !== '') console.log(`  ${changes}`);
  console.log(`  ${id}\n`);
}

function changesOf({ changes }: Proposal): string {
  return changes
    .map(({ path, before, after }) => `${path}: ${JSON.stringify(before)} -> ${JSON.stringify(after)}`)
    .join('; ');
}
