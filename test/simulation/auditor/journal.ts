/** Watches every write as it is applied and remembers what must never change again. */
export interface WrittenItem {
  readonly pk: string;
  readonly sk: string;
  readonly [attribute: string]: unknown;
}
export type Written =
  | { readonly op: 'put'; readonly table: string; readonly item: WrittenItem }
  | { readonly op: 'delete'; readonly table: string; readonly pk: string; readonly sk: string }
  | { readonly op: 'check' };

export interface Journal {
  /** What went against an invariant, in the order in which it happened. */
  readonly findings: readonly string[];
  /** Ledger entries ever seen. */
  readonly entries: ReadonlyMap<string, string>;
  observe(operations: readonly Written[]): void;
}

const FINAL = new Set(['approved', 'paid', 'publishing', 'published']);

/** Which rule an item falls under once it is written; undefined for those that may change. */
const immutable = (table: string, pk: string, sk: string): string | undefined => {
  if (table === 'ledger' && sk.startsWith('ENTRY#')) return 'I4: a ledger entry';
  if (table === 'plans' && sk.startsWith('VERSION#')) return 'I9: a published plan';
  if (table === 'facts' && pk.startsWith('FACT#') && sk.startsWith('REVISION#')) return 'I1: an archived revision';
  return undefined;
};

export const createJournal = (): Journal => {
  const findings: string[] = [];
  const kept = new Map<string, string>();
  const entries = new Map<string, string>();
  const slips = new Map<string, string>();
  const finalRuns = new Set<string>();

  const put = (table: string, item: WrittenItem): void => {
    const { pk, sk } = item;
    const id = `${table}/${pk}/${sk}`;
    const doc = String(item['doc'] ?? '');
    const rule = immutable(table, pk, sk);
    if (rule !== undefined) {
      const before = kept.get(id);
      if (before !== undefined && before !== doc) findings.push(`${rule} changed: ${id}\n  was ${before}\n  is  ${doc}`);
      kept.set(id, doc);
      if (sk.startsWith('ENTRY#')) entries.set(id, doc);
    }
    if (table !== 'payroll' || !pk.startsWith('RUN#')) return;
    if (sk === 'RUN') {
      const { status } = JSON.parse(doc) as { status: string };
      if (FINAL.has(status)) finalRuns.add(pk);
      else if (status !== 'cancelled' && finalRuns.has(pk)) findings.push(`I9: a run went back to ${status}: ${pk}`);
    } else if (sk.startsWith('SLIP#')) {
      if (finalRuns.has(pk) && slips.get(id) !== doc) findings.push(`I9: a payslip of an approved run changed: ${id}`);
      slips.set(id, doc);
    }
  };

  return {
    findings,
    entries,
    observe(operations) {
      for (const operation of operations) {
        if (operation.op === 'put') put(operation.table, operation.item);
        else if (operation.op === 'delete') {
          const rule = immutable(operation.table, operation.pk, operation.sk);
          if (rule !== undefined) findings.push(`${rule} was deleted: ${operation.table}/${operation.pk}/${operation.sk}`);
        }
      }
    },
  };
};
