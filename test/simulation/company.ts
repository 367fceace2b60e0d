/** Sets a seed's company up through the use cases of people and ingest, and publishes plans as their owners would. */
import { decideStoredAdjustment, proposeAdjustment } from '../../services/bonus/app/adjustments.ts';
import { ownerGuesses } from '../../services/ingest/app/fact-knowledge.ts';
import type { Outcome } from '../../services/ingest/app/fact-steps.ts';
import { recordFacts } from '../../services/ingest/app/record-facts.ts';
import { saveSource } from '../../services/ingest/app/save-source.ts';
import { putEmployee } from '../../services/people/app/put-employee.ts';
import { putLegalEntity } from '../../services/people/app/put-legal-entity.ts';
import { putOrgUnits } from '../../services/people/app/put-org-units.ts';
import { putPayTerms } from '../../services/people/app/put-pay-terms.ts';
import { NO_PRECONDITION } from '../../services/people/domain/precondition.ts';
import { employeeKey, parseEmployee, versionOf } from '../../services/people/read.ts';
import { changeTargets } from '../../services/plans/app/change-targets.ts';
import { approveStoredDraft, replaceDraft, verifyStoredDraft } from '../../services/plans/app/drafts.ts';
import { publishPlan } from '../../services/plans/app/publish-plan.ts';
import { readTargets } from '../../services/plans/app/read-targets.ts';
import { parsePlanIndex, planIndexKey } from '../../services/plans/read.ts';
import { incomingFactSchema } from '../../shared/contracts/facts.ts';
import { type Employee, employeeSchema, legalEntitySchema, orgUnitSchema, payTermsSchema } from '../../shared/contracts/people.ts';
import { planDocumentSchema } from '../../shared/contracts/plans.ts';
import { type Source, sourceSchema } from '../../shared/contracts/sources.ts';
import { DEFAULT_ADJUSTMENT_LIMITS } from '../../shared/kernel/adjustment-rule.ts';
import { localDate, month } from '../../shared/kernel/period.ts';
import { planDocument } from './plan-set.ts';
import type { Services } from './processes.ts';
import type { AdjustmentStep, MoveStep, PlanStep, SourceEvent, TargetStep, Workload } from './workload.ts';

export const WEBHOOK_SECRET = `whsec_${Buffer.from('the secret of the simulated source').toString('base64')}`;
const mayWrite = (): boolean => true;
const OPTIONS = { precondition: NO_PRECONDITION, mayWrite };
const must = (result: { readonly ok: boolean }, what: string): void => {
  if (!result.ok) throw new Error(`${what}: ${JSON.stringify(result)}`);
};

export const sourceOf = ({ source, legalEntityId }: Workload): Source =>
  sourceSchema.parse({
    id: source,
    kind: 'standard-webhooks',
    legalEntityId,
    name: { zh: '模拟来源', en: 'Simulated source' },
    secrets: [WEBHOOK_SECRET],
    mapping: { shipped: 'standard-facts' },
  });

const assignment = ({ seed }: Workload, from: string, family: string) => ({
  from,
  orgUnitId: `unit-${seed}`,
  positionId: `${family}-${seed}`,
});
/** `isMoved`: with the move that becomes known later. */
const employeeOf = (workload: Workload, id: string, withLateOwner: boolean, isMoved: boolean): Employee => {
  const person = workload.people.find((one) => one.id === id);
  if (!person) throw new Error(`nobody is ${id}`);
  const owners = withLateOwner && workload.lateEmployee === id ? [...person.owners, workload.lateOwner] : person.owners;
  return employeeSchema.parse({
    id,
    legalEntityId: workload.legalEntityId,
    name: `员工 ${id}`,
    hiredOn: '2026-10-01',
    assignments: [
      assignment(workload, '2026-10-01', person.family),
      ...(isMoved ? workload.moves.filter(({ employeeId }) => employeeId === id) : []).map(({ from, family }) =>
        assignment(workload, from, family),
      ),
    ],
    externalIds: owners.map((externalId) => ({ source: workload.source, externalId })),
  });
};

