import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { runSeed } from './run-seed.ts';
import { SCENARIOS, type ScenarioName } from './scenarios.ts';

/** Seeds in `npm test`; continuous integration runs more with `npm run simulate`. */
const SEEDS = Number(process.env['MERITRAIL_TEST_SEEDS'] ?? 150);
const CHUNK = 25;

describe('whatever goes wrong, everything comes out right', () => {
  for (let first = 1; first <= SEEDS; first += CHUNK) {
    const last = Math.min(SEEDS, first + CHUNK - 1);
    it(`seeds ${first} to ${last}`, async () => {
      for (let seed = first; seed <= last; seed += 1) {
        const { findings } = await runSeed(seed);
        expect(findings, `see it again: npm run simulate -- --seed ${seed}`).toEqual([]);
      }
    });
  }
  for (const scenario of Object.keys(SCENARIOS) as ScenarioName[]) {
    it(`scenario ${scenario}`, async () => {
      for (let seed = 1001; seed <= 1004; seed += 1) {
        const { findings } = await runSeed(seed, { scenario });
        expect(findings, `see it again: npm run simulate -- --seed ${seed} --scenario ${scenario}`).toEqual([]);
      }
    });
  }
});

describe('the simulation itself', () => {
  it('a seed is one history: replayed in a process of its own it is the same, step by step', () => {
    // A process of its own, as `--seed` replays it: caches of a process that has run other seeds leave out some reads.
    const historyOf = (seed: number): string[] =>
      execFileSync(process.execPath, ['--import', 'tsx', 'test/simulation/run.ts', '--seed', String(seed)], {
        encoding: 'utf8',
        maxBuffer: 64 * 1024 * 1024,
        stdio: ['ignore', 'pipe', 'ignore'],
      })
        .split('\n')
        .filter((line) => /^\s*\d\d-\d\dT/.test(line));
    for (const seed of [3, 12]) {
      const first = historyOf(seed);
      expect(first.length).toBeGreaterThan(100);
      expect(historyOf(seed)).toEqual(first);
    }
  });
  it('does something: facts, corrections, entries, payslips and every fault come up', async () => {
    const lines: string[] = [];
    const total = { facts: 0, entries: 0, payslips: 0 };
    for (let seed = 1; seed <= 25; seed += 1) {
      const { facts, entries, payslips } = await runSeed(seed, { record: (line) => lines.push(line) });
      total.facts += facts;
      total.entries += entries;
      total.payslips += payslips;
    }
    expect(total.facts).toBeGreaterThan(300);
    expect(total.entries).toBeGreaterThan(300);
    expect(total.payslips).toBeGreaterThan(30);
    const history = lines.join('\n');
    const signs = [
      'died before it',
      'died after it',
      'applied, but no answer',
      'throttled',
      'conflict',
      'lost:',
      'clock',
      'every message is gone',
    ];
    for (const sign of [
      ...signs,
      'died before it was deleted',
      'void by',
      'by webhook',
      ' v2 ',
      'target of position',
      'register',
      'payroll 2026-11',
    ]) {
      expect(history, `nothing in the history says "${sign}"`).toContain(sign);
    }
  });
});
