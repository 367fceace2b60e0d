/**
 * Every item of the table `scores`, all under `BOOK#<employee>#<month>`:
 *
 * | sk | what |
 * |---|---|
 * | `BOOK` | the book; `version`, `generation` of its member items, `errors` in all |
 * | `VERSION` | the book's version alone, listed by legal entity and month in `gsi1` |
 * | `FACT#<factId>` | applied fact with `revision`: done mark and input of every rebuild |
 * | `CUSTOMER#<customerId>` | the customer's first standing order; `standing` orders in all |
 * | `ORDER#<orderId>` | what was signed and refunded of an order, by fact |
 * | `STANDING#<customerId>#<signedAt>#<orderId>` | a customer's standing orders after the first |
 * | `PROJECT#<projectId>` | the facts of a project |
 * | `FOLD#<generation>#M#<metric>#<member>` | count-distinct, conversion: in how many facts a member is |
 * | `FOLD#<generation>#L#<metric>#<time>#<factId>` | latest: measurements before the latest |
 * | `FOLD#<generation>#E#<metric>#<factId>` | expression errors after the first 20 |
 * | `GENERATION` | the last generation that a rebuild has claimed |
 * | `RECALCULATED#<causeId>` | done mark of a recalculation |
 *
 * Orders, customers, projects and members also have `book`, the version of the book that they were last written with, and are replaced only as they
 * were read: a batch read is no snapshot, so the book's own version does not speak for what was read a moment before it.
 *
 * And `WINDOWS#<employee>` / `WINDOWS`, the person's months that look at days of earlier ones (`app/window-months.ts`), and
 * `PLAN-PUBLISHED#<planId>` / `VERSION#<n>` and `TARGETS-CHANGED#<legal entity>` / `<month>#<employee or nothing>`, the done marks of publications and targets; `ORG-CHANGED#<legal entity>`, that of org trees; `RECALCULATION#<legal entity>#<id>` / `HEAD`, `PART#<n>`, `DONE#<n>`, what a change asked for. Member items belong to a generation: a rebuild writes a new
 * one beside the present one, and only its book's transaction makes it count.
 */
import type { Condition, Item, Key, Query, WriteOperation } from '../../shared/adapters/store.ts';
import type { AppliedFact, Book, CustomerOrder, CustomerState } from '../../shared/contracts/books.ts';
import { bookKey, type TargetsChanged, targetsSeenKey } from '../../shared/contracts/messages.ts';
import { digestOf } from '../../shared/kernel/canonical.ts';
import type { Month } from '../../shared/kernel/period.ts';
import { isEmptyOrder, type OrderParts } from './domain/customer-state.ts';
import type { MergeResult, NeededRange } from './domain/merge-fold.ts';
import type { Entry, OrderedHeads } from './domain/ordered-heads.ts';
import type { ProjectParts } from './domain/project-state.ts';
import {
  bookItemKey,
  bookVersionKey,
  bookVersionsIndex,
  customerStateKey,
  factMarkKey,
  orderStateKey,
  parseBook,
  parseCustomerState,
} from './read.ts';

export interface PersonMonth {
  readonly employeeId: string;
  readonly legalEntityId: string;
  readonly period: Month;
}
interface Owner {
  readonly employeeId: string;
  readonly period: string;
}
type Put = Extract<WriteOperation, { op: 'put' }>;
type Delete = Extract<WriteOperation, { op: 'delete' }>;

/** DynamoDB's limit is 400 KB an item. */
const MAX_DOC_BYTES = 380_000;
/** A sort key has at most 1,024 bytes: a longer member is named by its digest. */
const MAX_MEMBER_BYTES = 400;

const key = (of: Owner, sk: string): Key => ({ table: 'scores', pk: bookKey(of.employeeId, of.period), sk });

/** @throws Error when the document does not fit into one item: the fact that made it so large is refused by name. */
const put = (at: Key, doc: unknown, attributes: Omit<Item, 'pk' | 'sk' | 'doc'> = {}): Put => {
  const text = JSON.stringify(doc);
  if (text.length * 3 > MAX_DOC_BYTES && Buffer.byteLength(text) > MAX_DOC_BYTES) {
    throw new Error(`${at.sk.slice(0, 80)} would have ${Buffer.byteLength(text)} bytes, at most ${MAX_DOC_BYTES} fit`);
  }
  return { op: 'put', table: at.table, item: { pk: at.pk, sk: at.sk, ...attributes, doc: text } };
};
const remove = (at: Key): Delete => ({ op: 'delete', table: at.table, pk: at.pk, sk: at.sk });

