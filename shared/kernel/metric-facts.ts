/** Which facts a metric looks at, and the one type that no source sends. */

/**
 * What scoring tells a manager's month of each member of the team: the member's own month as one fact.
 * Attributes: `employeeId`, `score`, `behind` (indicators behind target), and by id each metric of the member's plan.
 */
export const TEAM_FACT_TYPE = 'team.member-month';

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
