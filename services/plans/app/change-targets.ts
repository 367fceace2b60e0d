/**
 * Targets are set: what is set, its history and the message to scoring in one transaction, in chunks of places. Changes hold on what was
 * loaded; a lost race is decided again. The same targets again change nothing, so that an import that was cut off is simply repeated.
 */
import type { Store, WriteOperation } from '../../../shared/adapters/store.ts';
import type { LocalText } from '../../../shared/contracts/common.ts';
import type { TargetSet } from '../../../shared/contracts/targets.ts';
import { canonicalJson } from '../../../shared/kernel/canonical.ts';
import type { Month } from '../../../shared/kernel/period.ts';
import { fail, type Result, succeed } from '../../../shared/kernel/result.ts';
import { type OutboxRow, outboxRow, putRow, tell } from '../../../shared/runtime/outbox.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { employeeKey, entityKey, orgKey, parseEmployee, parseOrg } from '../../people/read.ts';
import { changeSet, type WantedTargets, withSet } from '../domain/change-targets.ts';
import { checkTargets, type Measures, measuresOf, type TargetPointer } from '../domain/check-targets.ts';
import { holds, type Precondition, type Refusal } from '../domain/draft.ts';
import { error, type Finding } from '../domain/finding.ts';
import { versionsInMonth } from '../domain/resolve-plan.ts';
import { isSamePlace, type PlaceTargets } from '../domain/resolve-targets.ts';
import {
  parsePersonTargets,
  parsePlaceTargets,
  parsePlanIndex,
  personTargetsKey,
  placeTargetsKey,
  planIndexKey,
  planLoader,
} from '../read.ts';
import { putPersonTargets, putPlaceTargets, putTargetChange, type TargetMonth } from '../store.ts';
import type { Caller } from './drafts.ts';

const MAX_ATTEMPTS = 8;
/** A place is two or three operations beside one for all places: well within a transaction. */
const CHUNK = 30;
/** All places of a month are one item of at most 400 KB. */
export const MAX_PLACES_BYTES = 300_000;

export interface ChangeRequest {
  readonly month: TargetMonth & { readonly period: Month };
  readonly changes: readonly Placed[];
  readonly reason: string;
  /** What the caller knows of the set, where only one is changed. */
  readonly precondition: Precondition;
}
/** A change with its place in the request, for the answer's pointers. */
export interface Placed {
  readonly pointerOf: TargetPointer;
  /** Where the request says for whom it is. */
  readonly placePath: string;
  readonly wanted: WantedTargets;
}
export interface Changed {
  readonly set: TargetSet;
  readonly isNew: boolean;
  readonly isChanged: boolean;
}
export interface TargetRefusal {
  readonly code: 'not_found' | 'invalid_request' | 'second_person_required' | 'precondition_failed' | 'payload_too_large';
  readonly reason?: LocalText;
  readonly errors?: Refusal['errors'];
}
export interface ChangeAnswer {
  readonly sets: readonly Changed[];
  /** Warnings only: what may not be meant. */
  readonly warnings: readonly Finding[];
}

/** Everything is checked before anything is stored; `store: false` only says what would change. @throws Error after 8 lost races. */
export const changeTargets = async (
  { store, queue }: Pick<Platform, 'store' | 'queue'>,
  request: ChangeRequest,
  { subject, employeeId, at, mayReach }: Caller,
  options: { readonly store: boolean } = { store: true },
): Promise<Result<ChangeAnswer, TargetRefusal>> => {
  const { month, changes, reason, precondition } = request;
  if (!mayReach(month.legalEntityId)) return fail({ code: 'not_found' });
  const checked = await checkChanges(store, month, changes);
  if (!checked) return fail({ code: 'not_found' });
  if (changes.some(({ wanted: { of } }) => of.kind === 'person' && of.id === employeeId)) {
    return fail({
      code: 'second_person_required',
      reason: { zh: '本人的目标须由他人设定', en: 'nobody sets his or her own target' },
    });
  }
  const errors = checked.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    const shown = errors.slice(0, 50).map(({ path, code, en, zh }) => ({ pointer: path, code, detail: `${zh} / ${en}` }));
    return fail({
      code: 'invalid_request',
      reason: { zh: `目标有 ${errors.length} 处错误,未保存任何内容`, en: `the targets have ${errors.length} faults; nothing was stored` },
      errors: shown,
    });
  }
  const sets: Changed[] = [];
  for (let start = 0; start < changes.length; start += CHUNK) {
    const chunk = changes.slice(start, start + CHUNK);
    const stored = await storeChunk(store, month, chunk, { reason, precondition, changedBy: subject, changedAt: at, store: options.store });
    if (!stored.ok) return stored;
    await tell(queue, stored.value.rows);
    sets.push(...stored.value.sets);
  }
  return succeed({ sets, warnings: checked.slice(0, 50) });
};

