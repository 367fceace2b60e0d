/** Customers' sites as they are measured against, and what is wrong with one. Pure. */
import type { CustomerSites, Site, VisitPolicy } from '../../../shared/contracts/attendance.ts';
import { distanceMetres, metresOutside, middleOf, type Point, positionFault, toWgs84 } from '../../../shared/kernel/geography.ts';

/** A site's fence in WGS-84, converted once when it was stored; the site itself stays as it was given. */
export interface MeasuredSite {
  readonly site: Site;
  readonly fence: { readonly shape: 'circle'; readonly centre: Point } | { readonly shape: 'polygon'; readonly corners: readonly Point[] };
}
export interface StoredSites {
  readonly legalEntityId: string;
  readonly customerId: string;
  readonly customerType: CustomerSites['customerType'];
  readonly sites: readonly MeasuredSite[];
  readonly version: number;
}

export const measuredSite = (site: Site): MeasuredSite => {
  const { fence, system } = site;
  return fence.shape === 'circle'
    ? { site, fence: { shape: 'circle', centre: toWgs84(fence.centre, system) } }
    : { site, fence: { shape: 'polygon', corners: fence.corners.map((corner) => toWgs84(corner, system)) } };
};
/** Where the grid finds it. */
export const anchorOf = ({ fence }: MeasuredSite): Point => (fence.shape === 'circle' ? fence.centre : middleOf(fence.corners));

/** A company's premises are not larger; a polygon across the date line would be. */
export const MAX_POLYGON_METRES = 5_000;
export type SiteFault = 'duplicate_id' | 'position_zero' | 'position_pole' | 'position_swapped' | 'polygon_too_large' | 'polygon_flat';

/** What keeps a site from being stored, by its place in the list. */
export const siteFaults = (sites: readonly Site[]): readonly { readonly index: number; readonly fault: SiteFault }[] => {
  const ids = new Set<string>();
  return sites.flatMap((site, index) => {
    const faults: SiteFault[] = [];
    if (ids.has(site.id)) faults.push('duplicate_id');
    ids.add(site.id);
    const points = site.fence.shape === 'circle' ? [site.fence.centre] : site.fence.corners;
    const position = points.map(positionFault).find((fault) => fault !== undefined);
    if (position) faults.push(`position_${position}`);
    if (site.fence.shape === 'polygon') {
      const [first, ...others] = site.fence.corners;
      const reach = Math.max(0, ...others.map((corner) => (first ? distanceMetres(first, corner) : 0)));
      if (reach > MAX_POLYGON_METRES) faults.push('polygon_too_large');
      if (isFlat(site.fence.corners)) faults.push('polygon_flat');
    }
    return faults.map((fault) => ({ index, fault }));
  });
};

/** Without an area nobody can be inside: all corners on one line. By the shoelace formula, in square degrees. */
const isFlat = (corners: readonly Point[]): boolean => {
  const doubled = corners.reduce((sum, { latitude, longitude }, index) => {
    const next = corners[(index + 1) % corners.length] as Point;
    return sum + longitude * next.latitude - next.longitude * latitude;
  }, 0);
  return Math.abs(doubled) < 1e-10;
};

export interface SiteDistance {
  readonly siteId: string;
  /** From the centre of a circle, or from the edge of a polygon (0 inside). */
  readonly metres: number;
  /** As far as one may be; 0 for a polygon. */
  readonly limitMetres: number;
}

const radiusOf = (site: Site, customerType: string | null, policy: VisitPolicy): number => {
  if (site.fence.shape === 'polygon') return 0;
  return site.fence.radiusMetres ?? (customerType === null ? undefined : policy.radiusMetresByType[customerType]) ?? policy.radiusMetres;
};

/** The site that a point is deepest inside of or least outside of. `undefined` without sites. */
export const closestSite = (at: Point, { sites, customerType }: StoredSites, policy: VisitPolicy): SiteDistance | undefined => {
  let best: SiteDistance | undefined;
  for (const { site, fence } of sites) {
    const metres = fence.shape === 'circle' ? distanceMetres(at, fence.centre) : metresOutside(at, fence.corners);
    const found = { siteId: site.id, metres, limitMetres: radiusOf(site, customerType, policy) };
    const [over, bestOver] = [found.metres - found.limitMetres, best ? best.metres - best.limitMetres : Number.POSITIVE_INFINITY];
    if (over < bestOver || (over === bestOver && best && found.siteId < best.siteId)) best = found;
  }
  return best;
};