/** A book with what only scoring needs of it. */
export interface StoredBook {
  readonly book: Book;
  /** Of its member items. */
  readonly generation: number;
  /** Expression errors in all; the book lists the first of them. */
  readonly errors: number;
  /** Facts that stand: a month of which everything was taken back is as one that never began. */
  readonly facts: number;
}
export const parseStoredBook = (item: Item | undefined): StoredBook | null =>
  item === undefined
    ? null
    : { book: parseBook(item), generation: Number(item['generation']), errors: Number(item['errors']), facts: Number(item['facts'] ?? 0) };

/** Only on the version that it was decided on. */
export const putBook = ({ book, generation, errors, facts }: StoredBook, before: StoredBook | null): WriteOperation => ({
  ...put(bookItemKey(book.employeeId, book.period), book, { version: book.version, generation, errors, facts }),
  condition: before ? { kind: 'equals', attribute: 'version', value: before.book.version } : { kind: 'absent' },
});
/** In the transaction of its book, whose condition speaks for both. */
export const putBookVersion = ({ employeeId, legalEntityId, period, version }: Book): WriteOperation => ({
  op: 'put',
  table: 'scores',
  item: {
    ...keysOf(bookVersionKey(employeeId, period)),
    version,
    gsi1pk: bookVersionsIndex(legalEntityId, period),
    gsi1sk: employeeId,
  },
});
const keysOf = ({ pk, sk }: Key) => ({ pk, sk });
export const checkNoBook = (of: Owner): WriteOperation => ({
  op: 'check',
  ...bookItemKey(of.employeeId, of.period),
  condition: { kind: 'absent' },
});

/** What an item was when it was read, and the version of the book that replaces it. */
export interface Replacing {
  readonly before: Item | undefined;
  readonly version: number;
}
const asRead = (before: Item | undefined, attribute: 'book' | 'revision'): Condition =>
  before === undefined ? { kind: 'absent' } : { kind: 'equals', attribute, value: Number(before[attribute]) };
const replacing = (operation: Put | Delete, { before, version }: Replacing): WriteOperation => {
  const condition = asRead(before, 'book');
  if (operation.op === 'put') return { ...operation, item: { ...operation.item, book: version }, condition };
  // What becomes empty is only ever named by facts that go, and so was read after the book; the condition costs nothing.
  return before === undefined ? operation : { ...operation, condition };
};

/** Only in place of the revision whose part the book is about to take out. */
export const putFact = (of: Owner, { factId, revision, fact }: AppliedFact, before: Item | undefined): WriteOperation => ({
  ...put(factMarkKey(of.employeeId, of.period, factId), fact, { revision }),
  condition: asRead(before, 'revision'),
});

export const parseCustomerHeads = (item: Item | undefined): OrderedHeads<CustomerOrder> =>
  item === undefined
    ? { heads: [], total: 0 }
    : {
        heads: parseCustomerState(item).orders.map((order) => ({ position: `${order.signedAt}#${order.orderId}`, payload: order })),
        total: Number(item['standing']),
      };
export const putCustomer = (
  of: Owner,
  customerId: string,
  heads: readonly Entry<CustomerOrder>[],
  standing: number,
  replaces: Replacing,
): WriteOperation => {
  const state: CustomerState = { customerId, orders: heads.map(({ payload }) => payload) };
  return replacing(put(customerStateKey(of.employeeId, of.period, customerId), state, { standing }), replaces);
};

export const orderKey = (of: Owner, orderId: string): Key => orderStateKey(of.employeeId, of.period, orderId);
export const parseOrder = (item: Item): OrderParts => JSON.parse(String(item['doc'])) as OrderParts;
/** An order without any fact left is removed. */
export const writeOrder = (of: Owner, order: OrderParts, replaces: Replacing): WriteOperation => {
  const at = orderKey(of, order.orderId);
  return replacing(isEmptyOrder(order) ? remove(at) : put(at, order), replaces);
};

export const PROJECT_PREFIX = 'PROJECT#';
export const projectKey = (of: Owner, projectId: string): Key => key(of, `${PROJECT_PREFIX}${projectId}`);
export const parseProject = (item: Item): ProjectParts => JSON.parse(String(item['doc'])) as ProjectParts;
/** A project without any fact left is removed. */
export const writeProject = (of: Owner, project: ProjectParts, replaces: Replacing): WriteOperation => {
  const at = projectKey(of, project.projectId);
  return replacing(project.facts.length === 0 ? remove(at) : put(at, project), replaces);
};

