/** The customer whose site is nearest: the few cells of the grid around are asked, however many sites there are. */
import { queryAll, type Store } from '../../../shared/adapters/store.ts';
import { cellsAround, distanceMetres, NEAR_METRES, type Point } from '../../../shared/kernel/geography.ts';
import { cellQuery, parseCellRow } from '../store.ts';

export interface NearSite {
  readonly customerId: string;
  readonly siteId: string;
  /** From the middle of the site. */
  readonly metres: number;
}

const MAX_IN_CELL = 20_000;

/** The nearest within 500 m; of equally near ones the first by id. `undefined`: there is none, or it is too far north or south. */
export const nearestSite = async (store: Store, legalEntityId: string, place: Point): Promise<NearSite | undefined> => {
  const cells = await Promise.all(cellsAround(place).map((cell) => queryAll(store, cellQuery(legalEntityId, cell), MAX_IN_CELL)));
  return cells
    .flat()
    .map((item) => {
      const { customerId, siteId, at } = parseCellRow(item);
      return { customerId, siteId, metres: distanceMetres(place, at) };
    })
    .filter(({ metres }) => metres <= NEAR_METRES)
    .sort((a, b) => a.metres - b.metres || (`${a.customerId} ${a.siteId}` < `${b.customerId} ${b.siteId}` ? -1 : 1))[0];
};
