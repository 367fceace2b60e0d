/** The simulation is only worth what it notices: with any one guard taken away it must fail, soon. */
import { describe, expect, it } from 'vitest';
import { GUARDS } from './guards.ts';
import { runSeed } from './run-seed.ts';

/** Most seeds until a missing guard must have been noticed. */
const MAX_SEEDS = 1_000;

describe('without a guard the simulation fails', () => {
  for (const { name, without, scenario, mutation } of GUARDS) {
    it(`${name} (without ${without})`, async () => {
      for (let seed = 1; seed <= MAX_SEEDS; seed += 1) {
        const { findings } = await runSeed(seed, { scenario, mutation });
        if (findings.length === 0) continue;
        console.log(`${name}: noticed by seed ${seed} of ${scenario}: ${findings[0]?.slice(0, 160)}`);
        // The same seed with the guard in place is fine: it was the guard that was missed, nothing else.
        expect((await runSeed(seed, { scenario })).findings).toEqual([]);
        return;
      }
      expect.fail(`${MAX_SEEDS} seeds did not notice that it is missing`);
    });
  }
});
