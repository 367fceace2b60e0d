import { z } from 'zod';
import { checkInSchema, deviceSchema } from '../../../shared/contracts/attendance.ts';
import { idSchema, instantSchema, slugSchema } from '../../../shared/contracts/common.ts';
import { principalOf, problemSchema, type Routes } from '../../../shared/runtime/http/api.ts';
import { fieldErrors, ProblemError } from '../../../shared/runtime/http/problem.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { recordCheckIn, type Upload } from '../app/record-check-in.ts';
import { recordFollowUp } from '../app/record-follow-up.ts';
import { json, jsonBody, mutableProblem, visitAnswer, visitIdSchema, visitView, writeProblems } from './answers.ts';

const MAX_BATCH = 50;

const checkInResult = z.object({
  index: z.int(),
  clientSequence: z.int().nullable(),
  outcome: z.enum(['recorded', 'duplicate', 'refused']),
  id: z.string().nullable(),
  visit: visitAnswer.nullable().describe('As it stands after this record; null for a check-out'),
  problem: problemSchema.nullable(),
});
type CheckInResult = z.infer<typeof checkInResult>;

/** The employee of the token: nobody checks in for somebody else. */
const callerOf = (employeeId: string | null): string => {
  if (employeeId === null) throw new ProblemError('forbidden');
  return employeeId;
};

/** What phones send. */
export const addCheckInRoutes = ({ add }: Routes, platform: Platform): void => {
  add(
    {
      method: 'post',
      path: '/v1/check-ins',
      access: { roles: [], self: true },
      tags: ['attendance'],
      summary: `Upload up to ${MAX_BATCH} check-ins and check-outs of the own phone`,
      description:
        'The employee of the token. Each record is taken or refused alone, in the order given; queueId and clientSequence are its id, so that an offline queue may be uploaded as often as it takes. A position needs its coordinate system, and consent to be located (PUT /v1/me/location-consent); without position a supervisor confirms the visit. The phone’s clock is put right by sentAt. A check-in is answered with its verdict, every test made, and why.',
      request: {
        body: jsonBody(
          z.strictObject({
            queueId: slugSchema.describe('Of the installation that counts clientSequence'),
            device: deviceSchema.default({ id: null, emulator: false, rooted: false }),
            sentAt: instantSchema.describe('By the phone’s clock, when this is sent'),
            checkIns: z
              .array(z.unknown())
              .min(1)
              .max(MAX_BATCH)
              .describe('clientSequence, kind (check-in, check-out), at, position, customerId, purpose, photo, mockLocation'),
          }),
        ),
      },
      responses: { 200: json(z.object({ results: z.array(checkInResult) }).meta({ id: 'CheckInResults' }), 'One result a record') },
    },
    async (c) => {
      const { queueId, device, sentAt, checkIns } = c.req.valid('json');
      const upload: Upload = { employeeId: callerOf(principalOf(c).employeeId), queueId, device, sentAt };
      const results: CheckInResult[] = [];
      for (const [index, given] of checkIns.entries()) results.push(await takeOne(platform, upload, given, index));
      return c.json({ results }, 200);
    },
  );

  add(
    {
      method: 'post',
      path: '/v1/follow-ups',
      access: { roles: [], self: true },
      tags: ['attendance'],
      summary: 'Record what came of a visit',
      description:
        'The employee of the token. It belongs to the visit it names, or else to the last check-in at the customer before it; before the check-in has arrived it waits. The same id again changes nothing. Follow-ups of the CRM come by its webhook.',
      request: {
        body: jsonBody(
          z
            .strictObject({
              id: slugSchema.describe('Of the app’s choice, once per follow-up'),
              at: instantSchema,
              customerId: idSchema.optional(),
              visitId: visitIdSchema.optional(),
              content: z
                .string()
                .min(1)
                .max(2000)
                .regex(/^\P{Cs}*$/u, 'text without half a character'),
            })
            .refine(({ customerId, visitId }) => customerId !== undefined || visitId !== undefined, 'customerId or visitId'),
        ),
      },
      responses: {
        200: json(
          z
            .object({
              outcome: z.enum(['recorded', 'duplicate']),
              visit: visitAnswer.nullable().describe('Null: none yet, or known before'),
            })
            .meta({ id: 'FollowUpResult' }),
          'The visit it follows up',
        ),
        ...writeProblems,
      },
    },
    async (c) => {
      const { customerId = null, visitId = null, ...rest } = c.req.valid('json');
      const recorded = await recordFollowUp(platform, callerOf(principalOf(c).employeeId), { ...rest, customerId, visitId });
      return c.json({ outcome: recorded.outcome, visit: recorded.visit && visitView(recorded.visit) }, 200);
    },
  );
};

/** What a phone may be told of one record. Anything else that goes wrong fails the request, and the phone sends it again. */
const REFUSALS: ReadonlySet<string> = new Set(['invalid_request', 'conflict']);

const takeOne = async (platform: Platform, upload: Upload, given: unknown, index: number): Promise<CheckInResult> => {
  const nothing = { index, id: null, visit: null, problem: null };
  const parsed = checkInSchema.safeParse(given);
  if (!parsed.success) {
    const problem = mutableProblem(
      new ProblemError('invalid_request', undefined, { errors: fieldErrors(parsed.error, `/checkIns/${index}`) }),
    );
    return { ...nothing, clientSequence: sequenceIn(given), outcome: 'refused', problem };
  }
  const { clientSequence } = parsed.data;
  try {
    const { id, outcome, visit } = await recordCheckIn(platform, upload, parsed.data);
    return { ...nothing, clientSequence, outcome, id, visit: visit && visitView(visit) };
  } catch (error) {
    if (!(error instanceof ProblemError) || !REFUSALS.has(error.code)) throw error;
    const { errors } = error;
    const placed = errors.map((one) => ({ ...one, pointer: `/checkIns/${index}${one.pointer}` }));
    const problem = mutableProblem(new ProblemError(error.code, { zh: error.detailZh, en: error.message }, { errors: placed }));
    return { ...nothing, clientSequence, outcome: 'refused', problem };
  }
};

/** The sequence that a refused record seems to have, so that the phone finds it again. */
const sequenceIn = (record: unknown): number | null => {
  if (typeof record !== 'object' || record === null || !Object.hasOwn(record, 'clientSequence')) return null;
  const { clientSequence } = record as { clientSequence?: unknown };
  return Number.isSafeInteger(clientSequence) ? (clientSequence as number) : null;
};
