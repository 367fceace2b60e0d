/**
 * The year-end one-off bonus (MOF/STA announcement 2023 No. 30, until 2027-12-31) and several-month bonuses of non-residents (2019 No. 35).
 * All amounts in fen.
 */
import { type Fen, fen, multiplyFen } from '../../../shared/kernel/money.ts';
import type { LocalDate } from '../../../shared/kernel/period.ts';
import { divideBig } from '../../../shared/kernel/rounding.ts';
import { yuanText } from './amount-text.ts';
import { bandOf } from './income-tax.ts';
import { findRules, type IncomeTaxTable, type NonResidentTable, type RuleBook, type TaxBand, type YearEndBonusTable } from './rule-book.ts';
import type { Bilingual } from './statutory-rules.ts';

export interface BonusTax {
  readonly bonusFen: Fen;
  /** `"10%"`. */
  readonly rate: string;
  readonly quickDeductionFen: Fen;
  readonly taxFen: Fen;
  readonly netFen: Fen;
  /** Set when a smaller bonus would leave more in hand. */
  readonly blindZone: BlindZone | null;
  readonly explanation: Bilingual;
}

/** A range of bonuses whose net is below that of the edge before it: above `fromFen`, below `toFen`. */
export interface BlindZone {
  readonly fromFen: Fen;
  /** The first bonus with a net not below the edge's. */
  readonly toFen: Fen;
  /** What the person loses against a bonus of `fromFen`. */
  readonly lossFen: Fen;
  readonly warning: Bilingual;
}

/** Band by bonus ÷ 12 compared exactly: bonus ≤ 12 × edge. */
const bonusBand = (bands: readonly TaxBand[], months: number, bonusFen: Fen): TaxBand => {
  for (const band of bands) if (bonusFen <= band.upToFen * months) return band;
  return bandOf(bands, bonusFen);
};

const taxInBand = (bonusFen: Fen, band: TaxBand): Fen => fen(multiplyFen(bonusFen, band.rate) - band.quickDeductionFen);

/** Bonus × rate of the band of bonus ÷ 12, less the quick deduction once. */
export const separateBonusTax = (table: YearEndBonusTable, bonusFen: Fen): BonusTax => {
  const band = bonusBand(table.bands, table.divisorMonths, bonusFen);
  const taxFen = taxInBand(bonusFen, band);
  const calculation = `${yuanText(bonusFen)} × ${band.rateText} − ${yuanText(band.quickDeductionFen)} = ${yuanText(taxFen)}`;
  return {
    bonusFen,
    rate: band.rateText,
    quickDeductionFen: band.quickDeductionFen,
    taxFen,
    netFen: fen(bonusFen - taxFen),
    blindZone: blindZoneOf(table, bonusFen),
    explanation: {
      zh: `全年一次性奖金单独计税:奖金 ÷ ${table.divisorMonths} 找税率,${calculation}`,
      en: `Year-end bonus taxed apart: band by bonus ÷ ${table.divisorMonths}; ${calculation}`,
    },
  };
};

/** The zone a bonus is in, or null. The zone ends where `x − tax(x)` is again what the edge leaves. */
export const blindZoneOf = (table: YearEndBonusTable, bonusFen: Fen): BlindZone | null => {
  let lower: TaxBand | undefined;
  for (const band of table.bands) {
    if (bonusFen <= band.upToFen * table.divisorMonths) {
      if (lower === undefined) return null;
      const edge = fen(lower.upToFen * table.divisorMonths);
      const edgeNet = edge - taxInBand(edge, lower);
      const lossFen = edgeNet - (bonusFen - taxInBand(bonusFen, band));
      if (lossFen <= 0) return null;
      const netOf = (amountFen: number): number => amountFen - taxInBand(fen(amountFen), band);
      // x × (1 − rate) + quick = edgeNet, to within a fen: the tax is rounded.
      const { numerator, denominator } = band.rate;
      let end =
        Number(divideBig(BigInt(edgeNet - band.quickDeductionFen) * BigInt(denominator), BigInt(denominator - numerator), 'down')) - 1;
      while (netOf(end) < edgeNet) end += 1;
      return {
        fromFen: edge,
        toFen: fen(end),
        lossFen: fen(lossFen),
        warning: {
          zh: `年终奖处于“盲区”(${yuanText(edge)}–${yuanText(end)}):比发 ${yuanText(edge)} 到手少 ${yuanText(lossFen)}。`,
          en: `The bonus is in a blind zone (${yuanText(edge)}–${yuanText(end)}): ${yuanText(lossFen)} less in hand than a bonus of ${yuanText(edge)}.`,
        },
      };
    }
    lower = band;
  }
  return null;
};