const leadOf = ({ legalEntityId, seed }: Workload, id: string): Employee =>
  employeeSchema.parse({
    id,
    legalEntityId,
    name: '主管',
    hiredOn: '2026-10-01',
    assignments: [{ from: '2026-10-01', orgUnitId: `unit-${seed}`, positionId: `lead-${seed}` }],
  });

/** Of the person in this place: nobody earns what another one does. */
export const salaryFen = (index: number): number => 800_000 + index * 100_001;

/** Legal entity, org unit, people with pay terms, source: all there before the first event. */
export const foundCompany = async ({ platforms }: Services, workload: Workload, everyOwner: boolean): Promise<void> => {
  const { legalEntityId, seed } = workload;
  const { store } = platforms.people;
  must(
    await putLegalEntity(store, legalEntitySchema.parse({ id: legalEntityId, name: { zh: '公司', en: 'Company' } }), NO_PRECONDITION),
    'legal entity',
  );
  const managerEmployeeId = workload.lead;
  const unit = orgUnitSchema.parse({ id: `unit-${seed}`, legalEntityId, name: { zh: '销售部', en: 'Sales' }, managerEmployeeId });
  must(await putOrgUnits(platforms.people, legalEntityId, [unit], NO_PRECONDITION), 'org units');
  const everybody = [
    ...workload.people.map(({ id }) => employeeOf(workload, id, everyOwner, everyOwner)),
    ...(workload.lead === null ? [] : [leadOf(workload, workload.lead)]),
  ];
  for (const [index, employee] of everybody.entries()) {
    const { id } = employee;
    must(await putEmployee(platforms.people, employee, OPTIONS), 'employee');
    const terms = payTermsSchema.parse({
      taxResidence: 'resident',
      payItems: [{ from: '2026-10-01', item: 'base-salary', amountFen: salaryFen(index) }],
      insurance: [{ from: '2026-10-01', city: 'shanghai', baseFen: 1_000_000, fundBaseFen: 1_000_000, fundPercent: '7' }],
      bankAccount: { bank: '银行', accountName: `员工 ${id}`, accountNumber: `62258800000000${index}0` },
    });
    must(await putPayTerms(store, id, terms, OPTIONS), 'pay terms');
  }
  await saveSource(platforms.ingest.store, sourceOf(workload), undefined);
};

/** The account that nobody knew is registered. True when it is. */
export const registerLateOwner = (services: Services, workload: Workload): Promise<boolean> =>
  changeEmployee(services, workload.lateEmployee, (employee) => ({
    ...employee,
    externalIds: employeeOf(workload, workload.lateEmployee, true, false).externalIds,
  }));
/** Somebody works as something else. True when it is on record. */
export const moveEmployee = (services: Services, workload: Workload, { employeeId }: MoveStep): Promise<boolean> =>
  changeEmployee(services, employeeId, (employee) => ({
    ...employee,
    assignments: employeeOf(workload, employeeId, false, true).assignments,
  }));

/** What several change at once is changed as it was read, or not at all. */
const changeEmployee = async ({ platforms }: Services, id: string, change: (employee: Employee) => Employee): Promise<boolean> => {
  const item = await platforms.people.store.get(employeeKey(id));
  const employee = parseEmployee(item);
  if (!employee) return false;
  const precondition = { kind: 'version', oneOf: [versionOf(item)] } as const;
  return (await putEmployee(platforms.people, change(employee), { precondition, mayWrite })).ok;
};

/**
 * One version of a plan: drafted and verified by one person, approved and published by another. True when it is out; the version before
 * must be. Begun again after a crash it goes on where it stood.
 */
