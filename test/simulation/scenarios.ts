/** Named weathers and workloads, for `--scenario`. Without a name every seed draws its own. */
import { drawFaults, type Faults, NO_FAULTS } from './faults.ts';
import type { Random } from './random.ts';
import type { Pace } from './workload.ts';

export interface Scenario {
  readonly what: string;
  readonly faults: (random: Random) => Faults;
  readonly pace: Pace;
  /** How many of the seeds make payroll runs while facts still come in. */
  readonly payroll: number;
}

export const SCENARIOS = {
  everything: { what: 'every seed draws its own faults', faults: drawFaults, pace: 'any', payroll: 0.5 },
  calm: { what: 'nothing goes wrong', faults: () => NO_FAULTS, pace: 'any', payroll: 0.5 },
  silence: {
    what: 'every message is lost; only the sweepers work',
    faults: () => ({ ...NO_FAULTS, dropped: 1 }),
    pace: 'any',
    payroll: 0.5,
  },
  crashes: {
    what: 'processes die before and after their calls',
    faults: () => ({ ...NO_FAULTS, crashBefore: 0.04, crashAfter: 0.04, notDeleted: 0.1 }),
    pace: 'any',
    payroll: 0.5,
  },
  storm: {
    what: 'throttling, conflicts, answers that never come, torn reads',
    faults: () => ({ ...NO_FAULTS, throttled: 0.1, conflicted: 0.15, ambiguous: 0.1, torn: 0.5, indexLagMillis: 2_000 }),
    pace: 'any',
    payroll: 0.5,
  },
  echo: {
    what: 'messages come several times, in any order, at the same time',
    faults: () => ({ ...NO_FAULTS, duplicated: 0.6, reordered: 1, delayed: 0.5, visibleTooSoon: 0.5, notDeleted: 0.2 }),
    pace: 'any',
    payroll: 0.5,
  },
  rush: {
    what: 'everything at once, every message several times, reads torn',
    faults: () => ({ ...NO_FAULTS, duplicated: 0.6, reordered: 1, visibleTooSoon: 0.5, torn: 0.4, stalled: 0.03, stallMillis: 3_000 }),
    pace: 'rush',
    payroll: 0.5,
  },
  payday: {
    what: 'as rush, with payroll runs in every seed',
    faults: () => ({ ...NO_FAULTS, duplicated: 0.3, reordered: 1, visibleTooSoon: 0.3, torn: 0.2, stalled: 0.2, stallMillis: 4_000 }),
    pace: 'rush',
    payroll: 1,
  },
  zombies: {
    what: 'payroll is calculated by processes that stand still and go on when somebody else has taken over',
    faults: () => ({ ...NO_FAULTS, stalled: 0.6, stallMillis: 6_000, stallOf: 'payslip-work' }),
    pace: 'rush',
    payroll: 1,
  },
  windows: {
    what: 'whoever folds a month stands still now and then, while facts of other months come in',
    faults: () => ({ ...NO_FAULTS, reordered: 1, visibleTooSoon: 0.3, stalled: 0.3, stallMillis: 4_000, stallOf: 'facts' }),
    pace: 'rush',
    payroll: 0,
  },
  facts: { what: 'as everything, without payroll runs', faults: drawFaults, pace: 'any', payroll: 0 },
} as const satisfies Record<string, Scenario>;
export type ScenarioName = keyof typeof SCENARIOS;
export const isScenario = (name: string): name is ScenarioName => Object.hasOwn(SCENARIOS, name);