export interface BonusComparison {
  readonly separateTotalFen: Fen;
  readonly mergedTotalFen: Fen;
  readonly better: 'separate' | 'merged' | 'equal';
  readonly explanation: Bilingual;
}

/**
 * The year's tax by both elections.
 * @param annualWageLessDeductionsFen the year's wage after the basic and every other deduction, as it is (may be negative).
 */
export const compareBonusElections = (
  wageTable: IncomeTaxTable,
  bonusTable: YearEndBonusTable,
  annualWageLessDeductionsFen: Fen,
  bonusFen: Fen,
): BonusComparison => {
  const annualTax = (taxableFen: number): number => {
    const taxable = fen(Math.max(0, taxableFen));
    const band = bandOf(wageTable.bands, taxable);
    return multiplyFen(taxable, band.rate) - band.quickDeductionFen;
  };
  const separate = fen(annualTax(annualWageLessDeductionsFen) + separateBonusTax(bonusTable, bonusFen).taxFen);
  const merged = fen(annualTax(annualWageLessDeductionsFen + bonusFen));
  return {
    separateTotalFen: separate,
    mergedTotalFen: merged,
    better: separate < merged ? 'separate' : merged < separate ? 'merged' : 'equal',
    explanation: {
      zh: `全年个税:单独计税 ${yuanText(separate)},并入综合所得 ${yuanText(merged)}。`,
      en: `Tax of the year: ${yuanText(separate)} with the bonus apart, ${yuanText(merged)} merged into the wage.`,
    },
  };
};

/** What the law allows for a bonus paid on a day: `separate` is elective until the policy ends, afterwards the bonus is wage. */
export const bonusMethodOn = (book: RuleBook, payDate: LocalDate): 'separate_allowed' | 'merge' =>
  findRules(book, 'income-tax-year-end-bonus', 'CN', payDate) === undefined ? 'merge' : 'separate_allowed';

/** Several-month bonus of a non-resident: `((bonus ÷ 6) × rate − quick) × 6`, from the unrounded sixth, rounded once. */
export const nonResidentBonusTax = (table: NonResidentTable, bonusFen: Fen): BonusTax => {
  const band = bonusBand(table.bands, table.bonusMonths, bonusFen);
  const taxFen = fen(Math.max(0, multiplyFen(bonusFen, band.rate) - band.quickDeductionFen * table.bonusMonths));
  return {
    bonusFen,
    rate: band.rateText,
    quickDeductionFen: band.quickDeductionFen,
    taxFen,
    netFen: fen(bonusFen - taxFen),
    blindZone: null,
    explanation: {
      zh: `非居民数月奖金:(${yuanText(bonusFen)} ÷ ${table.bonusMonths} × ${band.rateText} − ${yuanText(band.quickDeductionFen)}) × ${table.bonusMonths} = ${yuanText(taxFen)}`,
      en: `Several-month bonus of a non-resident: (${yuanText(bonusFen)} ÷ ${table.bonusMonths} × ${band.rateText} − ${yuanText(band.quickDeductionFen)}) × ${table.bonusMonths} = ${yuanText(taxFen)}`,
    },
  };
};
