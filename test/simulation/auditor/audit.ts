/**
 * The auditor. Recomputes from the accepted facts alone what must be on the books, on the ledger and on payslips, and compares it with what
 * is stored. It shares no code with the product: its own reading of the facts, its own arithmetic, its own word for what each plan gives.
 */
import type { Before, Candidate, Expectation, Expected, SetSales } from './expect.ts';
import { channel1, channel2 } from './expect-channel.ts';
import { expectLead, type MemberMonth } from './expect-lead.ts';
import { project1, project2 } from './expect-project.ts';
import { retail1, retail2 } from './expect-retail.ts';
import { service1, service2 } from './expect-service.ts';
import { type AcceptedFact, type Part, partsOf, visitPart } from './facts.ts';
import { atLeast, type Fraction, halfUp, most, of, over, same, show, times, total, twoDecimals } from './fraction.ts';
import { daysIn } from './windows.ts';

export interface StoredItem {
  readonly table: string;
  readonly item: { readonly pk: string; readonly sk: string; readonly [attribute: string]: unknown };
}
export interface Case {
  readonly source: string;
  /** Who manages all others, has no facts of his or her own, and is scored by their months; null: nobody. */
  readonly lead: string | null;
  /** The highest accepted revision of each fact, with its number. */
  readonly facts: readonly (AcceptedFact & { readonly revision: number })[];
  /** Account in the source → employee, as registered in the end. */
  readonly owners: ReadonlyMap<string, string>;
  readonly employees: readonly string[];
  /** Which plan of the plan set is in force for someone on each day of a month; undefined: none. */
  readonly planOn: (employeeId: string, day: string) => string | undefined;
  /** The id of that plan, whatever its version. */
  readonly planIdOn: (employeeId: string, day: string) => string | undefined;
  /** What is set of `sales` beside the plan, and whether for the very person; null: nothing. */
  readonly salesTarget: (employeeId: string, month: string) => SetSales | null;
  /** Visits that count, as facts of the person. */
  readonly visits: readonly { readonly factId: string; readonly employeeId: string; readonly at: number }[];
  /** Amounts that people agreed on, whatever the plans say. */
  readonly agreed: readonly { readonly id: string; readonly employeeId: string; readonly period: string; readonly amountFen: number }[];
  readonly items: readonly StoredItem[];
}

const EXPECTATIONS: Readonly<Record<string, Expectation>> = {
  'retail-1': retail1,
  'retail-2': retail2,
  'channel-1': channel1,
  'channel-2': channel2,
  'service-1': service1,
  'service-2': service2,
  'project-1': project1,
  'project-2': project2,
};

/** Rules that pay by fact: their subjects are named with the source. */
const BY_FACT: ReadonlySet<string> = new Set(['big-deal', 'visit-subsidy', 'double-week', 'rated', 'kept', 'stage-fee']);

interface Book {
  readonly plan: unknown;
  readonly metrics: Readonly<Record<string, { readonly value: { readonly n: string; readonly d: string } | null }>>;
  readonly score: { readonly total: string } | null;
}
interface Award {
  readonly awardId: string;
  readonly ruleId: string;
  readonly period: string;
  readonly subject: { readonly id: string } | null;
  readonly amountFen: number;
  readonly heldFen?: number;
  readonly lastSeq: number;
}
interface Entry {
  readonly seq: number;
  readonly awardId: string;
  readonly amountFen: number;
  readonly beforeFen: number;
  readonly afterFen: number;
  readonly balanceFen: number;
  readonly earnedPeriod: string;
}

/** Everything that is not as it must be; empty when all is well. */
export const audit = (given: Case): string[] => {
  const byKey = new Map<string, StoredItem[]>();
  for (const stored of given.items) {
    const key = `${stored.table}/${stored.item.pk}`;
    const list = byKey.get(key);
    if (list) list.push(stored);
    else byKey.set(key, [stored]);
  }
  const indexed = { ...given, byKey };
  return [
    ...auditFacts(given),
    ...auditOutbox(given),
    ...auditMonths(indexed),
    ...auditVersions(indexed),
    ...auditAgreed(given),
    ...auditLedgers(indexed),
    ...auditIntegers(given),
  ];
};