const standingPrefix = (customerId: string): string => `STANDING#${customerId}#`;
export const writeStanding = (of: Owner, customerId: string, position: string, order: CustomerOrder | null): WriteOperation => {
  const at = key(of, `${standingPrefix(customerId)}${position}`);
  return order === null ? remove(at) : put(at, order);
};

export const generationPrefix = (generation: number): string => `FOLD#${String(generation).padStart(9, '0')}#`;
/** Sort keys of every generation before this one. */
export const olderGenerations = (generation: number): readonly [string, string] => ['FOLD#', generationPrefix(generation)];

export const memberItemKey = (of: Owner, generation: number, member: string): Key => {
  const name =
    Buffer.byteLength(member) <= MAX_MEMBER_BYTES ? member : `${member.slice(0, member.indexOf('#'))}#sha256:${digestOf(member)}`;
  return key(of, `${generationPrefix(generation)}M#${name}`);
};
export const parseMemberCount = (item: Item | undefined): number => (item === undefined ? 0 : Number(item['facts']));
const memberItem = (at: Key, facts: number): Put | Delete =>
  facts === 0 ? remove(at) : { op: 'put', table: at.table, item: { pk: at.pk, sk: at.sk, facts } };
export const writeMember = (of: Owner, generation: number, member: string, facts: number, replaces: Replacing): WriteOperation =>
  replacing(memberItem(memberItemKey(of, generation, member), facts), replaces);

const setPrefix = (generation: number, set: string): string => `${generationPrefix(generation)}${set}#`;
/** No condition: what is outside follows from the heads in the book and from the facts, which have theirs. */
const writeEntry = (of: Owner, generation: number, set: string, position: string, value: string | null): Unconditional => {
  const at = key(of, `${setPrefix(generation, set)}${position}`);
  return value === null ? { op: 'delete', ...at } : { op: 'put', table: at.table, item: { pk: at.pk, sk: at.sk, value } };
};
type Unconditional = (Put | Delete) & { condition?: never };
type Outside = Extract<MergeResult, { status: 'done' }>['outside'];
export const writeEntries = (of: Owner, generation: number, outside: Outside): Unconditional[] =>
  [...outside].flatMap(([set, entries]) => [...entries].map(([position, value]) => writeEntry(of, generation, set, position, value)));

/** All member items of a generation that no book has yet: nobody else reads or writes them. */
export const generationItems = (
  of: Owner,
  generation: number,
  { counts, outside }: Pick<Extract<MergeResult, { status: 'done' }>, 'counts' | 'outside'>,
): Unconditional[] => [
  ...[...counts].map(([member, facts]): Unconditional => {
    const { table, pk, sk } = memberItemKey(of, generation, member);
    return { op: 'put', table, item: { pk, sk, facts, book: 0 } };
  }),
  ...writeEntries(of, generation, outside),
];

/** A part of an ordered set outside its heads, to be queried. */
export interface RangeQuery {
  readonly pk: string;
  readonly prefix: string;
  readonly order: 'first' | 'last';
  readonly limit: number;
}
export const entriesRange = (of: Owner, generation: number, { set, order, limit }: NeededRange): RangeQuery => ({
  pk: bookKey(of.employeeId, of.period),
  prefix: setPrefix(generation, set),
  order,
  limit,
});
export const standingRange = (of: Owner, customerId: string, limit: number): RangeQuery => ({
  pk: bookKey(of.employeeId, of.period),
  prefix: standingPrefix(customerId),
  order: 'first',
  limit,
});
export const parseEntry = (item: Item, { prefix }: RangeQuery): Entry<string> => ({
  position: item.sk.slice(prefix.length),
  payload: String(item['value']),
});
export const parseStanding = (item: Item, { prefix }: RangeQuery): Entry<CustomerOrder> => ({
  position: item.sk.slice(prefix.length),
  payload: JSON.parse(String(item['doc'])) as CustomerOrder,
});