interface Storing {
  readonly reason: string;
  readonly precondition: Precondition;
  readonly changedBy: string;
  readonly changedAt: Caller['at'];
  readonly store: boolean;
}
interface Decided {
  readonly sets: readonly Changed[];
  readonly rows: readonly OutboxRow[];
  readonly operations: readonly WriteOperation[];
}

const storeChunk = async (
  store: Store,
  month: TargetMonth,
  chunk: readonly Placed[],
  storing: Storing,
): Promise<Result<Decided, TargetRefusal>> => {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const decided = await decideChunk(store, month, chunk, storing);
    if (!decided.ok || !storing.store || decided.value.operations.length === 0) return decided;
    if ((await store.transact(decided.value.operations)).ok) return decided;
  }
  throw new Error(`the targets of ${month.legalEntityId} in ${month.period} changed with every one of ${MAX_ATTEMPTS} attempts`);
};

const decideChunk = async (
  store: Store,
  month: TargetMonth,
  chunk: readonly Placed[],
  storing: Storing,
): Promise<Result<Decided, TargetRefusal>> => {
  const people = chunk.filter(({ wanted }) => wanted.of.kind === 'person');
  const [placesItem, ...personItems] = await store.getMany([
    placeTargetsKey(month.legalEntityId, month.period),
    ...people.map(({ wanted }) => personTargetsKey(wanted.of.id, month.period)),
  ]);
  const before = parsePlaceTargets(placesItem);
  let places: PlaceTargets = before;
  const sets: Changed[] = [];
  const operations: WriteOperation[] = [];
  const rows: OutboxRow[] = [];
  for (const one of chunk) {
    const { of } = one.wanted;
    const known =
      of.kind === 'person' ? parsePersonTargets(personItems[people.indexOf(one)]) : before.sets.find((set) => isSamePlace(set.of, of));
    if (!holds(storing.precondition, known)) return fail({ code: 'precondition_failed' });
    const set = changeSet(known, one.wanted);
    const isChanged = set.version !== (known?.version ?? 0);
    sets.push({ set, isNew: isChanged && known === undefined, isChanged });
    if (!isChanged) continue;
    const { reason, changedBy, changedAt } = storing;
    operations.push(putTargetChange(month, { set, reason, changedBy, changedAt }));
    if (of.kind !== 'person') places = withSet(places, set);
    else {
      operations.push(putPersonTargets(month, set));
      rows.push(changedRow(month, of.id, set.version, changedAt));
    }
  }
  if (places !== before) {
    places = { ...places, version: before.version + 1 };
    if (Buffer.byteLength(canonicalJson(places.sets)) > MAX_PLACES_BYTES) return fail({ code: 'payload_too_large' });
    operations.push(putPlaceTargets(month, places));
    rows.push(changedRow(month, null, places.version, storing.changedAt));
  }
  return succeed({ sets, rows, operations: [...operations, ...rows.map(putRow)] });
};

const changedRow = (month: TargetMonth, employeeId: string | null, version: number, at: Caller['at']): OutboxRow =>
  outboxRow('plans', { message: 'targets.changed', ...month, period: month.period as Month, employeeId, version }, at);

/** Whether places and indicators are on record, and the numbers can be meant. `undefined`: there is no such legal entity. */
const checkChanges = async (
  store: Store,
  { legalEntityId, period }: ChangeRequest['month'],
  changes: readonly Placed[],
): Promise<readonly Finding[] | undefined> => {
  const people = changes.filter(({ wanted }) => wanted.of.kind === 'person');
  const [entity, orgItem, indexItem, ...employees] = await store.getMany([
    entityKey(legalEntityId),
    orgKey(legalEntityId),
    planIndexKey(legalEntityId),
    ...people.map(({ wanted }) => employeeKey(wanted.of.id)),
  ]);
  if (!entity) return undefined;
  const units = new Set(parseOrg(orgItem).units.map(({ id }) => id));
  const measures = await measuresInForce(store, parsePlanIndex(indexItem), period);
  return changes.flatMap((one): Finding[] => {
    const { of, targets } = one.wanted;
    const isHere =
      of.kind === 'person'
        ? parseEmployee(employees[people.indexOf(one)])?.legalEntityId === legalEntityId
        : of.kind === 'org-unit'
          ? units.has(of.id)
          : of.kind === 'position' || of.id === legalEntityId;
    const given = Object.fromEntries(Object.entries(targets).filter((entry): entry is [string, string] => entry[1] !== null));
    return [
      ...(isHere
        ? []
        : [
            error(
              one.placePath,
              'place_unknown',
              `公司 ${legalEntityId} 没有 ${of.kind} ${of.id}`,
              `legal entity ${legalEntityId} has no ${of.kind} ${of.id}`,
            ),
          ]),
      ...checkTargets(one.pointerOf, given, measures),
    ];
  });
};

const measuresInForce = async (store: Store, index: ReturnType<typeof parsePlanIndex>, period: Month): Promise<Measures> => {
  const versions = await planLoader(store).loadMany(versionsInMonth(index.entries, period));
  return measuresOf(versions.map(({ document }) => document));
};