interface Indexed extends Case {
  /** By table and partition key. */
  readonly byKey: ReadonlyMap<string, readonly StoredItem[]>;
}

const docOf = <T>(stored: StoredItem): T => JSON.parse(String(stored.item['doc'])) as T;
const under = (given: Indexed, table: string, pk: string, prefix: string): StoredItem[] =>
  (given.byKey.get(`${table}/${pk}`) ?? []).filter(({ item }) => item.sk.startsWith(prefix));

/** A visit has its whole id; an event of the source is known by the source's own. */
const storedId = (source: string, factId: string): string => (factId.startsWith('attendance:') ? factId : `${source}:${factId}`);

/** I1: each accepted fact is stored, once, as its source said it last. */
const auditFacts = (given: Case): string[] => {
  const findings: string[] = [];
  const stored = new Map<
    string,
    { readonly revision: number; readonly amountFen?: number; readonly voided: boolean; readonly type: string }
  >();
  for (const one of given.items) {
    if (one.table !== 'facts' || one.item.sk !== 'HEAD' || !one.item.pk.startsWith('FACT#')) continue;
    const head = docOf<{ fact?: { id: string; revision: number; amountFen?: number; voided: boolean; type: string } }>(one);
    if (!head.fact) findings.push(`I1: ${one.item.pk} is no fact`);
    else stored.set(head.fact.id, head.fact);
  }
  for (const fact of given.facts) {
    const head = stored.get(fact.id);
    if (!head) findings.push(`I1: accepted fact ${fact.id} is not stored`);
    else if (
      head.revision !== fact.revision ||
      head.voided !== fact.voided ||
      head.type !== fact.type ||
      (fact.amountFen === null ? head.amountFen !== undefined : BigInt(head.amountFen ?? -1) !== fact.amountFen)
    ) {
      findings.push(
        `I1: fact ${fact.id} is stored as ${JSON.stringify(head)}, accepted was revision ${fact.revision} of ${fact.amountFen} fen`,
      );
    }
    stored.delete(fact.id);
  }
  for (const id of stored.keys()) findings.push(`I1: fact ${id} is stored, but nobody was told that it was accepted`);
  return findings;
};

/** What says that a book is unchanged says its version. */
const auditVersions = (given: Indexed): string[] =>
  given.items.flatMap((stored) => {
    const { pk, sk } = stored.item;
    if (stored.table !== 'scores' || sk !== 'BOOK') return [];
    const { version, legalEntityId, period } = docOf<{ version: number; legalEntityId: string; period: string }>(stored);
    const [said] = under(given, 'scores', pk, 'VERSION');
    const isRight = said?.item['version'] === version && said.item['gsi1pk'] === `BOOKS#${legalEntityId}#${period}`;
    return isRight ? [] : [`${pk} has version ${version}, and ${JSON.stringify(said?.item ?? null)} speaks for it`];
  });

/** I2: every message has reached its reader. */
const auditOutbox = ({ items }: Case): string[] =>
  items
    .filter(({ item }) => item.pk.startsWith('OUTBOX#'))
    .map(
      ({ table, item }) =>
        `I2: ${table} still holds message ${item.sk} after ${String(item['sends'])} sends: ${String(item['message']).slice(0, 200)}`,
    );

