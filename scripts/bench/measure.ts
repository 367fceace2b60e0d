/** Small measuring tools of the benchmark: medians over rounds in one process, taken in turn, so that a drifting machine meets both sides. */

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
};
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
};

export interface Contender {
  readonly name: string;
  /** Does the work `count` times and gives something that depends on it, so that nothing can be left out. */
  readonly run: (count: number) => unknown;
  readonly count: number;
}

let sink: unknown;
/** Operations per second of each contender: median of `rounds`, the contenders in turn. */
export const compareRates = (contenders: readonly Contender[], rounds = 5): Map<string, number> => {
  const rates = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (const { run, count } of contenders) sink = run(Math.ceil(count / 4));
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, run, count } of contenders) {
      const from = process.hrtime.bigint();
      sink = run(count);
      rates.get(name)?.push((count * 1e9) / Number(process.hrtime.bigint() - from));
    }
  }
  if (sink === undefined) throw new Error('nothing was measured');
  return new Map([...rates].map(([name, values]) => [name, median(values)]));
};

export const perSecond = (rate: number): string =>
  rate >= 1e6 ? `${(rate / 1e6).toFixed(2)} M/s` : rate >= 1e3 ? `${(rate / 1e3).toFixed(1)} k/s` : `${rate.toFixed(0)}/s`;

export interface Figure {
  readonly name: string;
  readonly value: string;
  readonly compared: string;
}
export const printFigures = (title: string, figures: readonly Figure[]): void => {
  process.stdout.write(`\n${title}\n`);
  const widths = [0, 1].map((column) => Math.max(...figures.map((figure) => (column === 0 ? figure.name : figure.value).length)));
  for (const { name, value, compared } of figures) {
    process.stdout.write(`  ${name.padEnd(widths[0] ?? 0)}  ${value.padStart(widths[1] ?? 0)}  ${compared}\n`);
  }
};
