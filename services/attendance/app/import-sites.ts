/** A customer list as CSV, or as a CRM has it → sites, each customer in its own transaction, with a report of every row. */
import { parse } from 'csv-parse/sync';
import { type CrmSite, MAX_SITES } from '../../../shared/contracts/attendance.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { type CheckedRow, checkImportedSites, type RowFault, type SiteRow } from '../domain/check-imported-sites.ts';
import { parseSites, sitesKey } from '../store.ts';
import type { VisitDeps } from './change-visits.ts';
import { putSites } from './put-sites.ts';

export const MAX_ROWS = 2_000;
/** Column → member. The first four must be there. */
const COLUMNS: Readonly<Record<string, keyof SiteRow>> = {
  customer_id: 'customerId',
  coordinate_system: 'system',
  latitude: 'latitude',
  longitude: 'longitude',
  customer_type: 'customerType',
  site_id: 'siteId',
  name: 'name',
  radius_metres: 'radiusMetres',
};
const NEEDED = ['customer_id', 'coordinate_system', 'latitude', 'longitude'];
const EMPTY: SiteRow = {
  customerId: '',
  customerType: '',
  siteId: '',
  name: '',
  system: '',
  latitude: '',
  longitude: '',
  radiusMetres: '',
};

export interface ImportedRow {
  /** Line of the file, whose header is line 1; of records the place in their list, from 1. */
  readonly line: number;
  readonly customerId: string | null;
  readonly status: 'stored' | 'refused';
  readonly fault: RowFault | 'too_many_sites' | null;
  /** Other customers at the very same place. */
  readonly equalTo: readonly string[];
}

/**
 * Sites of the file are added to the customer's, or replace those of the same id; others stay. `store: false` only reports.
 * @throws ProblemError `invalid_request` for a file that is no CSV or lacks a column.
 */
export const importSites = async (
  deps: VisitDeps,
  legalEntityId: string,
  given: { readonly csv: string } | { readonly records: readonly CrmSite[] },
  options: { readonly allowAbroad: boolean; readonly store: boolean },
): Promise<readonly ImportedRow[]> => {
  const rows = 'csv' in given ? readRows(given.csv) : given.records.map((record, index) => ({ line: index + 1, row: rowOf(record) }));
  const checked = checkImportedSites(
    rows.map(({ row }) => row),
    options.allowAbroad,
  );
  const byCustomer = new Map<string, Extract<CheckedRow, { ok: true }>[]>();
  for (const one of checked) if (one.ok) byCustomer.set(one.customerId, [...(byCustomer.get(one.customerId) ?? []), one]);
  const full = new Set<string>();
  for (const [customerId, good] of byCustomer) {
    const before = parseSites(await deps.store.get(sitesKey(legalEntityId, customerId)));
    const ids = new Set(good.map(({ site }) => site.id));
    const sites = [...(before?.sites ?? []).map(({ site }) => site).filter(({ id }) => !ids.has(id)), ...good.map(({ site }) => site)];
    const customerType = good.find((one) => one.customerType !== null)?.customerType ?? before?.customerType ?? null;
    if (sites.length > MAX_SITES) full.add(customerId);
    else if (options.store) await putSites(deps, { legalEntityId, customerId }, { customerType, sites }, before?.version ?? 0);
  }
  return checked.map((one, index): ImportedRow => {
    const line = rows[index]?.line ?? 0;
    if (!one.ok) return { line, customerId: one.customerId, status: 'refused', fault: one.fault, equalTo: [] };
    const tooMany = full.has(one.customerId);
    return {
      line,
      customerId: one.customerId,
      status: tooMany ? 'refused' : 'stored',
      fault: tooMany ? 'too_many_sites' : null,
      equalTo: one.equalTo,
    };
  });
};

const rowOf = ({ coordinateSystem, ...rest }: CrmSite): SiteRow => ({ ...rest, system: coordinateSystem });

const refuse = (code: string, detail: string): never => {
  throw new ProblemError('invalid_request', undefined, { errors: [{ pointer: '/csv', code, detail }] });
};

const readRows = (csv: string): readonly { readonly line: number; readonly row: SiteRow }[] => {
  let records: string[][] = [];
  try {
    records = parse(csv, {
      bom: true,
      skip_empty_lines: true,
      trim: true,
      relax_column_count: true,
      max_record_size: 10_000,
      to: MAX_ROWS + 2,
    });
  } catch (error) {
    return refuse('not_csv', String((error as Error).message).slice(0, 200));
  }
  const [header = [], ...body] = records;
  const missing = NEEDED.filter((column) => !header.includes(column));
  if (missing.length > 0) return refuse('columns', `the first line must name ${missing.join(', ')}`);
  const unknown = header.filter((column) => !Object.hasOwn(COLUMNS, column));
  if (unknown.length > 0) return refuse('columns', `not known here: ${unknown.join(', ').slice(0, 150)}`);
  if (body.length > MAX_ROWS) return refuse('too_long', `at most ${MAX_ROWS} rows at once`);
  return body.map((cells, index) => ({
    line: index + 2,
    row: { ...EMPTY, ...Object.fromEntries(header.map((column, place) => [COLUMNS[column], cells[place] ?? ''])) },
  }));
};