/** I2, I3, I5: books, scores and awards of every person and month. */
const auditMonths = (given: Indexed): string[] => {
  const findings: string[] = [];
  const parts = partsOf(given.facts, given.owners);
  for (const visit of given.visits) {
    const part = visitPart(visit);
    const key = `${visit.employeeId} ${part.month}`;
    parts.set(key, [...(parts.get(key) ?? []), part]);
  }
  const all = new Map<string, Part[]>();
  for (const [key, list] of parts) {
    const [employeeId = ''] = key.split(' ');
    all.set(employeeId, [...(all.get(employeeId) ?? []), ...list]);
  }
  const booked = new Set(
    given.items.flatMap(({ table, item }) => {
      const match = table === 'scores' && item.sk === 'BOOK' ? /^BOOK#(.+)#(\d{4}-\d{2})$/.exec(item.pk) : null;
      return match ? [`${match[1]} ${match[2]}`] : [];
    }),
  );
  const keys = new Set([...parts.keys(), ...booked, ...openMonths(given)]);
  const paidBefore = earlierMonths(given, keys, parts, all);
  const firsts = firstsOf(
    [...keys].flatMap((key) => {
      const [employeeId = '', month = ''] = key.split(' ');
      const planKeys = daysIn(month).map((day) => given.planOn(employeeId, day));
      return employeeId === given.lead || planKeys.at(-1) === undefined
        ? []
        : [expectedOf(given, key, planKeys, parts.get(key) ?? [], all.get(employeeId) ?? [], paidBefore(employeeId, month))];
    }),
  );
  const pools = poolsOf(
    [...keys].flatMap((key) => {
      const [employeeId = '', month = ''] = key.split(' ');
      const last = daysIn(month).at(-1) ?? '';
      const [plan, planId] = [given.planOn(employeeId, last), given.planIdOn(employeeId, last)];
      if (employeeId === given.lead || plan === undefined || planId === undefined) return [];
      const planKeys = daysIn(month).map((day) => given.planOn(employeeId, day));
      const own = expectedOf(given, key, planKeys, parts.get(key) ?? [], all.get(employeeId) ?? [], paidBefore(employeeId, month));
      return [{ employeeId, plan, pool: `${planId} ${month}`, own }];
    }),
  );
  const members: MemberMonth[] = [];
  for (const key of keys) {
    const [employeeId = '', month = ''] = key.split(' ');
    if (employeeId === given.lead) continue;
    const where = `${employeeId} ${month}`;
    const [stored] = under(given, 'scores', `BOOK#${employeeId}#${month}`, 'BOOK');
    if (!stored) {
      findings.push(`I2: ${where} has no book`);
      continue;
    }
    const book = docOf<Book>(stored);
    const planKeys = daysIn(month).map((day) => given.planOn(employeeId, day));
    const planKey = planKeys.at(-1);
    const mine = parts.get(key) ?? [];
    findings.push(...auditApplied(given, employeeId, month, new Set(mine.map(({ factId }) => storedId(given.source, factId)))));
    const awards = ruled(given, employeeId, month);
    if (planKey === undefined) {
      if (book.plan !== null) findings.push(`I3: ${where} has no plan, but its book names one`);
      for (const award of awards)
        if (award.amountFen !== 0) findings.push(`I5: ${where} has no plan, but ${award.awardId} is ${award.amountFen}`);
      continue;
    }
    const own = expectedOf(given, key, planKeys, mine, all.get(employeeId) ?? [], paidBefore(employeeId, month));
    const shared = pools.get(`${employeeId} ${month}`);
    const expected = withFirsts(shared === undefined ? own : { ...own, rules: { ...own.rules, 'team-pool': shared } }, firsts);
    if (mine.length > 0)
      members.push({ employeeId, month, sales: expected.metrics['sales'] ?? expected.besides?.['sales'] ?? null, score: expected.score });
    findings.push(
      ...auditBook(`${where} (${planKey})`, book, expected),
      ...auditAwards(`${where} (${planKey})`, awards, expected, given.source),
    );
  }
  const { lead } = given;
  if (lead === null) return findings;
  const ofLead = [...booked].flatMap((key) => (key.startsWith(`${lead} `) ? [key.slice(lead.length + 1)] : []));
  for (const month of new Set([...members.map((one) => one.month), ...ofLead])) findings.push(...auditLead(given, lead, month, members));
  return findings;
};

/** What stands in a month by rules of plans. */
const ruled = (given: Indexed, employeeId: string, month: string): Award[] =>
  under(given, 'ledger', `AWARDS#${employeeId}#${month}`, 'AWARD#')
    .map((one) => docOf<Award>(one))
    .filter(({ ruleId }) => ruleId !== 'adjustment');