export const publishStep = async ({ platforms }: Services, workload: Workload, step: PlanStep): Promise<boolean> => {
  const { plans } = platforms;
  const { legalEntityId } = workload;
  const index = parsePlanIndex(await plans.store.get(planIndexKey(legalEntityId)));
  const latest = Math.max(0, ...index.entries.flatMap(({ planId, version }) => (planId === step.planId ? [version] : [])));
  if (latest >= step.version) return true;
  if (latest < step.version - 1) return false;
  const caller = (subject: string) => ({ subject, at: plans.clock.now(), mayReach: mayWrite });
  const document = planDocumentSchema.parse(planDocument(step.key, step.planId, legalEntityId, step.appliesTo));
  must(await replaceDraft(plans.store, document, 'none', caller('owner')), 'draft');
  const verified = await verifyStoredDraft(plans.store, step.planId, caller('owner'));
  must(verified, 'verify');
  if (!verified.ok) return false;
  must(await approveStoredDraft(plans.store, step.planId, verified.value.digest, caller('approver')), 'approve');
  const request = { effectiveFrom: localDate(step.effectiveFrom), expectedVersion: step.version - 1 };
  const published = await publishPlan(plans, step.planId, request, caller('approver'));
  return published.ok && published.value.entry.version >= step.version;
};

/** One version of a target, set as its owner would. True when it stands; the version before must. */
export const setTarget = async ({ platforms }: Services, { legalEntityId }: Workload, step: TargetStep): Promise<boolean> => {
  const { plans } = platforms;
  const of = { kind: step.kind, id: step.id };
  const inMonth = { legalEntityId, period: month(step.period) };
  const stored = (await readTargets(plans.store, inMonth, of))?.set.version ?? 0;
  if (stored >= step.version) return true;
  if (stored < step.version - 1) return false;
  const wanted = { of, how: 'merge' as const, targets: { sales: step.target } };
  const changes = [{ pointerOf: () => '/targets/sales', placePath: '/id', wanted }];
  const request = { month: inMonth, changes, reason: '模拟', precondition: stored === 0 ? ('absent' as const) : { version: stored } };
  const caller = { subject: 'owner', at: plans.clock.now(), mayReach: mayWrite };
  return (await changeTargets(plans, request, caller)).ok;
};

/** True when it is on record. */
export const proposeStep = async ({ platforms }: Services, { legalEntityId }: Workload, step: AdjustmentStep): Promise<boolean> => {
  const { id, employeeId, period, amountFen } = step;
  const words = { category: 'bonus', reason: '模拟', evidence: '模拟' } as const;
  const by = { subject: 'proposer', employeeId: null, role: 'payroll' } as const;
  const proposal = { id, legalEntityId, employeeId, period, amountFen, ...words };
  return (await proposeAdjustment(platforms.bonus, proposal, by, DEFAULT_ADJUSTMENT_LIMITS)).ok;
};
/** True when it is decided; it may not be proposed yet. */
export const decideStep = async (
  { platforms }: Services,
  { legalEntityId }: Workload,
  { id, period, decision }: AdjustmentStep,
  subject: string,
): Promise<boolean> => {
  const request = { decision, by: { subject, employeeId: null }, reason: '模拟' };
  return (await decideStoredAdjustment(platforms.bonus, { legalEntityId, period, id }, request)).ok;
};

/** As the source's JSON says it. */
export const payloadOf = (event: SourceEvent): Record<string, unknown> => ({
  id: event.id,
  type: event.type,
  revision: event.revision,
  occurredAt: event.occurredAt,
  credits: event.claims.map(({ owner, percent }) => ({ externalOwner: owner, share: percent })),
  subject: event.subject,
  ...(event.amountFen === null ? {} : { amountFen: event.amountFen }),
  attributes: event.attributes,
  voided: event.voided,
});

/** Straight into the use case, without HTTP. */
export const recordEvents = ({ platforms }: Services, workload: Workload, events: readonly SourceEvent[]): Promise<readonly Outcome[]> => {
  const source = sourceOf(workload);
  const { store, queue, clock } = platforms.ingest;
  const works = events.map((event) => ({ do: 'record' as const, source, fact: incomingFactSchema.parse(payloadOf(event)) }));
  return recordFacts({ store, queue, clock, guesses: ownerGuesses() }, works, async () => source);
};
