import { z } from 'zod';
import { monthSchema, slugSchema } from '../../../shared/contracts/common.ts';
import { principalOf, type Routes } from '../../../shared/runtime/http/api.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { employeeKey } from '../../people/read.ts';
import { giveConsent } from '../app/give-consent.ts';
import { monthEvents, monthVisits } from '../app/read-visits.ts';
import { type Consent, mayLocate } from '../domain/consent.ts';
import {
  balancesKey,
  clockKey,
  consentKey,
  entriesKey,
  parseBalances,
  parseClock,
  parseConsent,
  parseEntries,
  parseRoster,
  rosterKey,
} from '../store.ts';
import { json, jsonBody, visitAnswer, visitView, writeProblems } from './answers.ts';

const consentAnswer = z
  .object({
    given: z.boolean(),
    history: z.array(z.object({ given: z.boolean(), textVersion: z.string(), at: z.string() })).describe('Oldest first'),
  })
  .meta({ id: 'LocationConsent' });
const consentView = (consent: Consent): z.infer<typeof consentAnswer> => ({ given: mayLocate(consent), history: [...consent.history] });

/** What a person decides about the own location, and what is held about it. */
export const addPrivacyRoutes = ({ add }: Routes, platform: Platform): void => {
  const { store, log } = platform;
  const ownId = async (employeeId: string | null): Promise<string> => {
    if (employeeId === null || !(await store.get(employeeKey(employeeId)))) throw new ProblemError('not_found');
    return employeeId;
  };

  add(
    {
      method: 'get',
      path: '/v1/me/location-consent',
      access: { roles: [], self: true },
      tags: ['attendance'],
      summary: 'Whether I agreed to be located at check-in',
      description: 'The employee of the token.',
      responses: { 200: json(consentAnswer, 'What holds, and what was said before') },
    },
    async (c) => c.json(consentView(parseConsent(await store.get(consentKey(await ownId(principalOf(c).employeeId))))), 200),
  );

  add(
    {
      method: 'put',
      path: '/v1/me/location-consent',
      access: { roles: [], self: true },
      tags: ['attendance'],
      summary: 'Agree to be located at check-in, or withdraw it',
      description:
        'The employee of the token, for himself or herself. Withdrawn, positions are no longer taken and those held are erased at once; visits and what they paid stay. Who works without location checks in without a position, and a supervisor confirms.',
      request: {
        body: jsonBody(
          z.strictObject({ given: z.boolean(), textVersion: slugSchema.describe('Which text was shown: its name and version') }),
        ),
      },
      responses: { 200: json(consentAnswer, 'What holds now'), ...writeProblems },
    },
    async (c) => c.json(consentView(await giveConsent(platform, await ownId(principalOf(c).employeeId), c.req.valid('json'))), 200),
  );

  add(
    {
      method: 'get',
      path: '/v1/me/attendance-export/{period}',
      access: { roles: [], self: true },
      tags: ['attendance'],
      summary: 'Everything that is held about my visits and days of a month',
      description:
        'The employee of the token: what the phone sent, with positions not erased yet, follow-ups, evidence, decisions, verdicts, consent; records of clocks, leave and corrections. Logged.',
      request: { params: z.object({ period: monthSchema }) },
      responses: {
        200: json(
          z
            .object({
              employeeId: z.string(),
              period: z.string(),
              consent: consentAnswer,
              events: z.array(z.record(z.string(), z.unknown())).describe('As they are stored'),
              visits: z.array(visitAnswer),
              clockRecords: z.array(z.record(z.string(), z.unknown())).describe('Of the month'),
              roster: z.record(z.string(), z.string().nullable()).describe('Of the month'),
              entries: z.array(z.record(z.string(), z.unknown())).describe('Leave, trips, overtime and corrections of the year'),
              leaveDays: z.record(z.string(), z.number()).describe('Granted for the year'),
            })
            .meta({ id: 'AttendanceExport' }),
          'The data, for reading and for taking away',
        ),
      },
    },
    async (c) => {
      const { period } = c.req.valid('param');
      const { subject, employeeId: given } = principalOf(c);
      const employeeId = await ownId(given);
      log.info('position.read', { subject, employeeId, period, requestId: c.get('requestId') });
      const year = Number(period.slice(0, 4));
      const [[consentItem, clock, roster, entries, balances], events, visits] = await Promise.all([
        store.getMany([
          consentKey(employeeId),
          clockKey(employeeId, period),
          rosterKey(employeeId, period),
          entriesKey(employeeId, year),
          balancesKey(employeeId, year),
        ]),
        monthEvents(store, employeeId, period),
        monthVisits(store, employeeId, period),
      ]);
      return c.json(
        {
          employeeId,
          period,
          consent: consentView(parseConsent(consentItem)),
          events: events.map((event) => ({ ...event }) as Record<string, unknown>),
          visits: visits.map(visitView),
          clockRecords: parseClock(clock).value.map((record) => ({ ...record })),
          roster: parseRoster(roster).value,
          entries: parseEntries(entries).value.map((entry) => ({ ...entry }) as Record<string, unknown>),
          leaveDays: parseBalances(balances).value,
        },
        200,
      );
    },
  );
};