/** I5: exactly what was agreed on stands in the ledger beside the rules; that it was posted once is seen with all awards. */
const auditAgreed = ({ items, agreed }: Case): string[] => {
  const wanted = new Map(agreed.map(({ id, employeeId, period, amountFen }) => [`adjustment:${employeeId}:${period}:${id}`, amountFen]));
  const findings: string[] = [];
  for (const one of items) {
    if (one.table !== 'ledger' || !one.item.sk.startsWith('AWARD#adjustment#')) continue;
    const { awardId, amountFen } = docOf<Award>(one);
    const must = wanted.get(awardId);
    if (must !== amountFen) findings.push(`I5: ${awardId} is ${amountFen} fen, agreed were ${must ?? 'none'}`);
    wanted.delete(awardId);
  }
  for (const [awardId, amountFen] of wanted) findings.push(`I5: ${awardId} of ${amountFen} fen was approved and is not posted`);
  return findings;
};

/** I3, I5: the month of whoever leads is what the members' months are. */
const auditLead = (given: Indexed, lead: string, month: string, members: readonly MemberMonth[]): string[] => {
  const [stored] = under(given, 'scores', `BOOK#${lead}#${month}`, 'BOOK');
  if (!stored) return [`I2: ${lead} ${month} has a team but no book`];
  const mine = members.filter((one) => one.month === month);
  const expected = expectLead(month, members);
  const awards = ruled(given, lead, month);
  return [
    ...auditApplied(given, lead, month, new Set(mine.map(({ employeeId }) => `team:${month}:${employeeId}`))),
    ...auditBook(`${lead} ${month}`, docOf<Book>(stored), expected),
    ...auditAwards(`${lead} ${month}`, awards, expected, given.source),
  ];
};

/** What the plan of the month's last day gives; the score is that of all days. */
const expectedOf = (
  given: Indexed,
  key: string,
  planKeys: readonly (string | undefined)[],
  mine: readonly Part[],
  all: readonly Part[],
  before: Before,
): Expected => {
  const [employeeId = '', month = ''] = key.split(' ');
  const expect = (plan: string, whole: (own: Fraction) => Fraction): Expected => {
    const expectation = EXPECTATIONS[plan];
    if (!expectation) throw new Error(`the auditor knows no plan ${plan}`);
    return expectation(month, mine, all, whole, given.salesTarget(employeeId, month), before);
  };
  // Each day counts once, by what its plan gives on the whole month; days without a plan or a score do not count.
  const scores = planKeys.flatMap((plan) => (plan === undefined ? [] : (expect(plan, (own) => own).score ?? [])));
  const mean = scores.length === 0 ? null : over(total(scores), of(scores.length));
  const last = planKeys.at(-1);
  if (last === undefined) throw new Error(`${key} has no plan at its end`);
  const own = expect(last, (score) => mean ?? score);
  // What the plans of other days measure is in the book too: their days are scored by it. What is called like something that is there
  // already, and may be another thing, has its plan's name behind it.
  const besides: Record<string, Fraction | null> = {};
  for (const plan of new Set(planKeys.filter((one) => one !== undefined && one !== last))) {
    const taken = new Set([...Object.keys(own.metrics), ...Object.keys(besides)]);
    for (const [id, value] of Object.entries(expect(plan ?? '', (score) => score).metrics)) besides[taken.has(id) ? `${id}@` : id] = value;
  }
  return { ...own, score: mean, besides };
};

/** Plans that may pay in a month without any fact: such months have a book all the same. */
const PAYS_WITHOUT_FACTS: ReadonlySet<string | undefined> = new Set(['retail-1', 'retail-2', 'service-2']);
const openMonths = (given: Indexed): string[] =>
  ['2026-10', '2026-11', '2026-12'].flatMap((month) =>
    given.employees.flatMap((employeeId) =>
      PAYS_WITHOUT_FACTS.has(given.planOn(employeeId, daysIn(month).at(-1) ?? '')) ? [`${employeeId} ${month}`] : [],
    ),
  );

