/** Which facts a metric looks at, and the types that no source sends. */

/**
 * What scoring tells a manager's month of each member of the team: the member's own month as one fact.
 * Attributes: `employeeId`, `score`, `behind` (indicators behind target), and by id each metric of the member's plan.
 */
export const TEAM_FACT_TYPE = 'team.member-month';

/**
 * Facts that follow an order: beside what they count for in their own month, they say in the month of their order that it was paid or
 * delivered. There they have a type of their own, which no metric counts and no source sends.
 */
export const SETTLEMENT_TYPES: ReadonlyMap<string, string> = new Map([
  ['order.paid', 'order.settled'],
  ['project.delivered', 'order.delivered'],
]);
/** Types that only this product makes facts of. */
export const RESERVED_FACT_TYPES: readonly string[] = [TEAM_FACT_TYPE, ...SETTLEMENT_TYPES.values()];

interface Selecting {
  readonly factTypes: readonly string[];
}
/** Of any fold: most select facts themselves, a share does above and below, customers are looked at by their orders. */
interface AnyMetric extends Partial<Selecting> {
  readonly fold: string;
  readonly numerator?: Selecting;
  readonly denominator?: Selecting;
}
export const factTypesOf = ({ factTypes = [], numerator, denominator }: AnyMetric): readonly string[] => [
  ...factTypes,
  ...(numerator?.factTypes ?? []),
  ...(denominator?.factTypes ?? []),
];