export const generationKey = (of: Owner): Key => key(of, 'GENERATION');
export const recalculatedKey = (of: Owner, causeId: string): Key => key(of, `RECALCULATED#${causeId}`);
export const putRecalculated = (of: Owner, causeId: string, at: string): WriteOperation => {
  const { table, pk, sk } = recalculatedKey(of, causeId);
  return { op: 'put', table, item: { pk, sk, at } };
};
export const putPublished = (planId: string, version: number, at: string): WriteOperation => ({
  op: 'put',
  table: 'scores',
  item: { pk: `PLAN-PUBLISHED#${planId}`, sk: `VERSION#${version}`, at },
});
/** Targets rise version by version: an older message never takes the mark back. */
export const putTargetsSeen = (of: Omit<TargetsChanged, 'message'>, at: string): WriteOperation => {
  const { pk, sk } = targetsSeenKey(of);
  const { version } = of;
  return {
    op: 'put',
    table: 'scores',
    item: { pk, sk, version, at },
    condition: { kind: 'absent-or-below', attribute: 'version', value: version },
  };
};

/** A tree's versions rise: an older message never takes the mark back. */
export const putOrgSeen = (legalEntityId: string, version: number, at: string): WriteOperation => ({
  op: 'put',
  table: 'scores',
  item: { pk: `ORG-CHANGED#${legalEntityId}`, sk: 'VERSION', version, at },
  condition: { kind: 'absent-or-below', attribute: 'version', value: version },
});

/** A change for which the months of many people are calculated again. */
export interface RecalculationHead {
  /** Within its legal entity. */
  readonly id: string;
  readonly legalEntityId: string;
  readonly cause: {
    readonly kind: 'plan' | 'targets' | 'org-units';
    /** The plan; the person whose targets, or the legal entity. */
    readonly of: string;
    readonly version: number;
  };
  /** The months that were looked at; null: none. */
  readonly from: string | null;
  readonly to: string | null;
  readonly startedAt: string;
  /** How many months of people; null while they are still being looked for. */
  readonly asked: number | null;
  readonly finishedAt: string | null;
}
const recalculationPk = (legalEntityId: string, id: string): string => `RECALCULATION#${legalEntityId}#${id}`;
export const recalculationKey = (legalEntityId: string, id: string): Key => ({
  table: 'scores',
  pk: recalculationPk(legalEntityId, id),
  sk: 'HEAD',
});
export const putRecalculation = (head: RecalculationHead) =>
  ({
    op: 'put',
    table: 'scores',
    item: {
      pk: recalculationPk(head.legalEntityId, head.id),
      sk: 'HEAD',
      doc: JSON.stringify(head),
      gsi1pk: `RECALCULATIONS#${head.legalEntityId}`,
      gsi1sk: `${head.startedAt}#${head.id}`,
    },
  }) as const satisfies WriteOperation;
export const parseRecalculation = (item: Item): RecalculationHead => JSON.parse(String(item['doc'])) as RecalculationHead;
/** Newest first. From an index: what began in the last moments may be missing. */
export const recalculationsQuery = (legalEntityId: string): Query => ({
  table: 'scores',
  index: 'gsi1',
  pk: `RECALCULATIONS#${legalEntityId}`,
  descending: true,
});
/** Person and month. */
export type Asked = readonly [employeeId: string, period: string];
export const partKey = (legalEntityId: string, id: string, part: number): Key => ({
  table: 'scores',
  pk: recalculationPk(legalEntityId, id),
  sk: `${PART_PREFIX}${String(part).padStart(6, '0')}`,
});
export const putPart = (legalEntityId: string, id: string, part: number, asked: readonly Asked[]): WriteOperation => {
  const { table, pk, sk } = partKey(legalEntityId, id, part);
  return { op: 'put', table, item: { pk, sk, doc: JSON.stringify(asked) } };
};
export const parseAsked = (item: Item | undefined): readonly Asked[] => (item ? (JSON.parse(String(item['doc'])) as Asked[]) : []);
/** That a part is done, with as many months as it had then and the last of their moments: nobody looks at its months again. */
export interface PartDone {
  /** As in the key of the part. */
  readonly part: string;
  readonly months: number;
  readonly at: string;
}
export const putPartDone = (legalEntityId: string, id: string, { part, months, at }: PartDone) =>
  ({
    op: 'put',
    table: 'scores',
    item: { pk: recalculationPk(legalEntityId, id), sk: `${PART_DONE_PREFIX}${part}`, months, at },
  }) as const satisfies WriteOperation;
export const PART_DONE_PREFIX = 'DONE#';
export const PART_PREFIX = 'PART#';
/** Both, and the head between them. */
export const partsQuery = (legalEntityId: string, id: string): Query => ({
  table: 'scores',
  pk: recalculationPk(legalEntityId, id),
  sk: { between: [PART_DONE_PREFIX, `${PART_PREFIX}~`] },
});
