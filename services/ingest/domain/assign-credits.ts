/**
 * Whose a fact is: claims of the source → employees, month and amounts to the fen; or the one reason why it cannot be assigned yet.
 * The reasons are tested in the order of {@link UNASSIGNED_REASONS}' table in docs/guides/sources.md. Pure.
 */
import type { IncomingFact, UnassignedReason } from '../../../shared/contracts/facts.ts';
import { SETTLEMENT_TYPES } from '../../../shared/kernel/metric-facts.ts';
import { splitFen } from '../../../shared/kernel/money.ts';
import { dateIn, type LocalDate, type Month, monthIn } from '../../../shared/kernel/period.ts';
import { type AttributeRules, attributeFault } from './attribute-rules.ts';
import type { Credit, Standing } from './fact-head.ts';
import { ORDER_REFUNDED, ORDER_SIGNED, type OrderRecord, standingOrder } from './order-record.ts';

export const WHOLE = 1_000_000;

/** Facts that are about a customer: where a source says `customers: registered`, they must name one. */
const ABOUT_CUSTOMERS: ReadonlySet<string> = new Set([
  ORDER_SIGNED,
  'order.paid',
  'customer.won',
  'contract.due',
  'contract.renewed',
  'contract.lost',
  'customer.satisfaction-rated',
]);

type Credited = Extract<Standing, { status: 'credited' }>;

/** What was loaded for a decision. */
export interface Known {
  readonly legalEntityId: string;
  readonly timeZone: string;
  /** Attributes of the fact's type; `undefined` when there is no such type; no rules for types that ship. */
  readonly attributeRules: AttributeRules | undefined;
  readonly owner: (externalOwner: string) => { readonly employeeId: string; readonly legalEntityId: string } | undefined;
  readonly employee: (
    employeeId: string,
  ) => { readonly legalEntityId: string; readonly hiredOn: LocalDate; readonly leftOn: LocalDate | null } | undefined;
  readonly order: (orderId: string) => OrderRecord | undefined;
  /** Whether the source's customers must be registered, and which of the asked ones are. */
  readonly customers: 'open' | { readonly has: (customerId: string) => boolean };
}

/** Shares as millionths of the whole. `undefined` unless they add up to exactly 100 %. */
export const sharesOf = (claims: IncomingFact['credits']): readonly number[] | undefined => {
  // Percent with at most four decimals: times 10,000 is a whole number, which rounding only cleans of binary dust.
  const shares = claims.map(({ share }) => Math.round(share * 10_000));
  return shares.reduce((sum, share) => sum + share, 0) === WHOLE ? shares : undefined;
};

export const assignCredits = (fact: IncomingFact, known: Known): Standing => {
  if (!known.attributeRules) {
    return unassigned('type_unknown', `没有定义业务事实类型 ${fact.type}`, `there is no fact type ${fact.type}`);
  }
  const fault = attributeFault(fact.attributes, known.attributeRules);
  if (fault) return unassigned('attribute_invalid', fault.zh, fault.en);
  const date = dateIn(fact.occurredAt, known.timeZone);
  if (fact.type === ORDER_REFUNDED) return followOrder(fact, known, date);

  const people = new Map<string, number>();
  const shares = sharesOf(fact.credits);
  if (!shares) throw new RangeError('shares do not add up to 100 %');
  for (const [index, claim] of fact.credits.entries()) {
    const found = whoIs(claim, known, date);
    if ('status' in found) return found;
    // Two users of the CRM can be one person: one part.
    people.set(found.employeeId, (people.get(found.employeeId) ?? 0) + (shares[index] ?? 0));
  }
  return (
    customerFault(fact, known) ?? withSettled(credited(fact, date, monthIn(fact.occurredAt, known.timeZone), [...people]), fact, known)
  );
};