/** What each person's months paid by rule, from the first on: later ones go on from there. */
const earlierMonths = (
  given: Indexed,
  keys: ReadonlySet<string>,
  parts: ReadonlyMap<string, Part[]>,
  all: ReadonlyMap<string, Part[]>,
): ((employeeId: string, month: string) => Before) => {
  const paid = new Map<string, Map<string, Readonly<Record<string, bigint>>>>();
  const before = (employeeId: string, month: string): Before => {
    const months = [...(paid.get(employeeId) ?? [])].filter(([one]) => one < month);
    const sum = (from: string) => (rule: string) =>
      months.reduce((found, [one, rules]) => (one >= from ? found + (rules[rule] ?? 0n) : found), 0n);
    const quarter = String(Math.floor((Number(month.slice(5)) - 1) / 3) * 3 + 1).padStart(2, '0');
    return { inYear: sum(`${month.slice(0, 4)}-01`), inQuarter: sum(`${month.slice(0, 4)}-${quarter}`), ever: sum('') };
  };
  for (const key of [...keys].sort((a, b) => (a.slice(-7) < b.slice(-7) ? -1 : 1))) {
    const [employeeId = '', month = ''] = key.split(' ');
    const planKeys = daysIn(month).map((day) => given.planOn(employeeId, day));
    if (employeeId === given.lead || planKeys.at(-1) === undefined) continue;
    const { rules } = expectedOf(given, key, planKeys, parts.get(key) ?? [], all.get(employeeId) ?? [], before(employeeId, month));
    paid.set(employeeId, (paid.get(employeeId) ?? new Map()).set(month, rules));
  }
  return before;
};

/** What each member of a pool has of it, by person and month. */
const poolsOf = (
  months: readonly { readonly employeeId: string; readonly plan: string; readonly pool: string; readonly own: Expected }[],
): Map<string, bigint> => {
  const shares = new Map<string, bigint>();
  for (const pool of new Set(months.map((one) => one.pool))) {
    const inPlan = months.filter((one) => one.pool === pool).sort((a, b) => (a.employeeId < b.employeeId ? -1 : 1));
    const [plan] = inPlan.map((one) => one.plan);
    const zero = of(0);
    const members = inPlan.filter(({ own }) => plan === 'retail-1' || (plan === 'retail-2' && atLeast(own.score ?? zero, of(20))));
    const weights = members.map(({ own }) => most((plan === 'retail-1' ? own.score : own.metrics['customers']) ?? zero, zero));
    const sold = total(members.map(({ own }) => own.metrics['sales'] ?? zero));
    const whole = plan === 'retail-1' ? 100_001n : halfUp(times(sold, of(5, 1_000)));
    const sum = total(weights);
    if (members.length === 0 || same(sum, zero) || whole <= 0n) continue;
    const parts = weights.map((weight, place) => {
      const exact = over(times(of(whole), weight), sum);
      return { place, fen: exact.n / exact.d, rest: of(exact.n % exact.d, exact.d) };
    });
    let left = whole - parts.reduce((found, { fen }) => found + fen, 0n);
    for (const part of [...parts].sort((a, b) => (same(a.rest, b.rest) ? a.place - b.place : atLeast(a.rest, b.rest) ? -1 : 1))) {
      if (left === 0n) break;
      part.fen += 1n;
      left -= 1n;
    }
    members.forEach(({ employeeId }, place) => {
      shares.set(`${employeeId} ${pool.slice(-7)}`, parts[place]?.fen ?? 0n);
    });
  }
  return shares;
};

/** The earliest candidate of each rule's group over everybody and every month: `rule group` → its moment and id. */
const firstsOf = (months: readonly Expected[]): Map<string, Candidate> => {
  const firsts = new Map<string, Candidate>();
  for (const { candidates = {} } of months) {
    for (const [rule, each] of Object.entries(candidates)) {
      for (const one of each) {
        const before = firsts.get(`${rule} ${one.group}`);
        if (before && (before.at < one.at || (before.at === one.at && before.id <= one.id))) continue;
        firsts.set(`${rule} ${one.group}`, one);
      }
    }
  }
  return firsts;
};
/** Of the month's candidates only the company's first are paid. */
const withFirsts = (expected: Expected, firsts: ReadonlyMap<string, Candidate>): Expected => {
  const paid = Object.entries(expected.candidates ?? {}).map(([rule, each]) => {
    const first = each.filter(({ group, at, id }) => {
      const earliest = firsts.get(`${rule} ${group}`);
      return earliest?.at === at && earliest.id === id;
    });
    return [rule, first.reduce((sum, { pays }) => sum + pays, 0n)] as const;
  });
  return { ...expected, rules: { ...expected.rules, ...Object.fromEntries(paid) } };
};

