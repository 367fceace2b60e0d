/** The next version of a book, from what was folded. Pure: the same facts, plan and person give the same content. */
import type { Book, PlanRef, Refusal } from '../../../shared/contracts/books.ts';
import { digestOf } from '../../../shared/kernel/canonical.ts';
import type { Ratio } from '../../../shared/kernel/ratio.ts';
import type { CompiledPlan } from './compile-plan.ts';
import { EMPTY_FOLD, type FoldState } from './merge-fold.ts';
import { isAssigned } from './month-targets.ts';
import { scoreBook } from './score-book.ts';

/** Whose book, and with which plan: the one in force, or why there is none. */
export type PlanInForce =
  | {
      readonly kind: 'plan';
      readonly plan: CompiledPlan /** Whom to tell when it cannot be computed. */;
      readonly ownerId?: string | undefined;
      /** A month without any fact has a book too. */
      readonly paysWithoutFacts?: boolean;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

export interface BookHead {
  readonly employeeId: string;
  readonly legalEntityId: string;
  readonly period: string;
  readonly version: number;
  readonly updatedAt: string;
}

/** What of a month is scored: its folds, and the sums over its projects. */
export interface Folded {
  readonly state: FoldState;
  /** By metric index. */
  readonly values: readonly (Ratio | null)[];
  readonly projects: Book['projects'];
}

export const bookWithPlan = (head: BookHead, plan: CompiledPlan, { state, values, projects }: Folded): Book => ({
  ...headOf(head),
  plan: plan.ref,
  ...(plan.segments ? { segments: plan.segments.map(({ from, to, days, ref }) => ({ from, to, days, plan: ref })) } : {}),
  ...(plan.assigned ? { assigned: plan.assigned } : {}),
  ...(plan.managers ? { managers: plan.managers } : {}),
  refusal: null,
  metrics: state.metrics,
  ...(projects ? { projects } : {}),
  score: scoreBook(plan, values, projects),
  expressionErrors: state.expressionErrors,
  updatedAt: head.updatedAt,
});

/** Facts are kept beside it; nothing is counted until a plan applies. */
export const bookWithoutPlan = (head: BookHead, refusal: Refusal): Book => ({
  ...headOf(head),
  plan: null,
  refusal,
  metrics: EMPTY_FOLD.metrics,
  score: null,
  expressionErrors: EMPTY_FOLD.expressionErrors,
  updatedAt: head.updatedAt,
});

const headOf = ({ employeeId, legalEntityId, period, version }: BookHead) => ({ employeeId, legalEntityId, period, version });

/**
 * Whether the book's metrics were folded, and scored, by the content that is in force: then only the change has to be folded. Targets and managers
 * change no fold, but what was read of them may be older than the book: a month with others is looked at again as a month with another plan is.
 */
export const isFoldedBy = (book: Book, inForce: PlanInForce): boolean =>
  inForce.kind === 'plan'
    ? book.plan?.digest === inForce.plan.ref.digest &&
      isAssigned(book.assigned, inForce.plan.assigned) &&
      sameList(book.managers, inForce.plan.managers, isSame) &&
      // Days only weigh; which versions there are says which metrics are folded, and a version's own metrics carry its number.
      sameList(book.segments, inForce.plan.segments, (stored, now) => isRef(stored.plan, now.ref))
    : book.plan === null;

/** Whether nothing about the plan has changed at all, not even its version number or the reason for having none. */
export const namesSame = (book: Book, inForce: PlanInForce): boolean =>
  inForce.kind === 'plan'
    ? book.plan !== null &&
      isRef(book.plan, inForce.plan.ref) &&
      isAssigned(book.assigned, inForce.plan.assigned) &&
      sameList(book.managers, inForce.plan.managers, isSame) &&
      sameList(book.segments, inForce.plan.segments, (stored, now) => isSegment(stored, { ...now, plan: now.ref }))
    : book.plan === null && book.refusal?.code === inForce.refusal.code;

const isSame = (a: string, b: string): boolean => a === b;
const isRef = (a: PlanRef, b: PlanRef): boolean => a.planId === b.planId && a.version === b.version && a.digest === b.digest;
type Segment = NonNullable<Book['segments']>[number];
/** The same version on the same days. */
export const isSegment = (a: Segment, b: Segment): boolean =>
  a.from === b.from && a.to === b.to && a.plan.planId === b.plan.planId && a.plan.version === b.plan.version;
/** Both absent, or both of one length and alike. */
export const sameList = <A, B>(a: readonly A[] | undefined, b: readonly B[] | undefined, alike: (a: A, b: B) => boolean): boolean =>
  (a?.length ?? 0) === (b?.length ?? 0) && (a ?? []).every((one, place) => b?.[place] !== undefined && alike(one, b[place]));

/**
 * SHA-256 over the content of a book: everything but `version` and `updatedAt`, which say how it came about. Equal for every order,
 * repetition and splitting of the same facts, and for a rebuild (I3, I8).
 */
export const bookContentDigest = (book: Book): string => {
  const { version: _version, updatedAt: _updatedAt, ...content } = book;
  return digestOf(content);
};
