import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CoordinateSystem,
  cellOf,
  cellsAround,
  convert,
  distanceMetres,
  isNearChina,
  metresOutside,
  NEAR_METRES,
  type Point,
  positionFault,
  toWgs84,
} from './geography.ts';

interface LngLat {
  readonly lng: number;
  readonly lat: number;
}
const vectors = JSON.parse(readFileSync(new URL('../../test/vectors/coordinates.json', import.meta.url), 'utf8')) as {
  readonly vectors: readonly {
    readonly id: string;
    readonly from: string;
    readonly to: string;
    readonly input: LngLat;
    readonly expected: LngLat & { readonly gcj02?: LngLat; readonly bd09?: LngLat };
    readonly tolerance_deg: number;
  }[];
  readonly distance: readonly {
    readonly id: string;
    readonly a: LngLat;
    readonly b: LngLat;
    readonly expected_m: number;
    readonly tolerance_m: number;
  }[];
};
const point = ({ lng, lat }: LngLat): Point => ({ latitude: lat, longitude: lng });
const SYSTEM: Readonly<Record<string, CoordinateSystem>> = { WGS84: 'wgs84', GCJ02: 'gcj02', BD09: 'bd09' };
const system = (name: string): CoordinateSystem => SYSTEM[name] ?? 'wgs84';
const near = (found: Point, expected: LngLat, tolerance: number): void => {
  expect(Math.abs(found.latitude - expected.lat)).toBeLessThanOrEqual(tolerance);
  expect(Math.abs(found.longitude - expected.lng)).toBeLessThanOrEqual(tolerance);
};

describe('coordinate systems', () => {
  it.each(vectors.vectors.map((vector) => [vector.id, vector] as const))('%s', (_, { from, to, input, expected, tolerance_deg }) => {
    if (expected.gcj02 && expected.bd09) {
      near(convert(point(input), 'wgs84', 'gcj02'), expected.gcj02, tolerance_deg);
      near(convert(point(input), 'wgs84', 'bd09'), expected.bd09, tolerance_deg);
      expect(distanceMetres(toWgs84(point(expected.bd09), 'bd09'), point(input))).toBeLessThanOrEqual(1);
    } else {
      near(convert(point(input), system(from), system(to)), expected, tolerance_deg);
    }
  });
  it('there and back is the same place, everywhere in China and in every system', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 18.2, max: 53.5, noNaN: true }),
        fc.double({ min: 74, max: 135, noNaN: true }),
        fc.constantFrom('gcj02' as const, 'bd09' as const),
        (latitude, longitude, other) => {
          const there = convert({ latitude, longitude }, 'wgs84', other);
          expect(distanceMetres(toWgs84(there, other), { latitude, longitude })).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});

describe('distance', () => {
  it.each(vectors.distance.map((vector) => [vector.id, vector] as const))('%s', (_, { a, b, expected_m, tolerance_m }) => {
    expect(Math.abs(distanceMetres(point(a), point(b)) - expected_m)).toBeLessThanOrEqual(tolerance_m);
  });
  it('across the date line it is short, at the pole every longitude is one place', () => {
    expect(distanceMetres({ latitude: 0, longitude: 179.999 }, { latitude: 0, longitude: -179.999 })).toBe(223);
    expect(distanceMetres({ latitude: 0, longitude: 180 }, { latitude: 0, longitude: -180 })).toBe(0);
    expect(distanceMetres({ latitude: 90, longitude: 0 }, { latitude: 90, longitude: 120 })).toBe(0);
  });
  it('from a polygon: 0 inside and on its edge, to the edge outside, around a corner that goes in', () => {
    const square = [
      { latitude: 31.2, longitude: 121.4 },
      { latitude: 31.2, longitude: 121.41 },
      { latitude: 31.21, longitude: 121.41 },
      { latitude: 31.21, longitude: 121.4 },
    ];
    expect(metresOutside({ latitude: 31.205, longitude: 121.405 }, square)).toBe(0);
    expect(metresOutside({ latitude: 31.205, longitude: 121.41 }, square)).toBe(0);
    expect(metresOutside({ latitude: 31.211, longitude: 121.405 }, square)).toBe(111);
    const notch = [...square.slice(0, 3), { latitude: 31.205, longitude: 121.405 }, square[3] as Point];
    expect(metresOutside({ latitude: 31.209, longitude: 121.405 }, notch)).toBeGreaterThan(200);
    expect(() => metresOutside({ latitude: 0, longitude: 0 }, square.slice(0, 2))).toThrow(RangeError);
  });
});

describe('positions nobody stood at', () => {
  it.each([
    [0, 0, 'zero'],
    [0.009, -0.009, 'zero'],
    [0.02, 0, undefined],
    [90, 0, 'pole'],
    [-89.95, 10, 'pole'],
    [87.6, 43.8, 'swapped'],
    [43.8, 87.6, undefined],
    [31.2, 121.4, undefined],
    [48.85, 2.35, undefined],
    [0, 180, undefined],
  ])('%d, %d: %s', (latitude, longitude, expected) => expect(positionFault({ latitude, longitude })).toBe(expected));
  it('China is inside its box, Paris and the Pacific are not', () => {
    expect(isNearChina({ latitude: 31.2, longitude: 121.4 })).toBe(true);
    expect(isNearChina({ latitude: 48.85, longitude: 2.35 })).toBe(false);
    expect(isNearChina({ latitude: 31.2, longitude: -179 })).toBe(false);
  });
});

describe('the grid', () => {
  it('whatever is near is in one of the cells around, which are few', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -59.9, max: 59.9, noNaN: true }),
        fc.double({ min: -180, max: 180, noNaN: true }),
        fc.double({ min: 0, max: NEAR_METRES, noNaN: true }),
        fc.double({ min: 0, max: 2 * Math.PI, noNaN: true }),
        (latitude, longitude, metres, angle) => {
          const north = (metres / 111_319) * Math.cos(angle);
          const east = ((metres / 111_319) * Math.sin(angle)) / Math.cos((latitude * Math.PI) / 180);
          const other = { latitude: latitude + north, longitude: ((longitude + east + 540) % 360) - 180 };
          const cells = cellsAround({ latitude, longitude });
          expect(cells).toContain(cellOf(other));
          expect(cells).toContain(cellOf({ latitude, longitude }));
          expect(cells.length).toBeLessThanOrEqual(6);
        },
      ),
      { numRuns: 500 },
    );
  });
  it('goes around the date line and ends in the far north', () => {
    expect(cellOf({ latitude: 1, longitude: 180 })).toBe(cellOf({ latitude: 1, longitude: -180 }));
    expect(cellsAround({ latitude: 1.005, longitude: 179.999 })).toEqual(['100_17999', '100_-18000']);
    expect(cellsAround({ latitude: 75, longitude: 20 })).toEqual([]);
  });
});