/** The facts that scoring says it has applied are exactly the person's. */
const auditApplied = (given: Indexed, employeeId: string, month: string, expected: ReadonlySet<string>): string[] => {
  const applied = new Set(
    under(given, 'scores', `BOOK#${employeeId}#${month}`, 'FACT#').flatMap((one) =>
      one.item['doc'] === undefined || docOf(one) === null ? [] : [one.item.sk.slice('FACT#'.length)],
    ),
  );
  return [
    ...[...expected].filter((id) => !applied.has(id)).map((id) => `I2: ${id} is not in the book of ${employeeId} ${month}`),
    ...[...applied]
      .filter((id) => !expected.has(id))
      .map((id) => `I2: ${id} is in the book of ${employeeId} ${month}, where it does not belong`),
  ];
};

const auditBook = (where: string, book: Book, expected: Expected): string[] => {
  const findings: string[] = [];
  for (const [id, value] of Object.entries(expected.metrics)) {
    const stored = book.metrics[id];
    const is = stored?.value ? of(BigInt(stored.value.n), BigInt(stored.value.d)) : null;
    if (!stored || !same(is, value)) findings.push(`I3: ${where}: ${id} is ${stored ? show(is) : 'absent'}, must be ${show(value)}`);
  }
  for (const [id, stored] of Object.entries(book.metrics)) {
    if (id in expected.metrics) continue;
    const value = expected.besides?.[id.replace(/@.*$/, '@')];
    const is = stored.value ? of(BigInt(stored.value.n), BigInt(stored.value.d)) : null;
    if (value === undefined) findings.push(`I3: ${where}: metric ${id} is in no plan of the month`);
    else if (!same(is, value)) findings.push(`I3: ${where}: ${id}, of another plan of the month, is ${show(is)}, must be ${show(value)}`);
  }
  const score = book.score?.total ?? null;
  const must = expected.score && twoDecimals(expected.score);
  if (score !== must) findings.push(`I3: ${where}: score is ${score}, must be ${must}`);
  return findings;
};

const auditAwards = (where: string, awards: readonly Award[], expected: Expected, source: string): string[] => {
  const findings: string[] = [];
  const byRule = new Map<string, bigint>();
  for (const award of awards) byRule.set(award.ruleId, (byRule.get(award.ruleId) ?? 0n) + BigInt(award.amountFen));
  for (const rule of new Set([...byRule.keys(), ...Object.keys(expected.rules)])) {
    const is = byRule.get(rule) ?? 0n;
    const must = expected.rules[rule] ?? 0n;
    if (is !== must) findings.push(`I5: ${where}: ${rule} stands at ${is} fen, must be ${must}`);
  }
  for (const [rule, each] of Object.entries(expected.each)) {
    const stored = new Map(
      awards.flatMap((award) =>
        award.ruleId === rule && award.subject && !award.subject.id.startsWith('~') ? [[award.subject.id, BigInt(award.amountFen)]] : [],
      ),
    );
    const wanted = new Map([...each].flatMap(([id, fen]) => [[BY_FACT.has(rule) ? storedId(source, id) : id, fen] as const]));
    for (const id of new Set([...stored.keys(), ...wanted.keys()])) {
      const is = stored.get(id) ?? 0n;
      const must = wanted.get(id) ?? 0n;
      if (is !== must) findings.push(`I5: ${where}: ${rule} for ${id} stands at ${is} fen, must be ${must}`);
    }
  }
  const held = new Map(
    Object.entries(expected.held ?? {}).flatMap(([rule, each]) =>
      [...each].map(([id, fen]) => [`${rule} ${BY_FACT.has(rule) ? storedId(source, id) : id}`, fen]),
    ),
  );
  for (const { ruleId, subject, heldFen = 0 } of awards) {
    const name = `${ruleId} ${subject?.id ?? ''}`;
    const must = held.get(name) ?? 0n;
    if (BigInt(heldFen) !== must) findings.push(`I5: ${where}: ${name} holds ${heldFen} fen, must be ${must}`);
    held.delete(name);
  }
  for (const [name, must] of held) if (must !== 0n) findings.push(`I5: ${where}: ${name} holds nothing, must be ${must} fen`);
  return findings;
};

