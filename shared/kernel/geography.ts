/**
 * Points on the earth: coordinate systems used in China, distance, polygons, and the grid that the nearest-site lookup is keyed by.
 * Distances are whole metres on a sphere of WGS-84's equatorial radius, so that a decision rests on the number that is shown. Pure.
 */
import { distance } from '@turf/distance';
import { pointToPolygonDistance } from '@turf/point-to-polygon-distance';
import gcoordModule from 'gcoord';

/** Its types describe another module form than the one that Node loads. */
const gcoord = gcoordModule as unknown as typeof gcoordModule.default;

/** What phones give (`wgs84`), what AMap, Tencent and WeChat give (`gcj02`), what Baidu gives (`bd09`). They differ by up to 1.3 km. */
export const COORDINATE_SYSTEMS = ['wgs84', 'gcj02', 'bd09'] as const;
export type CoordinateSystem = (typeof COORDINATE_SYSTEMS)[number];

/** Decimal degrees, north and east positive. Which system, its owner says; everything measured here is WGS-84. */
export interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

const EARTH_RADIUS_METRES = 6_378_137;
const CRS = { wgs84: gcoord.WGS84, gcj02: gcoord.GCJ02, bd09: gcoord.BD09 } as const;

const lngLat = ({ latitude, longitude }: Point): [number, number] => [longitude, latitude];

/** From one system to another. Outside the box around China the national systems are WGS-84 itself, and nothing is moved. */
export const convert = (point: Point, from: CoordinateSystem, to: CoordinateSystem): Point => {
  const [longitude = 0, latitude = 0] = gcoord.transform(lngLat(point), CRS[from], CRS[to]);
  return { latitude, longitude };
};
export const toWgs84 = (point: Point, from: CoordinateSystem): Point => convert(point, from, 'wgs84');

/** Whole metres along the great circle; also across the date line and at the poles. */
export const distanceMetres = (a: Point, b: Point): number =>
  Math.round(distance(lngLat(a), lngLat(b), { units: 'radians' }) * EARTH_RADIUS_METRES);

/** Whole metres from a polygon's edge; 0 inside. `ring` is open (its last point is not its first) and has at least three points. */
export const metresOutside = (point: Point, ring: readonly Point[]): number => {
  const [first] = ring;
  if (!first || ring.length < 3) throw new RangeError('a polygon has at least three points');
  const polygon = { type: 'Polygon' as const, coordinates: [[...ring, first].map(lngLat)] };
  const radians = pointToPolygonDistance({ type: 'Point', coordinates: lngLat(point) }, polygon, { units: 'radians' });
  return Math.max(0, Math.round(radians * EARTH_RADIUS_METRES));
};

/** The mean of a ring's points: where a polygon is found in the grid. Not for rings across the date line, which are refused before. */
export const middleOf = (ring: readonly Point[]): Point => ({
  latitude: ring.reduce((sum, { latitude }) => sum + latitude, 0) / ring.length,
  longitude: ring.reduce((sum, { longitude }) => sum + longitude, 0) / ring.length,
});

/** The box that contains China, with its neighbours' borderlands: who is outside it is certainly abroad. */
export const isNearChina = ({ latitude, longitude }: Point): boolean =>
  longitude >= 72.004 && longitude <= 137.8347 && latitude >= 0.8293 && latitude <= 55.8271;

/** What is wrong with a position that a phone may well send, although nobody stood there. */
export type PositionFault = 'zero' | 'pole' | 'swapped';

/** 0/0 is what a chip gives that has no fix; latitude and longitude are swapped when only the other way round it is in China. */
export const positionFault = ({ latitude, longitude }: Point): PositionFault | undefined => {
  if (Math.abs(latitude) < 0.01 && Math.abs(longitude) < 0.01) return 'zero';
  if (!isNearChina({ latitude, longitude }) && isNearChina({ latitude: longitude, longitude: latitude })) return 'swapped';
  return Math.abs(latitude) > 89.9 ? 'pole' : undefined;
};

/** Cells are 0.01 degrees high and wide: 1.1 km from south to north, 0.65 km from west to east at the northern tip of China. */
const CELLS_PER_DEGREE = 100;
const CELLS_AROUND = 360 * CELLS_PER_DEGREE;
const rowOf = (latitude: number): number => Math.floor(latitude * CELLS_PER_DEGREE);
const columnOf = (longitude: number): number => Math.floor(longitude * CELLS_PER_DEGREE);
const cellName = (row: number, column: number): string => {
  const wrapped = (((column + CELLS_AROUND / 2) % CELLS_AROUND) + CELLS_AROUND) % CELLS_AROUND;
  return `${row}_${wrapped - CELLS_AROUND / 2}`;
};

/** The grid cell of a point: the key that its sites are stored under. */
export const cellOf = ({ latitude, longitude }: Point): string => cellName(rowOf(latitude), columnOf(longitude));

/** North of here cells are so narrow that a point has very many around it. */
const LAST_LATITUDE = 60;
/** How far a point's surroundings reach. */
export const NEAR_METRES = 500;
/** A degree of latitude is at least so many metres, with room for what distances are rounded by. */
const METRES_PER_DEGREE_AT_LEAST = 110_000;
/**
 * The cells that hold every point within {@link NEAR_METRES}: mostly two by two. Empty beyond 60 degrees of latitude: there is no nearest
 * site, a customer must be named.
 */
export const cellsAround = ({ latitude, longitude }: Point): readonly string[] => {
  if (Math.abs(latitude) > LAST_LATITUDE) return [];
  const north = NEAR_METRES / METRES_PER_DEGREE_AT_LEAST;
  const east = north / Math.cos(((Math.abs(latitude) + north) * Math.PI) / 180);
  const cells: string[] = [];
  for (let row = rowOf(latitude - north); row <= rowOf(latitude + north); row += 1)
    for (let column = columnOf(longitude - east); column <= columnOf(longitude + east); column += 1) cells.push(cellName(row, column));
  return cells;
};
