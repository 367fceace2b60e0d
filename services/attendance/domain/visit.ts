/** A visit as it was judged. Pure data. */
import type { LocalText } from '../../../shared/contracts/common.ts';
import type { Instant, LocalDate } from '../../../shared/kernel/period.ts';

/** In the order in which they are made and shown. */
export const VISIT_TESTS = [
  'employed',
  'position',
  'fence',
  'accuracy',
  'follow-up',
  'one-visit-a-day',
  'dwell',
  'clock',
  'late-upload',
  'mock-location',
  'emulator',
  'device-sharing',
  'travel',
  'same-coordinates',
  'cluster',
  'photo-reuse',
] as const;
export type TestName = (typeof VISIT_TESTS)[number];
/** Tests that look at where the phone was: their results outlive the position. */
export const POSITION_TESTS: ReadonlySet<TestName> = new Set<TestName>(['position', 'fence', 'accuracy', 'travel', 'cluster']);

export interface VisitTest {
  readonly test: TestName;
  /**
   * `failed`: the visit cannot count. `unknown`: nobody can say, a person must. `flagged`: it counts, and a person should look.
   * `not-measured`: there was nothing to test, which is nobody's fault.
   */
  readonly result: 'passed' | 'failed' | 'unknown' | 'flagged' | 'not-measured';
  readonly measured: number | null;
  readonly limit: number | null;
  readonly unit: 'metres' | 'minutes' | 'hours' | 'km/h' | 'characters' | 'customers' | null;
  readonly reason: LocalText;
}

export type Verdict = 'valid' | 'invalid' | 'unverifiable';

export interface Visit {
  readonly visitId: string;
  readonly employeeId: string;
  readonly legalEntityId: string;
  readonly customerId: string | null;
  readonly customerType: string | null;
  readonly at: Instant;
  readonly date: LocalDate;
  readonly checkedOutAt: Instant | null;
  readonly purpose: string | null;
  readonly siteId: string | null;
  readonly distanceMetres: number | null;
  readonly followUpIds: readonly string[];
  /** What holds: the reviewer's decision, or else the rules'. */
  readonly verdict: Verdict;
  /** What the rules say alone. */
  readonly verdictByRules: Verdict;
  readonly tests: readonly VisitTest[];
  readonly review: 'none' | 'to-review' | 'decided';
  readonly decision: {
    readonly decision: 'valid' | 'invalid';
    readonly reason: string;
    readonly by: string;
    readonly decidedAt: Instant;
  } | null;
  readonly appeal: { readonly reason: string; readonly appealedAt: Instant } | null;
  /** What it was judged with. 0: the defaults; no sites. */
  readonly policyVersion: number;
  readonly sitesVersion: number;
}

export const flagsOf = ({ tests }: Pick<Visit, 'tests'>): readonly TestName[] =>
  tests.filter(({ result }) => result === 'flagged').map(({ test }) => test);