/** I4, I5: 1..n without a gap, each entry goes on from the one before, and for each award what was posted is what it stands at. */
const auditLedgers = (given: Indexed): string[] => {
  const findings: string[] = [];
  for (const employeeId of given.employees) {
    const entries = under(given, 'ledger', `LEDGER#${employeeId}`, 'ENTRY#')
      .sort((a, b) => (a.item.sk < b.item.sk ? -1 : 1))
      .map((one) => ({ sk: one.item.sk, entry: docOf<Entry>(one) }));
    const [head] = under(given, 'ledger', `LEDGER#${employeeId}`, 'HEAD');
    let balance = 0n;
    const posted = new Map<string, bigint>();
    entries.forEach(({ sk, entry }, place) => {
      const where = `I4: ledger of ${employeeId}, ${sk}`;
      balance += BigInt(entry.amountFen);
      const before = posted.get(entry.awardId) ?? 0n;
      const after = before + BigInt(entry.amountFen);
      posted.set(entry.awardId, after);
      if (entry.seq !== place + 1 || sk !== `ENTRY#${String(place + 1).padStart(12, '0')}`)
        findings.push(`${where}: entry ${place + 1} is missing`);
      if (BigInt(entry.balanceFen) !== balance) findings.push(`${where}: balance ${entry.balanceFen}, must be ${balance}`);
      if (entry.amountFen === 0) findings.push(`${where}: posts nothing`);
      if (BigInt(entry.beforeFen) !== before || BigInt(entry.afterFen) !== after) {
        findings.push(`${where}: ${entry.awardId} from ${entry.beforeFen} to ${entry.afterFen}, must be ${before} to ${after}`);
      }
    });
    const seq = Number(head?.item['seq'] ?? 0);
    const balanceFen = BigInt(Number(head?.item['balanceFen'] ?? 0));
    if (seq !== entries.length || balanceFen !== balance) {
      findings.push(
        `I4: ledger of ${employeeId} ends at ${seq} with ${balanceFen} fen, its ${entries.length} entries add up to ${balance}`,
      );
    }
    const awards = given.items
      .filter(({ table, item }) => table === 'ledger' && item.pk.startsWith(`AWARDS#${employeeId}#`) && item.sk.startsWith('AWARD#'))
      .map((one) => docOf<Award>(one));
    const standing = new Map(awards.map((award) => [award.awardId, BigInt(award.amountFen)]));
    if (standing.size !== awards.length) findings.push(`I5: two awards of ${employeeId} have one id`);
    for (const id of new Set([...standing.keys(), ...posted.keys()])) {
      const desired = standing.get(id) ?? 0n;
      if (desired !== (posted.get(id) ?? 0n)) findings.push(`I5: award ${id} stands at ${desired} fen, posted are ${posted.get(id) ?? 0n}`);
    }
  }
  return findings;
};

/** I7: whatever is called fen is a whole number, everywhere. */
const auditIntegers = ({ items }: Case): string[] => {
  const findings: string[] = [];
  const look = (value: unknown, path: string): void => {
    if (Array.isArray(value)) {
      for (const [place, member] of value.entries()) look(member, `${path}/${place}`);
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, member] of Object.entries(value)) {
        if (/fen$/i.test(name) && typeof member === 'number' && !Number.isSafeInteger(member))
          findings.push(`I7: ${path}/${name} is ${member}`);
        else if (name === 'doc' && typeof member === 'string') look(JSON.parse(member), path);
        else look(member, `${path}/${name}`);
      }
    }
  };
  for (const { table, item } of items) look(item, `${table}/${item.pk}/${item.sk}`);
  return findings;
};
