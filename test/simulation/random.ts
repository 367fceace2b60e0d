/** One seeded source of chance (xoshiro128**): the same seed gives the same run, on every machine. Not for secrets. */
export interface Random {
  /** Whole number from 0 up to, not including, `below`. */
  int(below: number): number;
  /** Whole number from `least` to `most`, both included. */
  between(least: number, most: number): number;
  /** True with this probability; draws a number even for 0, so that switching a fault off changes nothing else. */
  chance(probability: number): boolean;
  /** Number in [0, 1). */
  unit(): number;
  pick<T>(list: readonly T[]): T;
  /** A copy in random order. */
  shuffle<T>(list: readonly T[]): T[];
  /** An independent source that depends on this one's state and the label. */
  fork(label: string): Random;
}

const mix = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
};
const rotate = (x: number, by: number): number => ((x << by) | (x >>> (32 - by))) >>> 0;

export const seededRandom = (seed: number): Random => {
  const start = mix(seed ^ Math.floor(seed / 2 ** 32));
  const s = new Uint32Array([start(), start(), start(), start() | 1]);
  const next = (): number => {
    const [a, b, c, d] = s as unknown as [number, number, number, number];
    const result = Math.imul(rotate(Math.imul(b, 5) >>> 0, 7), 9) >>> 0;
    const c2 = c ^ a;
    const d2 = d ^ b;
    s[1] = b ^ c2;
    s[0] = a ^ d2;
    s[2] = c2 ^ (b << 9);
    s[3] = rotate(d2 >>> 0, 11);
    return result;
  };
  const random: Random = {
    int: (below) => Math.floor((next() / 2 ** 32) * below),
    between: (least, most) => least + random.int(most - least + 1),
    chance: (probability) => next() / 2 ** 32 < probability,
    unit: () => next() / 2 ** 32,
    pick<T>(list: readonly T[]): T {
      if (list.length === 0) throw new RangeError('nothing to pick from');
      return list[random.int(list.length)] as T;
    },
    shuffle<T>(list: readonly T[]): T[] {
      const copy = [...list];
      for (let at = copy.length - 1; at > 0; at -= 1) {
        const other = random.int(at + 1);
        [copy[at], copy[other]] = [copy[other] as T, copy[at] as T];
      }
      return copy;
    },
    fork(label) {
      let hash = next();
      for (let at = 0; at < label.length; at += 1) hash = Math.imul(hash ^ label.charCodeAt(at), 0x01000193) >>> 0;
      return seededRandom(hash);
    },
  };
  return random;
};
