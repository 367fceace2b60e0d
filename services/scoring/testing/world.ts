/** Scoring on a platform in memory, with one legal entity `le`, its people and its plans. */
import type { Item } from '../../../shared/adapters/store.ts';
import type { Book } from '../../../shared/contracts/books.ts';
import type { CreditedFact } from '../../../shared/contracts/facts.ts';
import type { FactCredited, Message, RecalculationRequested, TargetsChanged } from '../../../shared/contracts/messages.ts';
import type { PlanIndexEntry, PlanVersion } from '../../../shared/contracts/plans.ts';
import type { TargetSet } from '../../../shared/contracts/targets.ts';
import { factTypesOf, TEAM_FACT_TYPE } from '../../../shared/kernel/metric-facts.ts';
import type { LocalDate, Month } from '../../../shared/kernel/period.ts';
import type { SqsHandler } from '../../../shared/runtime/sqs-handler.ts';
import { type MemoryPlatform, memoryPlatform } from '../../../test/simulation/memory-platform.ts';
import { employeeKey, employeesIndex, entityKey, orgKey } from '../../people/read.ts';
import { personTargetsKey, placeTargetsKey, planIndexKey, planVersionKey } from '../../plans/read.ts';
import { composeScoring } from '../compose.ts';
import { readBook } from '../read.ts';
import { PERIOD } from './plans.ts';

export const credited = (fact: CreditedFact, revision = fact.revision): FactCredited => ({
  message: 'fact.credited',
  factId: fact.factId,
  revision,
  employeeId: fact.employeeId,
  legalEntityId: fact.legalEntityId,
  period: fact.period as Month,
  fact: { ...fact, revision },
});
export const withdrawn = (fact: CreditedFact, revision: number): FactCredited => ({ ...credited(fact, revision), fact: null });
export const recalculation = (causeId: string, employeeId = 'e-1', period: Month = PERIOD): RecalculationRequested => ({
  message: 'recalculation.requested',
  causeId,
  employeeId,
  legalEntityId: 'le',
  period,
});

export interface World {
  readonly platform: MemoryPlatform;
  readonly scoring: ReturnType<typeof composeScoring>;
  /** Delivers as one batch. @throws Error when a message failed, unless failures are expected: then gives their places. */
  deliver(messages: readonly Message[], options?: { readonly expectFailures?: boolean }): Promise<readonly number[]>;
  publish(...versions: readonly PlanVersion[]): Promise<void>;
  /** The book. @throws Error when there is none. */
  book(employeeId?: string, period?: string): Promise<Book>;
  putEmployee(
    id: string,
    more?: { readonly orgUnitId?: string; readonly positionId?: string; readonly hiredOn?: string; readonly leftOn?: string | null },
  ): Promise<void>;
  /** What is set for all places of a month, or for one person. */
  putOrg(units: readonly (readonly [id: string, parentId: string | null, managerEmployeeId: string | null])[]): Promise<void>;
  setTargets(sets: readonly TargetSet[], version: number, period?: Month): Promise<TargetsChanged>;
}

export const eventOf = (messages: readonly unknown[]) => ({
  Records: messages.map((message, index) => ({ messageId: `${index}`, body: JSON.stringify(message), attributes: {} })),
});

const FOR_EVERYBODY: ReadonlySet<string> = new Set(['plan.published', 'targets.changed', 'org.changed']);

