/** A plan's examples, run by the engines that score and pay real months. */
import type { CreditedFact } from '../../../shared/contracts/facts.ts';
import type { PlanDocument, PlanExample, PlanVersion } from '../../../shared/contracts/plans.ts';
import { digestOf } from '../../../shared/kernel/canonical.ts';
import { SETTLEMENT_TYPES } from '../../../shared/kernel/metric-facts.ts';
import { fen } from '../../../shared/kernel/money.ts';
import { instant, monthOf } from '../../../shared/kernel/period.ts';
import { payOfMonth } from '../../bonus/what-if.ts';
import { monthOfFacts } from '../../scoring/what-if.ts';
import { compareExample } from '../domain/compare-example.ts';
import type { Finding } from '../domain/finding.ts';

/** Who the example's month is of where it does not say. */
const SOMEBODY = 'example';

/** What the examples find. The document has no errors: it can be compiled. */
export const runExamples = (document: PlanDocument): Finding[] => {
  if (!document.examples) return [];
  const { id: planId } = document;
  const version: PlanVersion = { planId, version: 0, effectiveFrom: '1900-01-01', digest: digestOf(document), document };
  return document.examples.flatMap((example, index) => {
    const facts = factsOf(document, example);
    const month = monthOfFacts(version, example.month, facts);
    const pay = payOfMonth(version, { ...month, facts: facts.filter(({ period }) => period === example.month) }, example.person ?? null);
    return compareExample(
      document,
      { path: `/examples/${index}`, example },
      { book: month.book, pay: new Map([...pay].map(([id, { amountFen }]) => [id, amountFen])) },
    );
  });
};

const factsOf = ({ legalEntityId }: PlanDocument, { facts, person }: PlanExample): CreditedFact[] => {
  const signedIn = new Map(
    facts.flatMap(({ type, subject, date }) => (type === 'order.signed' && subject.orderId ? [[subject.orderId, date]] : [])),
  );
  return facts.flatMap(({ type, date, amountFen, subject, attributes }, index): CreditedFact[] => {
    const order = subject.orderId === undefined ? undefined : signedIn.get(subject.orderId);
    const second = String(index).padStart(2, '0');
    const fact: CreditedFact = {
      factId: `example:${second}`,
      revision: 1,
      type,
      employeeId: person?.employeeId ?? SOMEBODY,
      legalEntityId,
      period: monthOf(type === 'order.refunded' ? (order ?? date) : date),
      // Facts of one day happen in the order in which they are written.
      occurredAt: instant(`${date}T04:00:${second}Z`),
      date,
      subject,
      attributes,
      ...(amountFen === undefined ? {} : { amountFen: fen(amountFen), totalAmountFen: fen(amountFen) }),
      shareMillionths: 1_000_000,
    };
    const settles = SETTLEMENT_TYPES.get(type);
    return settles === undefined || order === undefined || monthOf(order) === fact.period
      ? [fact]
      : [fact, { ...fact, type: settles, period: monthOf(order) }];
  });
};