/** The same standing with whose order the fact pays or delivers, as far as that is known by now. */
export const withSettled = (standing: Credited, fact: IncomingFact, known: Known): Credited => {
  const { settles: _, ...own } = standing;
  const { orderId } = fact.subject;
  const order = SETTLEMENT_TYPES.has(fact.type) && orderId !== undefined ? standingOrder(known.order(orderId)) : undefined;
  if (!order) return own;
  const people = order.shares.map(({ employeeId, shareMillionths }) => [employeeId, shareMillionths] as const);
  return { ...own, settles: credited(fact, standing.date, order.period, people).credits };
};

const whoIs = (
  claim: IncomingFact['credits'][number],
  known: Known,
  date: LocalDate,
): { readonly employeeId: string } | Extract<Standing, { status: 'unassigned' }> => {
  let { employeeId } = claim;
  if (employeeId === undefined) {
    const owner = known.owner(claim.externalOwner ?? '');
    if (!owner || owner.legalEntityId !== known.legalEntityId) {
      return unassigned(
        'owner_unknown',
        `没有员工登记了外部账号 ${claim.externalOwner}`,
        `no employee is registered as ${claim.externalOwner}`,
      );
    }
    employeeId = owner.employeeId;
  }
  const employee = known.employee(employeeId);
  if (!employee || employee.legalEntityId !== known.legalEntityId) {
    return unassigned('employee_unknown', `没有员工 ${employeeId}`, `there is no employee ${employeeId}`);
  }
  if (employee.hiredOn > date || (employee.leftOn !== null && employee.leftOn < date)) {
    return unassigned(
      'employee_not_employed',
      `员工 ${employeeId} 在 ${date} 不在职`,
      `employee ${employeeId} was not employed on ${date}`,
    );
  }
  return { employeeId };
};

const customerFault = (fact: IncomingFact, known: Known): Standing | undefined => {
  if (known.customers === 'open') return undefined;
  const { customerId } = fact.subject;
  if (customerId === undefined) {
    return ABOUT_CUSTOMERS.has(fact.type)
      ? unassigned('customer_missing', '未注明客户,而该来源要求客户已登记', 'names no customer, and this source wants registered ones')
      : undefined;
  }
  return known.customers.has(customerId)
    ? undefined
    : unassigned('customer_unknown', `客户 ${customerId} 未登记`, `customer ${customerId} is not registered`);
};

/** A refund takes the month and the shares of its order, also when the people have left since. */
const followOrder = (fact: IncomingFact, known: Known, date: LocalDate): Standing => {
  if (fact.amountFen === undefined) {
    return unassigned('attribute_invalid', '退款须注明金额 (amountFen)', 'a refund must say its amount (amountFen)');
  }
  const { orderId } = fact.subject;
  const order = orderId === undefined ? undefined : standingOrder(known.order(orderId));
  if (!order) {
    return unassigned(
      'order_unknown',
      orderId === undefined ? '退款未注明订单' : `订单 ${orderId} 尚未计入`,
      orderId === undefined ? 'the refund names no order' : `order ${orderId} has not been counted yet`,
    );
  }
  return credited(
    fact,
    date,
    order.period,
    order.shares.map(({ employeeId, shareMillionths }) => [employeeId, shareMillionths]),
  );
};

const credited = (fact: IncomingFact, date: LocalDate, period: Month, people: readonly (readonly [string, number])[]): Credited => {
  const { amountFen } = fact;
  const amounts =
    amountFen === undefined
      ? undefined
      : splitFen(
          amountFen,
          people.map(([, share]) => share),
        );
  const credits = people.map(([employeeId, shareMillionths], index): Credit => {
    const part = amounts?.[index];
    return { employeeId, period, shareMillionths, ...(part === undefined ? {} : { amountFen: part }) };
  });
  return { status: 'credited', date, credits };
};

const unassigned = (reason: UnassignedReason, zh: string, en: string): Extract<Standing, { status: 'unassigned' }> => ({
  status: 'unassigned',
  reason,
  detail: { zh: zh.slice(0, 200), en: en.slice(0, 200) },
});