export const newWorld = async (versions: readonly PlanVersion[], platform: MemoryPlatform = memoryPlatform()): Promise<World> => {
  const { store } = platform;
  const scoring = composeScoring(platform);
  const put = (key: { table: 'people' | 'plans'; pk: string; sk: string }, doc: unknown, more: Partial<Item> = {}) =>
    store.write({ op: 'put', table: key.table, item: { pk: key.pk, sk: key.sk, doc: JSON.stringify(doc), ...more } });
  let index: PlanIndexEntry[] = [];
  const handlerOf = (message: Message): SqsHandler =>
    FOR_EVERYBODY.has(message.message) ? scoring.onPlanPublished : scoring.onFactCredited;

  const world: World = {
    platform,
    scoring,
    async deliver(messages, { expectFailures = false } = {}) {
      const [first] = messages;
      if (!first) return [];
      const { batchItemFailures } = await handlerOf(first)(eventOf(messages));
      if (!expectFailures && batchItemFailures.length > 0) throw new Error(`${batchItemFailures.length} messages failed`);
      return batchItemFailures.map(({ itemIdentifier }) => Number(itemIdentifier));
    },
    async publish(...published) {
      for (const version of published) {
        const { planId, effectiveFrom, digest, document } = version;
        const countsTeam = document.metrics.some((one) => factTypesOf(one).includes(TEAM_FACT_TYPE)) ? { countsTeam: true as const } : {};
        const pays = document.rewards.some(({ kind }) => kind === 'draw') ? { paysWithoutFacts: true as const } : {};
        index = [
          ...index,
          { planId, version: version.version, effectiveFrom, appliesTo: document.appliesTo, digest, ...countsTeam, ...pays },
        ];
        await put(planVersionKey(planId, version.version) as { table: 'plans'; pk: string; sk: string }, version);
        await put(planIndexKey('le') as { table: 'plans'; pk: string; sk: string }, index, { version: index.length });
      }
    },
    async book(employeeId = 'e-1', period = PERIOD) {
      const book = await readBook(store, employeeId, period);
      if (!book) throw new Error(`no book of ${employeeId} in ${period}`);
      return book;
    },
    async putEmployee(id, { orgUnitId = 'team', positionId = 'sales', hiredOn = '2025-01-01', leftOn = null } = {}) {
      const employee = {
        id,
        legalEntityId: 'le',
        name: id,
        hiredOn: hiredOn as LocalDate,
        leftOn,
        assignments: [{ from: hiredOn, orgUnitId, positionId }],
        externalIds: [],
        mobile: null,
        language: 'zh-CN',
      };
      const key = employeeKey(id) as { table: 'people'; pk: string; sk: string };
      await put(key, employee, { version: 1, gsi1pk: employeesIndex('le'), gsi1sk: `EMPLOYEE#${id}` });
    },
    async putOrg(units) {
      const doc = {
        version: 2,
        units: units.map(([id, parentId, managerEmployeeId]) => ({
          id,
          legalEntityId: 'le',
          name: { zh: id, en: id },
          parentId,
          managerEmployeeId,
        })),
      };
      await put(orgKey('le') as { table: 'people'; pk: string; sk: string }, doc, { version: 2 });
    },
    async setTargets(sets, version, period = PERIOD) {
      const [first] = sets;
      const employeeId = first?.of.kind === 'person' ? first.of.id : null;
      const key = employeeId === null ? placeTargetsKey('le', period) : personTargetsKey(employeeId, period);
      await put(key as { table: 'plans'; pk: string; sk: string }, employeeId === null ? sets : first, { version });
      return { message: 'targets.changed', legalEntityId: 'le', period, employeeId, version };
    },
  };
  await put(entityKey('le') as { table: 'people'; pk: string; sk: string }, {
    id: 'le',
    name: { zh: 'le', en: 'le' },
    timeZone: 'Asia/Shanghai',
    bankTemplate: 'generic-csv',
    payday: 0,
  });
  const unit = (id: string, parentId: string | null, managerEmployeeId: string | null) => ({
    id,
    legalEntityId: 'le',
    name: { zh: id, en: id },
    parentId,
    managerEmployeeId,
  });
  const units = [unit('top', null, 'boss'), unit('team', 'top', 'lead'), unit('other', 'top', 'other-lead')];
  await put(orgKey('le') as { table: 'people'; pk: string; sk: string }, { version: 1, units }, { version: 1 });
  await world.putEmployee('e-1');
  await world.putEmployee('e-2');
  await world.publish(...versions);
  return world;
};

/** Everything that scoring holds of a person's month, less what only says how it came about. Customers without a standing order are as none. */
export const contentOf = ({ platform }: World): unknown[] =>
  platform.store
    .dump('scores')
    .filter(({ item }) => !item.pk.startsWith('OUTBOX#') && !['GENERATION', 'VERSION'].includes(item.sk) && item['standing'] !== 0)
    .map(({ item }) => {
      if (item.sk !== 'BOOK') return { ...item, book: 0 };
      const { version: _version, updatedAt: _updatedAt, ...book } = JSON.parse(String(item['doc'])) as Book;
      return { ...item, version: 0, doc: book };
    });
