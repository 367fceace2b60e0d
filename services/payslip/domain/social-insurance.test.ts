import { describe, expect, it } from 'vitest';
import { type Fen, fen, multiplyFen, parseRate } from '../../../shared/kernel/money.ts';
import type { Rounding } from '../../../shared/kernel/rounding.ts';
import { computeInsurance, type InsuranceFacts } from './social-insurance.ts';
import { readVectors, rulesOn, yuan } from './testing/rules.ts';

type Sides = { readonly employee: string; readonly employer: string };
interface Vector {
  readonly id: string;
  readonly config?: string;
  readonly declared_base: string;
  readonly housing_fund_base: string | null;
  readonly housing_fund_rate_percent: string | null;
  readonly supplementary_rate_percent: string | null;
  readonly expected: Readonly<Record<string, Sides | readonly string[]>>;
}
interface Vectors {
  readonly vectors: readonly Vector[];
  readonly rounding_modes: {
    readonly vectors: readonly { readonly case: string; readonly expected: Readonly<Record<Rounding, string>> }[];
  };
}

const vectors = readVectors<Vectors>('social-insurance');
const facts = (changes: Partial<InsuranceFacts> = {}): InsuranceFacts => ({
  baseFen: yuan('12000'),
  fund: null,
  injuryClass: null,
  ...changes,
});
const fund = (baseFen: Fen, rate: string, supplementaryRate: string | null = null) => ({ baseFen, rate, supplementaryRate });
const SHANGHAI = rulesOn('social-insurance', 'shanghai', '2026-11-01');

const tableOf = (config: string) => {
  const cut = config.indexOf('-');
  return rulesOn('social-insurance', config.slice(0, cut), `${config.slice(cut + 1)}-01`);
};
const NAMES: Readonly<Record<string, string>> = { housing_fund: 'housing-fund', housing_fund_supplementary: 'housing-fund-supplementary' };

describe('vectors', () => {
  it.each(vectors.vectors.filter((vector) => vector.config !== undefined).map((vector) => [vector.id, vector] as const))(
    '%s',
    (_, vector) => {
      const base = vector.housing_fund_base;
      const supplementary = vector.supplementary_rate_percent;
      const result = computeInsurance(
        tableOf(vector.config ?? ''),
        facts({
          baseFen: yuan(vector.declared_base),
          fund:
            base === null
              ? null
              : fund(yuan(base), `${vector.housing_fund_rate_percent}%`, supplementary === null ? null : `${supplementary}%`),
        }),
      );
      if (!result.ok) throw new Error(result.error.en);
      const value = result.value;
      const found = new Map<string, readonly number[]>(
        [...value.schemes, ...value.funds].map((one): [string, readonly number[]] => [
          one.scheme,
          [one.employee.amountFen, one.employer.amountFen],
        ]),
      );
      found.set('total', [value.employeeInsuranceFen + value.employeeFundFen, value.employerInsuranceFen + value.employerFundFen]);
      for (const [name, sides] of Object.entries(vector.expected)) {
        const { employee, employer } = sides as Sides;
        expect([name, found.get(NAMES[name] ?? name)]).toEqual([name, [yuan(employee), yuan(employer)]]);
      }
    },
  );

  it('SI-09: the published limits of both sides together', () => {
    const expected = vectors.vectors.find((vector) => vector.id === 'SI-09')?.expected ?? {};
    const both = (baseFen: Fen, which: 0 | 1, rate: string, extra: string | null): number => {
      const result = computeInsurance(SHANGHAI, facts({ fund: fund(baseFen, rate, extra) }));
      if (!result.ok) throw new Error(result.error.en);
      const one = result.value.funds[which];
      return (one?.employee.amountFen ?? 0) + (one?.employer.amountFen ?? 0);
    };
    expect([both(fen(0), 0, '7%', null), both(yuan('99999'), 0, '7%', null)]).toEqual((expected['7%'] as string[]).map(yuan));
    expect([both(fen(0), 1, '7%', '5%'), both(yuan('99999'), 1, '7%', '5%')]).toEqual((expected['5%'] as string[]).map(yuan));
  });

  it.each(vectors.rounding_modes.vectors.map((one) => [one.case, one.expected] as const))('rounding: %s', (text, expected) => {
    const [, base, rate] = /^([\d.]+) x ([\d.]+%)/.exec(text) ?? [];
    for (const [mode, amount] of Object.entries(expected))
      expect([mode, multiplyFen(yuan(base ?? ''), parseRate(rate ?? ''), mode as Rounding)]).toEqual([mode, yuan(amount)]);
  });
});

