/** `npm run bench`: every figure of the README beside its comparison. `npm run bench -- plans payslips bundles chain team attendance` for a part. */
import { fileURLToPath } from 'node:url';
import type { LoadTokens } from '../../test/companies/load-company.ts';
import { type Embedded, startEmbedded } from '../../test/integration/embedded.ts';
import { benchAttendance } from './attendance.ts';
import { benchBundles } from './bundles.ts';
import { benchChain, benchFlatCost, benchRequests, prepareChain } from './chain.ts';
import { benchPurePayslips, benchStoredRun } from './payslips.ts';
import { benchPlans } from './plans.ts';
import { benchTeam } from './team.ts';

const PARTS = ['plans', 'payslips', 'bundles', 'chain', 'team', 'attendance'] as const;
const asked = process.argv.slice(2);
const unknown = asked.filter((part) => !(PARTS as readonly string[]).includes(part));
if (unknown.length > 0) {
  process.stderr.write(`unknown part: ${unknown.join(', ')}; there are ${PARTS.join(', ')}\n`);
  process.exit(1);
}
const wants = (part: (typeof PARTS)[number]): boolean => asked.length === 0 || asked.includes(part);

process.stdout.write(`Node ${process.version}, ${process.platform} ${process.arch}. Shared machines drift: compare within one run.\n`);
if (wants('plans')) await benchPlans();
if (wants('payslips')) benchPurePayslips();
if (wants('bundles')) await benchBundles(fileURLToPath(new URL('../..', import.meta.url)));
/** A host and tokens that it honours. */
const hosted = async (
  sweepSeconds: number | undefined,
  work: (host: Embedded, tokens: LoadTokens & { readonly source: string }) => Promise<void>,
) => {
  const host = await startEmbedded(sweepSeconds === undefined ? {} : { sweepSeconds });
  try {
    const staff = (role: 'payroll' | 'operator' | 'plan-owner' | 'source', subject: string = role) =>
      host.tokenFor({ subject, roles: [role], entities: '*' });
    await work(host, {
      payroll: await staff('payroll'),
      operator: await staff('operator'),
      planOwner: await staff('plan-owner'),
      planApprover: await staff('plan-owner', 'approver'),
      source: await staff('source'),
    });
  } finally {
    await host.stop();
  }
};

if (wants('chain')) {
  await hosted(undefined, async (host, tokens) => {
    await prepareChain(host, tokens);
    await benchChain(host);
  });
  await hosted(3600, async (host, tokens) => {
    await prepareChain(host, tokens);
    await benchRequests(host, tokens);
    await benchFlatCost(host, tokens);
  });
}
if (wants('team')) await hosted(undefined, benchTeam);
if (wants('attendance')) await hosted(undefined, benchAttendance);
if (wants('payslips')) await hosted(undefined, (host) => benchStoredRun(host));
