/** Rows of a customer list → sites, and what is wrong or odd about each row. A bad row stops no other. Pure. */
import type { Site } from '../../../shared/contracts/attendance.ts';
import { COORDINATE_SYSTEMS, type CoordinateSystem, isNearChina, positionFault, toWgs84 } from '../../../shared/kernel/geography.ts';

/** As the file has it: text, possibly empty. */
export interface SiteRow {
  readonly customerId: string;
  readonly customerType: string;
  readonly siteId: string;
  readonly name: string;
  readonly system: string;
  readonly latitude: string;
  readonly longitude: string;
  readonly radiusMetres: string;
}
export type RowFault =
  | 'no_customer'
  | 'no_coordinates'
  | 'no_system'
  | 'not_a_number'
  | 'out_of_range'
  | 'position_zero'
  | 'position_pole'
  | 'position_swapped'
  | 'outside_country'
  | 'duplicate_site';
export type CheckedRow =
  | {
      readonly ok: true;
      readonly customerId: string;
      readonly customerType: string | null;
      readonly site: Site;
      readonly equalTo: readonly string[];
    }
  | { readonly ok: false; readonly customerId: string | null; readonly fault: RowFault };

const NUMBER = /^-?\d{1,3}(\.\d{1,15})?$/;
const ID = /^[\p{L}\p{N}][\p{L}\p{N}._@/+=:-]{0,127}$/u;
const SLUG = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** @param allowAbroad whether sites outside the box around China are meant. */
export const checkImportedSites = (rows: readonly SiteRow[], allowAbroad: boolean): readonly CheckedRow[] => {
  const seen = new Set<string>();
  const checked = rows.map((row) => checkRow(row, allowAbroad, seen));
  const customersAt = new Map<string, Set<string>>();
  for (const one of checked) {
    if (one.ok) customersAt.set(placeOf(one.site), (customersAt.get(placeOf(one.site)) ?? new Set()).add(one.customerId));
  }
  return checked.map((one) => {
    if (!one.ok) return one;
    const others = [...(customersAt.get(placeOf(one.site)) ?? [])].filter((customerId) => customerId !== one.customerId);
    return { ...one, equalTo: others.sort().slice(0, 10) };
  });
};

/** To a metre: several customers at one point were rather entered once and copied. */
const placeOf = ({ fence, system }: Site): string => {
  if (fence.shape !== 'circle') return '';
  const { latitude, longitude } = toWgs84(fence.centre, system);
  return `${latitude.toFixed(5)} ${longitude.toFixed(5)}`;
};

const checkRow = (row: SiteRow, allowAbroad: boolean, seen: Set<string>): CheckedRow => {
  const customerId = ID.test(row.customerId) ? row.customerId : null;
  const fault = (code: RowFault): CheckedRow => ({ ok: false, customerId, fault: code });
  if (customerId === null) return fault('no_customer');
  if (row.latitude === '' || row.longitude === '') return fault('no_coordinates');
  const system = row.system.toLowerCase().replaceAll('-', '') as CoordinateSystem;
  if (!COORDINATE_SYSTEMS.includes(system)) return fault('no_system');
  if (!NUMBER.test(row.latitude) || !NUMBER.test(row.longitude)) return fault('not_a_number');
  const centre = { latitude: Number(row.latitude), longitude: Number(row.longitude) };
  const position = positionFault(centre);
  if (position) return fault(`position_${position}`);
  if (Math.abs(centre.latitude) > 90 || Math.abs(centre.longitude) > 180) return fault('out_of_range');
  if (!allowAbroad && !isNearChina(centre)) return fault('outside_country');
  if (row.radiusMetres !== '' && !(/^\d{2,5}$/.test(row.radiusMetres) && Number(row.radiusMetres) <= 20_000)) return fault('not_a_number');
  const id = SLUG.test(row.siteId) ? row.siteId : 'main';
  if (seen.has(`${customerId} ${id}`)) return fault('duplicate_site');
  seen.add(`${customerId} ${id}`);
  return {
    ok: true,
    customerId,
    customerType: SLUG.test(row.customerType) ? row.customerType : null,
    site: {
      id,
      name: row.name.replace(/[\p{Cc}\p{Cs}\u2028\u2029]/gu, ' ').slice(0, 200) || customerId,
      system,
      fence: { shape: 'circle', centre, radiusMetres: row.radiusMetres === '' ? null : Number(row.radiusMetres) },
    },
    equalTo: [],
  };
};