describe('base limits', () => {
  const pensionBase = (baseYuan: string, changeFen = 0) => {
    const result = computeInsurance(SHANGHAI, facts({ baseFen: fen(yuan(baseYuan) + changeFen) }));
    if (!result.ok) throw new Error(result.error.en);
    return result.value.schemes[0];
  };
  it.each([
    ['7546', -1, '7546', 'floor'],
    ['7546', 0, '7546', 'none'],
    ['7546', 1, '7546.01', 'none'],
    ['37731', -1, '37730.99', 'none'],
    ['37731', 0, '37731', 'none'],
    ['37731', 1, '37731', 'ceiling'],
    ['0', 0, '7546', 'floor'],
  ] as const)('%s %i fen → %s (%s)', (base, change, expected, clampedTo) => {
    expect(pensionBase(base, change)).toMatchObject({ baseFen: yuan(expected), clampedTo });
  });
  it('bases may differ by scheme, as in Shenzhen', () => {
    const result = computeInsurance(rulesOn('social-insurance', 'shenzhen', '2026-11-01'), facts({ baseFen: yuan('5000') }));
    if (!result.ok) throw new Error(result.error.en);
    expect(result.value.schemes.map((one) => [one.scheme, one.baseFen])).toEqual([
      ['pension', yuan('5000')],
      ['medical', yuan('6727')],
      ['maternity', yuan('6727')],
      ['unemployment', yuan('5000')],
      ['injury', yuan('5000')],
    ]);
    const own = computeInsurance(SHANGHAI, facts({ schemeBasesFen: { medical: yuan('20000') } }));
    if (!own.ok) throw new Error(own.error.en);
    expect(own.value.schemes.map((one) => one.baseFen)).toEqual([yuan('12000'), yuan('20000'), yuan('12000'), yuan('12000')]);
  });
});

describe('refusals and classes', () => {
  const codeOf = (changes: Partial<InsuranceFacts>): string | null => {
    const result = computeInsurance(SHANGHAI, facts(changes));
    return result.ok ? null : result.error.code;
  };
  it('names what is wrong', () => {
    expect(codeOf({ baseFen: fen(-1) })).toBe('negative_base');
    expect(codeOf({ schemeBasesFen: { medical: fen(-1) } })).toBe('negative_base');
    expect(codeOf({ fund: fund(fen(-1), '7%') })).toBe('negative_base');
    expect(codeOf({ fund: fund(yuan('12000'), '8%') })).toBe('fund_rate_out_of_range');
    expect(codeOf({ fund: fund(yuan('12000'), '4.99%') })).toBe('fund_rate_out_of_range');
    expect(codeOf({ fund: fund(yuan('12000'), 'seven') })).toBe('fund_rate_out_of_range');
    expect(codeOf({ fund: fund(yuan('12000'), '7%', '6%') })).toBe('fund_rate_out_of_range');
    expect(codeOf({ injuryClass: 9 })).toBe('unknown_injury_class');
    expect(codeOf({ fund: fund(yuan('12000'), '5%', '1%') })).toBeNull();
  });
  it('injury goes by class', () => {
    const result = computeInsurance(SHANGHAI, facts({ injuryClass: 8 }));
    expect(result.ok && result.value.schemes[3]?.employer.amountFen).toBe(yuan('228'));
  });
});
