import { z } from 'zod';
import type { Principal, Role } from '../../../shared/contracts/access.ts';
import { idSchema, instantSchema, localTextSchema, wholeNumber } from '../../../shared/contracts/common.ts';
import { type Api, type Ctx, createRoutes, principalOf } from '../../../shared/runtime/http/api.ts';
import { logPayRead } from '../../../shared/runtime/http/pay-read.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { entityAllowed } from '../../../shared/runtime/http/scope.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { employeeKey, parseEmployee } from '../../people/read.ts';
import { readNotice } from '../app/read-notice.ts';
import { type Notice, noticeKey, noticesQuery, parseNotice } from '../read.ts';

const noticeAnswer = z
  .object({
    noticeId: z.string(),
    employeeId: z.string(),
    legalEntityId: z.string(),
    template: z.string(),
    title: localTextSchema.nullable().describe('null for operators'),
    body: z.object({ zh: z.string(), en: z.string() }).nullable().describe('null for operators'),
    link: z.string().nullable().describe('null for operators'),
    language: z.enum(['zh-CN', 'en']),
    requestedAt: instantSchema,
    sms: z.object({
      text: z.string().nullable().describe('What a text message would say, without any amount; null for operators'),
      segments: z.int(),
    }),
    attempts: z.array(z.object({ channel: z.enum(['local']), at: instantSchema, outcome: z.enum(['delivered']) })),
    readAt: instantSchema.nullable(),
  })
  .meta({ id: 'Notice' });
const noticePage = z.object({
  items: z.array(noticeAnswer),
  next: z.string().nullable().describe('Cursor of the next page; null at the end'),
});
const json = <T extends z.ZodType>(schema: T, description: string) => ({ description, content: { 'application/json': { schema } } });

const OTHERS = ['payroll', 'auditor', 'operator'] as const satisfies readonly Role[];

/** `whole` with what it says; `delivery` only that it was delivered. */
type Reach = 'whole' | 'delivery' | 'none';
const reachOf = (principal: Principal, of: { readonly employeeId: string; readonly legalEntityId: string }): Reach => {
  const has = (role: Role): boolean => principal.roles.has(role);
  if (isSelf(principal, of.employeeId)) return 'whole';
  if (!entityAllowed(principal, of.legalEntityId)) return 'none';
  return has('payroll') || has('auditor') ? 'whole' : has('operator') ? 'delivery' : 'none';
};
const isSelf = (principal: Principal, employeeId: string): boolean =>
  principal.roles.has('employee') && principal.employeeId === employeeId;

const view = ({ requestDigest: _digest, ...notice }: Notice, reach: 'whole' | 'delivery') => {
  const attempts = [...notice.attempts];
  return reach === 'whole'
    ? { ...notice, attempts }
    : { ...notice, attempts, title: null, body: null, link: null, sms: { text: null, segments: notice.sms.segments } };
};

/** Every route of the notify service. */
export const notifyHttp = (platform: Platform): Api => {
  const { store, log } = platform;
  const { api, add, cursors } = createRoutes(platform, 'notices');
  /** A notice can name an amount, so looking at somebody else's is logged like any look at pay. */
  const logRead = (c: Ctx, employeeId: string, reach: Reach): void => {
    if (reach !== 'whole' || isSelf(principalOf(c), employeeId)) return;
    logPayRead({ log }, c, employeeId, 'notices');
  };

  add(
    {
      method: 'get',
      path: '/v1/notices',
      access: { roles: OTHERS, self: true },
      tags: ['notices'],
      summary: 'Notices of a person',
      description:
        'The person himself or herself (the default); payroll and auditor for their legal entities; operators see that it was delivered, not what it says. Newest first.',
      request: {
        query: z.strictObject({
          employeeId: idSchema.optional().describe('The caller, unless given'),
          limit: wholeNumber(1, 200).default(50),
          cursor: z.string().max(3000).optional(),
        }),
      },
      responses: { 200: json(noticePage, 'One page') },
    },
    async (c) => {
      const principal = principalOf(c);
      const { limit, cursor, ...query } = c.req.valid('query');
      const employeeId = query.employeeId ?? (principal.roles.has('employee') ? principal.employeeId : null);
      if (employeeId === null) {
        throw new ProblemError('invalid_request', undefined, {
          errors: [{ pointer: '/query/employeeId', code: 'required', detail: 'say whose notices' }],
        });
      }
      const list = `notices ${employeeId}`;
      const startAfter = cursors.read(cursor, principal.subject, list);
      if (!isSelf(principal, employeeId)) {
        const employee = parseEmployee(await store.get(employeeKey(employeeId)));
        if (!employee || reachOf(principal, { employeeId, legalEntityId: employee.legalEntityId }) === 'none') {
          throw new ProblemError('not_found');
        }
      }
      const page = await store.query({ ...noticesQuery(employeeId), limit, ...(startAfter ? { startAfter } : {}) });
      const items = page.items.flatMap((item) => {
        const notice = parseNotice(item);
        const reach = notice ? reachOf(principal, notice) : 'none';
        return notice && reach !== 'none' ? [{ reach, notice: view(notice, reach) }] : [];
      });
      if (items.some(({ reach }) => reach === 'whole')) logRead(c, employeeId, 'whole');
      return c.json({ items: items.map(({ notice }) => notice), next: cursors.issue(page.next, principal.subject, list) }, 200);
    },
  );

  const noticeParams = z.object({ noticeId: z.string().min(1).max(300) });
  add(
    {
      method: 'get',
      path: '/v1/notices/{noticeId}',
      access: { roles: OTHERS, self: true },
      tags: ['notices'],
      summary: 'A notice and its delivery',
      description: 'Its person; payroll and auditor for their legal entities; operators see that it was delivered, not what it says.',
      request: { params: noticeParams },
      responses: { 200: json(noticeAnswer, 'The notice') },
    },
    async (c) => {
      const notice = parseNotice(await store.get(noticeKey(c.req.valid('param').noticeId)));
      const reach = notice ? reachOf(principalOf(c), notice) : 'none';
      if (!notice || reach === 'none') throw new ProblemError('not_found');
      logRead(c, notice.employeeId, reach);
      return c.json(view(notice, reach), 200);
    },
  );

  add(
    {
      method: 'post',
      path: '/v1/notices/{noticeId}/read',
      access: { roles: [], self: true },
      tags: ['notices'],
      summary: 'Note that I have read a notice',
      description: 'Only its person. The first time counts; again changes nothing.',
      request: { params: noticeParams },
      responses: { 200: json(noticeAnswer, 'The notice') },
    },
    async (c) => {
      const { employeeId } = principalOf(c);
      const notice = employeeId === null ? undefined : await readNotice(platform, c.req.valid('param').noticeId, employeeId);
      if (!notice) throw new ProblemError('not_found');
      return c.json(view(notice, 'whole'), 200);
    },
  );
  return api;
};
