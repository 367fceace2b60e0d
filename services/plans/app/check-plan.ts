/** From anything that claims to be a plan to every finding at once: its shape, and the meaning of all parts whose shape is right. */
import type { z } from 'zod';
import { idSchema } from '../../../shared/contracts/common.ts';
import { SHIPPED_FACT_TYPES } from '../../../shared/contracts/facts.ts';
import {
  appliesToSchema,
  indicatorSchema,
  metricSchema,
  type PlanDocument,
  planDocumentSchema,
  rewardSchema,
  schemeGateSchema,
  schemeProjectsSchema,
} from '../../../shared/contracts/plans.ts';
import { TEAM_FACT_TYPE } from '../../../shared/kernel/metric-facts.ts';
import { arrange, type Finding, hasErrors } from '../domain/finding.ts';
import { type PartList, type PlanParts, partsOf } from '../domain/plan-parts.ts';
import { verifyPlan } from '../domain/verify-plan.ts';
import { runExamples } from './run-examples.ts';
import { shapeFindings } from './shape-findings.ts';

const OPTIONS = { knownFactTypes: new Set<string>([...SHIPPED_FACT_TYPES, TEAM_FACT_TYPE]) };

/** Findings about a document whose shape is known to be right. Examples are run where nothing else is wrong: only then can it be computed. */
export const checkDocument = (document: PlanDocument): readonly Finding[] => {
  const findings = verifyPlan(partsOf(document), OPTIONS);
  return hasErrors(findings) ? findings : arrange([...findings, ...runExamples(document)]);
};

/** `document` is there when the shape is right, whatever the findings say. */
export const checkPlan = (input: unknown): { readonly document?: PlanDocument; readonly findings: readonly Finding[] } => {
  const parsed = planDocumentSchema.safeParse(input);
  if (parsed.success) return { document: parsed.data, findings: checkDocument(parsed.data) };
  return { findings: arrange([...shapeFindings(parsed.error, input), ...verifyPlan(readableParts(input), OPTIONS)]) };
};

const member = (of: unknown, name: string): unknown =>
  typeof of === 'object' && of !== null && Object.hasOwn(of, name) ? (of as Record<string, unknown>)[name] : undefined;

/** More than the schema allows is refused by the shape; what is looked at here is bounded all the same. */
const MAX_PARTS = 60;

/** The parts of a list that can be read, each at its place. Absent lists are empty; anything else is a list of which nothing is known. */
const readable = <T>(path: string, value: unknown, schema: z.ZodType<T>): PartList<T> => {
  if (value === undefined) return { parts: [], brokenIds: new Set(), unnamed: false, complete: true };
  if (!Array.isArray(value)) return { parts: [], brokenIds: new Set(), unnamed: true, complete: false };
  const parts: { path: string; value: T }[] = [];
  const brokenIds = new Set<string>();
  let unnamed = value.length > MAX_PARTS;
  value.slice(0, MAX_PARTS).forEach((item: unknown, index) => {
    const parsed = schema.safeParse(item);
    if (parsed.success) {
      parts.push({ path: `${path}/${index}`, value: parsed.data });
      return;
    }
    const id = member(item, 'id');
    if (typeof id === 'string') brokenIds.add(id);
    else unnamed = true;
  });
  return { parts, brokenIds, unnamed, complete: parts.length === value.length };
};

const readableParts = (input: unknown): PlanParts => {
  const legalEntityId = idSchema.safeParse(member(input, 'legalEntityId'));
  const appliesTo = appliesToSchema.safeParse(member(input, 'appliesTo'));
  const scheme = member(input, 'scheme');
  const projects = schemeProjectsSchema.safeParse(member(scheme, 'projects'));
  return {
    ...(legalEntityId.success ? { legalEntityId: legalEntityId.data } : {}),
    ...(appliesTo.success ? { appliesTo: appliesTo.data } : {}),
    metrics: readable('/metrics', member(input, 'metrics'), metricSchema),
    hasScheme: scheme !== undefined,
    indicators: readable('/scheme/indicators', member(scheme, 'indicators'), indicatorSchema),
    gates: readable('/scheme/gates', member(scheme, 'gates'), schemeGateSchema),
    ...(projects.success ? { projects: projects.data } : {}),
    rewards: readable('/rewards', member(input, 'rewards'), rewardSchema),
  };
};
