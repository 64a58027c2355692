import { spendReport, type MonthForecast, type Savings, type SpendReport } from '../../../src-shared/money.ts';
import { ControlClient } from '../control-client.ts';
import { printTable, usd } from '../print-table.ts';
import { sparkline, speaksUnicode } from '../sparkline.ts';

const NANO_USD = 1e9;
const JOULES_PER_KWH = 3_600_000;

interface SpendOptions {
  days?: string;
  by?: string;
  json?: boolean;
}

/** `pointsman spend` */
export async function showSpend(options: SpendOptions): Promise<void> {
  const report = await ControlClient.open().call('spend.read', {
    days: options.days,
    by: spendReport.shape.by.optional().parse(options.by),
  });
  if (options.json === true) console.log(JSON.stringify(report, null, 2));
  else printReport(report);
}

function printReport(report: SpendReport): void {
  const { today, month, budgets } = report;
  console.log(`Today: ${dollars(today.costNanoUsd)} for ${today.requests} requests${unknown(today.unknownCosts)}`);
  console.log(`This month: ${dollars(month.costNanoUsd)} for ${month.requests} requests${unknown(month.unknownCosts)}`);
  console.log(`At its end: ${forecastText(report.forecast)}`);
  for (const { sentence, leftNanoUsd } of budgets) console.log(`Budget: ${sentence} Left: ${dollars(leftNanoUsd)}`);
  if (budgets.length === 0) console.log('Budget: none is set.');
  console.log(savingsText(report.savings));
  console.log('');
  printRows(report);
}

function printRows({ by, rows }: SpendReport): void {
  if (rows.length === 0) {
    console.log('No requests in these days.');
    return;
  }
  const unicode = speaksUnicode(process.env, process.platform);
  const count = rows[0]?.days.length ?? 0;
  printTable(
    [by.toUpperCase(), '>REQUESTS', '>COST', '>ENERGY', `LAST ${count === 1 ? 'DAY' : `${count} DAYS`}`],
    rows.map((row) => [
      row.key ?? '(unnamed)',
      String(row.requests),
      dollars(row.costNanoUsd) + (row.unknownCosts > 0 ? ' + ?' : ''),
      row.energyJoules === 0 ? '' : `~${(row.energyJoules / JOULES_PER_KWH).toFixed(3)} kWh`,
      sparkline(row.days, { unicode }),
    ]),
  );
}

function forecastText({ expectedNanoUsd, lowNanoUsd, highNanoUsd, sampleDays }: MonthForecast): string {
  if (expectedNanoUsd === null) return 'unknown, there is no whole day to go by yet.';
  const range =
    lowNanoUsd === null || highNanoUsd === null ? '' : `, likely ~${dollars(lowNanoUsd)} to ~${dollars(highNanoUsd)}`;
  return `~${dollars(expectedNanoUsd)}${range} (by ${sampleDays} ${sampleDays === 1 ? 'day' : 'days'})`;
}

function savingsText(savings: Savings): string {
  const { reference, savedNanoUsd, unknownRequests, unknownEnergies } = savings;
  if (reference === null) return 'Saved: unknown, no cloud model to measure against (budgets.referenceModel).';
  if (savedNanoUsd === null) return `Saved: unknown against ${reference}.`;
  const parts = `~${dollars(savings.referenceNanoUsd)} there, ${dollars(savings.paidNanoUsd)} paid, ~${dollars(savings.energyNanoUsd)} energy${unknownEnergies === 0 ? '' : `, that of ${unknownEnergies} requests unknown`}`;
  const left = unknownRequests === 0 ? '' : `; ${unknownRequests} requests not counted`;
  return `Saved: ~${dollars(savedNanoUsd)} against ${reference} (${parts}${left})`;
}

function dollars(nanoUsd: number): string {
  return nanoUsd < 0 ? `-${usd(-nanoUsd / NANO_USD)}` : usd(nanoUsd / NANO_USD);
}

function unknown(count: number): string {
  return count === 0 ? '' : ` and ${count} calls of unknown cost`;
}
